"""Deadlines: pauses, extensions, caps and changes of class, against slow walks and by hand."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.base.clock import HOUR_MS, MINUTE_MS
from app.domain.deadline import ClockRun, Deadline, Pause, Replaced, appointment, deadline, judge
from app.domain.limits import Limit, parse_limit
from app.domain.sla import LightRule
from tests.unit.domain import calendar_oracle as oracle
from tests.unit.domain.calendar_oracle import CALENDAR_IDS, CHINA, FILE, calendar, local, ms

LIGHT = LightRule(share=0.25, urgent_minutes=30)
STARTS = st.datetimes(datetime(2025, 1, 1), datetime(2027, 10, 30)).map(  # noqa: DTZ001 - made local below
    lambda when: when.replace(second=0, microsecond=0, tzinfo=CHINA)
)
NAMES = st.sampled_from(CALENDAR_IDS)
PauseSpans = list[tuple[int, int]]
# Minutes after the start at which a pause begins, and how many it lasts: up to a week in, up to three days.
SPANS = st.lists(st.tuples(st.integers(-600, 10_000), st.integers(0, 4_500)), max_size=4)


def due(run: ClockRun, limit: str, name: str = "office", **options: Any) -> Deadline:
    parsed = parse_limit(limit)
    assert parsed is not None
    return deadline(run, parsed, calendar(name), **{"urgent": False, "light": LIGHT, **options})


def at(text: str) -> str:
    """A time of March 2026, an ordinary month: `02 10:00`."""
    return f"2026-03-{text.replace(' ', 'T')}"


def handle(start: str, *pauses: tuple[str, str | None], replaced: tuple[Replaced, ...] = ()) -> ClockRun:
    made = tuple(Pause(ms(at(a)), None if b is None else ms(at(b)), "hold") for a, b in pauses)
    return ClockRun("handle", ms(at(start)), None, made, replaced)


def extended(when: str, to: str) -> Replaced:
    return Replaced(ms(at(when)), ms(at(to)), "extended")


def paused_run(start: datetime, spans: PauseSpans) -> tuple[ClockRun, list[tuple[datetime, datetime]]]:
    pauses = [
        (start + begin * oracle.MINUTE, start + (begin + lasts) * oracle.MINUTE) for begin, lasts in spans
    ]
    made = tuple(Pause(ms(a), ms(b), "hold") for a, b in pauses)
    return ClockRun("handle", ms(start), None, made), pauses


def test_the_pinned_pause() -> None:
    (pinned,) = FILE["pauses"]
    run = ClockRun(
        "handle", ms(pinned["received"]), None, (Pause(ms(pinned["since"]), ms(pinned["until"]), "H01"),)
    )
    found = due(run, pinned["limit"], pinned["calendar"], explain=True)
    assert local(found.due_at) == local(ms(pinned["due"]))
    (line,) = (line for line in found.lines if line.kind == "paused")
    assert line.amount_ms == pinned["working_hours"] * HOUR_MS


@settings(max_examples=30)
@given(STARTS, st.integers(1, 24), NAMES, SPANS)
def test_paused_working_hours_are_what_a_walk_by_minutes_finds(
    start: datetime, hours: int, name: str, spans: PauseSpans
) -> None:
    run, pauses = paused_run(start, spans)
    found = due(run, f"{hours} wh", name)
    assert local(found.due_at) == oracle.walk(start, hours * 60, name, pauses)
    # Due soon comes when three quarters of the hours are used up, and not a minute before.
    assert local(found.soon_at) == oracle.walk(start, hours * 45, name, pauses)


@settings(max_examples=30)
@given(STARTS, st.integers(1, 7), NAMES, SPANS)
def test_paused_working_days_move_by_the_office_hours_paused(
    start: datetime, days: int, name: str, spans: PauseSpans
) -> None:
    run, pauses = paused_run(start, spans)
    unpaused = oracle.due_in_work_days(start, days)
    assert local(due(run, f"{days} wd", name).due_at) == oracle.moved_due(start, unpaused, pauses, "office")


@settings(max_examples=30)
@given(STARTS, st.integers(1, 10), NAMES, SPANS.filter(lambda spans: len(spans) < 2))
def test_paused_natural_days_move_by_the_time_paused_and_end_on_a_working_day(
    start: datetime, days: int, name: str, spans: PauseSpans
) -> None:
    run, pauses = paused_run(start, spans)
    unpaused = oracle.due_in_days(start, days)
    moved = oracle.moved_due(start, unpaused, pauses, None)
    assert local(due(run, f"{days} nd", name).due_at) == oracle.roll(moved)


@settings(max_examples=30)
@given(STARTS, st.integers(1, 100), SPANS)
def test_natural_hours_move_by_the_time_paused(start: datetime, hours: int, spans: PauseSpans) -> None:
    run, pauses = paused_run(start, spans)
    unpaused = start + timedelta(hours=hours)
    assert local(due(run, f"{hours} h_natural").due_at) == oracle.moved_due(start, unpaused, pauses, None)


@given(STARTS, st.sampled_from(["5 wh", "3 wd", "7 nd", "24 h_natural"]), NAMES, SPANS)
def test_urgent_work_never_pauses(start: datetime, limit: str, name: str, spans: PauseSpans) -> None:
    run, _ = paused_run(start, spans)
    found = due(run, limit, name, urgent=True)
    assert found == due(ClockRun("handle", run.started_at), limit, name, urgent=True)
    assert not found.paused
    assert found.starts_at == run.started_at  # never grey


@given(STARTS, st.sampled_from(["5 wh", "3 wd", "7 nd"]), NAMES, SPANS, st.integers(0, 3))
def test_a_pause_told_twice_or_in_pieces_counts_once(
    start: datetime, limit: str, name: str, spans: PauseSpans, cut: int
) -> None:
    run, _ = paused_run(start, spans)
    pieces = []
    for pause in run.pauses:
        assert pause.until is not None
        middle = pause.since + (pause.until - pause.since) * cut // 3
        pieces += [Pause(pause.since, middle, "a"), Pause(middle, pause.until, "b"), pause]
    assert due(ClockRun("handle", run.started_at, None, tuple(pieces)), limit, name) == due(run, limit, name)


@given(STARTS, NAMES, SPANS, st.sampled_from(["1 wd", "20 wd", "30 nd", "4 wh"]))
def test_a_class_or_calendar_changed_and_changed_back_leaves_no_trace(
    start: datetime, name: str, spans: PauseSpans, other: str
) -> None:
    run, _ = paused_run(start, spans)
    before = due(run, "5 wd", name)
    elsewhere = due(run, other, "seat_24x7", explain=True)
    assert elsewhere.lines
    assert due(run, "5 wd", name) == before


@given(STARTS, st.sampled_from(["5 wh", "3 wd", "7 nd", "24 h_natural"]), NAMES, SPANS, st.booleans())
def test_the_instants_of_a_deadline_stand_in_order(
    start: datetime, limit: str, name: str, spans: PauseSpans, urgent: bool
) -> None:
    run, _ = paused_run(start, spans)
    found = due(run, limit, name, urgent=urgent)
    assert run.started_at <= found.starts_at <= found.soon_at <= found.due_at


def test_overlapping_pauses_count_once() -> None:
    # 09:00-11:00 and 10:00-12:00 are three hours, not four: 17:30 and 3 h = 11:30 of the next day.
    run = handle("02 10:00", ("03 09:00", "03 11:00"), ("03 10:00", "03 12:00"))
    assert local(due(run, "1 wd").due_at) == local(ms(at("04 11:30")))


def test_only_working_time_of_a_pause_moves_the_due_time() -> None:
    run = handle("02 10:00", ("03 12:00", "03 14:00"), ("03 17:30", "04 08:30"))
    assert due(run, "3 wd").due_at == due(handle("02 10:00"), "3 wd").due_at


def test_a_pause_by_the_hours_of_the_unit() -> None:
    # Held over the lunch of the office: two hours of a shift that has no lunch, nothing for the office.
    run = handle("02 10:00", ("02 12:00", "02 14:00"))
    assert local(due(run, "4 wh", "city_ops").due_at) == local(ms(at("02 16:00")))
    assert due(run, "4 wh", "office").due_at == due(handle("02 10:00"), "4 wh", "office").due_at


def test_a_pause_after_the_due_time_moves_and_hides_nothing() -> None:
    late = due(handle("02 09:00", ("02 16:00", None)), "2 wh")
    assert local(late.due_at) == local(ms(at("02 11:00")))
    assert not late.paused


def test_a_pause_that_lasts_moves_nothing_yet() -> None:
    running = due(handle("02 10:00"), "3 wd")
    held = due(handle("02 10:00", ("03 15:00", None)), "3 wd")
    assert held == Deadline(running.starts_at, running.soon_at, running.due_at, True, running.provisional)
    ended = due(handle("02 10:00", ("03 15:00", "04 10:00")), "3 wd")
    assert (ended.due_at, ended.paused) == (ms(at("06 14:30")), False)


def test_a_run_stopped_while_paused_is_judged_by_its_whole_pause() -> None:
    run = handle("02 10:00", ("03 15:00", None))
    stopped = ClockRun("handle", run.started_at, ms(at("04 10:00")), run.pauses)
    found = due(stopped, "3 wd")
    assert (found.due_at, found.paused) == (ms(at("06 14:30")), False)


def test_an_extension_replaces_the_due_time_and_earlier_pauses_are_spent() -> None:
    pause = ("03 15:00", "04 10:00")
    run = handle("02 10:00", pause, replaced=(extended("05 09:00", "13 17:30"),))
    assert local(due(run, "3 wd").due_at) == local(ms(at("13 17:30")))


def test_pauses_after_an_extension_still_move_it() -> None:
    run = handle("02 10:00", ("10 15:00", "11 10:00"), replaced=(extended("05 09:00", "13 17:30"),))
    assert local(due(run, "3 wd").due_at) == local(ms(at("16 14:30")))  # a weekend between


def test_a_pause_over_an_extension_counts_from_the_extension_on() -> None:
    run = handle("02 10:00", ("04 15:00", "05 11:00"), replaced=(extended("05 09:00", "13 17:30"),))
    assert local(due(run, "3 wd").due_at) == local(ms(at("16 10:30")))


def test_the_last_extension_wins_even_a_shorter_one() -> None:
    run = handle("02 10:00", replaced=(extended("04 09:00", "20 17:30"), extended("05 09:00", "12 12:00")))
    assert local(due(run, "3 wd").due_at) == local(ms(at("12 12:00")))


def test_an_extended_limit_is_due_soon_at_a_quarter_of_all_its_time() -> None:
    # Counting opens on the 3rd; to the 16th 17:30 are ten working days, 70 hours; a quarter is 17.5 hours.
    run = handle("02 10:00", replaced=(extended("05 09:00", "16 17:30"),))
    assert local(due(run, "3 wd").soon_at) == local(ms(at("12 12:00")))
    # Held for 14 hours before: 56 hours in all, a quarter is 14.
    held = handle("02 10:00", ("03 08:30", "05 08:30"), replaced=(extended("05 09:00", "16 17:30"),))
    assert local(due(held, "3 wd").soon_at) == local(ms(at("12 17:30")))


def test_due_soon_comes_at_a_quarter_of_the_working_time() -> None:
    assert local(due(handle("02 10:00"), "1 wd").soon_at) == local(ms(at("03 15:45")))
    assert local(due(handle("02 10:00"), "4 wd").soon_at) == local(ms(at("05 17:30")))
    assert local(due(handle("02 10:00"), "4 nd").soon_at) == local(ms(at("06 00:00")))
    assert local(due(handle("02 10:00"), "20 min_natural").soon_at) == local(ms(at("02 10:15")))


def test_a_pause_in_the_last_quarter_does_not_put_off_due_soon() -> None:
    run = handle("02 10:00", ("03 16:30", "04 16:30"))
    found = due(run, "1 wd")
    assert local(found.soon_at) == local(ms(at("03 15:45")))
    assert local(found.due_at) == local(ms(at("04 17:30")))


@pytest.mark.parametrize(
    ("limit", "soon"),
    [
        ("30 min_natural", "02 10:00"),
        ("5 min_natural", "02 10:00"),
        ("1 h_natural", "02 10:30"),
        ("4 h_natural", "02 13:00"),
    ],
)
def test_urgent_limits_are_due_soon_half_an_hour_before_at_the_latest(limit: str, soon: str) -> None:
    assert local(due(handle("02 10:00"), limit, urgent=True).soon_at) == local(ms(at(soon)))


def test_a_stage_behind_the_handle_due_time_is_set_to_it() -> None:
    sign = ClockRun("sign", ms("2026-09-30T18:00"))
    handle_due = due(ClockRun("handle", sign.started_at), "3 nd").due_at
    free = due(sign, "2 wd")
    assert handle_due < free.due_at
    capped = due(sign, "2 wd", cap_at=handle_due, explain=True)
    assert capped.due_at == handle_due
    # What is left of the limit is the 8th of October, seven hours: a quarter is 105 minutes.
    assert local(capped.starts_at) == local(ms("2026-10-08T00:00"))
    assert local(capped.soon_at) == local(ms("2026-10-08T15:45"))
    assert [line.kind for line in capped.lines][-2:] == ["capped", "due"]
    assert due(sign, "2 wd", cap_at=free.due_at + 1) == free


def test_a_cap_before_counting_opens_lets_the_clock_count_at_once() -> None:
    friday = ms("2026-11-20T20:00")
    found = due(ClockRun("sign", friday), "1 wd", cap_at=ms("2026-11-22T00:00"))
    assert found.starts_at == friday
    assert found.due_at == ms("2026-11-22T00:00")
    assert found.soon_at <= found.due_at


def test_provisional_speaks_of_what_a_table_may_still_move() -> None:
    start = ms("2026-12-28T10:00")
    assert not due(ClockRun("handle", start), "3 wd").provisional
    assert due(ClockRun("handle", start), "5 wd").provisional
    fixed = ClockRun("handle", start, None, (), (Replaced(start + 1, ms("2027-01-08T17:30"), "extended"),))
    assert not due(fixed, "5 wd").provisional
    hold = Pause(ms("2027-01-05T09:00"), ms("2027-01-05T10:00"), "hold")
    assert due(ClockRun("handle", start, None, (hold,), fixed.replaced), "5 wd").provisional
    into_2027 = Pause(ms("2026-12-30T08:30"), ms("2026-12-31T17:30"), "hold")
    assert due(ClockRun("handle", start, None, (into_2027,)), "3 wd").provisional
    natural = due(ClockRun("handle", start, None, (into_2027,)), "60 h_natural")
    assert local(natural.due_at) == local(ms("2027-01-01T07:00"))
    assert not natural.provisional


def test_judging_a_stopped_run() -> None:
    run = handle("02 10:00")
    found = due(run, "4 wh")
    assert judge(run, found) is None
    for offset in (-HOUR_MS, 0, 5 * MINUTE_MS):
        stopped = ClockRun("handle", run.started_at, found.due_at + offset)
        assert judge(stopped, due(stopped, "4 wh")) == offset


def test_an_appointment_is_due_when_it_was_made_for() -> None:
    run = ClockRun("promise", ms(at("02 10:00")))
    when = ms(at("02 18:00"))
    found = appointment(run, when, urgent=False, light=LIGHT, explain=True)
    assert (found.starts_at, found.due_at) == (run.started_at, when)
    assert local(found.soon_at) == local(ms(at("02 16:00")))
    assert [line.kind for line in found.lines] == ["start", "due"]
    past = appointment(run, run.started_at - HOUR_MS, urgent=True, light=LIGHT)
    assert past.soon_at <= past.due_at < run.started_at


@given(STARTS, st.floats(0.05, 0.95), NAMES)
def test_the_share_of_the_light_is_data(start: datetime, share: float, name: str) -> None:
    found = due(ClockRun("handle", ms(start)), "8 wh", name, light=LightRule(share, 30))
    left = calendar(name).working_ms(found.soon_at, found.due_at)
    assert left == int(8 * HOUR_MS * share)


def test_limits_of_zero_are_due_at_their_start() -> None:
    run = handle("02 10:00")
    found = due(run, "0 min_natural", urgent=True)
    assert found == Deadline(run.started_at, run.started_at, run.started_at, False, False)
    assert Limit(0.0, "min_natural").ms == 0
