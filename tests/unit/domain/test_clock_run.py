"""Pauses of a run as a union: overlaps once, only inside the run, urgent work hardly ever."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from app.domain.clock_run import ClockRun, Pause, Replaced, Stretch, latest_fact, stretches

TIMES = st.integers(0, 60)
PAUSES = st.lists(
    st.builds(Pause, TIMES, st.one_of(TIMES, st.none()), st.sampled_from(["hold", "wait", "merged"])),
    max_size=6,
).map(tuple)


@given(PAUSES, st.integers(0, 20), st.one_of(st.none(), st.integers(20, 70)), st.booleans())
def test_a_moment_stands_still_once_however_many_pauses_cover_it(
    pauses: tuple[Pause, ...], start: int, stop: int | None, urgent: bool
) -> None:
    run = ClockRun("handle", start, stop, pauses)
    end = latest_fact(run) if stop is None else stop
    covered = set()
    for pause in pauses:
        if not urgent or pause.reason == "merged":
            until = end if pause.until is None else pause.until
            covered |= set(range(max(start, pause.since), min(until, end)))
    found = stretches(run, urgent=urgent)
    moments = [moment for s in found for moment in range(s.since, s.until)]
    assert len(moments) == len(set(moments))
    assert set(moments) == covered
    assert list(found) == sorted(found, key=lambda s: s.since)


@given(PAUSES, PAUSES)
def test_the_order_in_which_pauses_are_told_does_not_matter(
    a: tuple[Pause, ...], b: tuple[Pause, ...]
) -> None:
    def spans(pauses: tuple[Pause, ...]) -> list[tuple[int, int, frozenset[str], bool]]:
        found = stretches(ClockRun("handle", 0, None, pauses), urgent=False)
        return [(s.since, s.until, frozenset(s.reasons), s.open) for s in found]

    assert spans(a + b) == spans(b + a)


def test_a_pause_that_lasts_counts_up_to_the_latest_fact() -> None:
    hold = Pause(10, None, "hold")
    assert stretches(ClockRun("handle", 0, None, (hold,)), urgent=False) == (
        Stretch(10, 10, ("hold",), True),
    )
    later = ClockRun("handle", 0, None, (hold, Pause(12, 20, "wait")), (Replaced(30, 99, "extended"),))
    assert stretches(later, urgent=False) == (Stretch(10, 30, ("hold", "wait"), True),)


def test_a_stop_ends_a_pause_that_lasts() -> None:
    run = ClockRun("handle", 0, 25, (Pause(10, None, "hold"), Pause(30, 40, "hold")))
    assert stretches(run, urgent=False) == (Stretch(10, 25, ("hold",), False),)


def test_urgent_work_stands_still_only_while_it_is_not_the_units_own() -> None:
    pauses = (Pause(10, 20, "hold"), Pause(30, 40, "merged"), Pause(50, 60, "check"))
    found = stretches(ClockRun("restore", 0, None, pauses), urgent=True)
    assert [(s.since, s.until) for s in found] == [(30, 40), (50, 60)]


def test_a_stretch_cut_to_a_window() -> None:
    stretch = Stretch(10, 20, ("hold",), False)
    assert stretch.within(0, 10) is None
    assert stretch.within(20, None) is None
    assert stretch.within(15, None) == Stretch(15, 20, ("hold",), False)
    assert stretch.within(0, 15) == Stretch(10, 15, ("hold",), False)
    lasting = Stretch(10, 10, ("hold",), True)
    assert lasting.within(0, None) == lasting
    assert lasting.within(10, None) == lasting
