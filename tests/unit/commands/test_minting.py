"""New identities: codes dense within a day and desk, never given twice, also after a restart or a gap."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from app.base.clock import DAY_MS, HOUR_MS
from app.base.ids import IdMaker
from app.commands.minting import CodeMint, counter_subject
from tests.helpers.halls import MONDAY_9

DAY = "20260309"


def mint(taken: set[str]) -> CodeMint:
    return CodeMint("990101", "A1", taken.__contains__, IdMaker())


def test_numbers_count_through_all_channels_and_begin_anew_each_day() -> None:
    m = mint(set())
    codes = [m.code(MONDAY_9, channel)[0] for channel in ("phone", "grid", "phone")]
    assert [code.split("-")[3] for code in codes] == ["A1001", "A1002", "A1003"]
    assert m.code(MONDAY_9 + DAY_MS, "phone")[0].startswith("990101-20260310-P-A1001-")


def test_the_day_is_the_halls_own() -> None:
    m = mint(set())
    midnight = MONDAY_9 + 15 * HOUR_MS
    assert m.code(midnight - 1, "phone")[0].startswith("990101-20260309-")
    assert m.code(midnight, "phone")[0].startswith("990101-20260310-")


@settings(max_examples=80)
@given(given_before=st.integers(0, 300), gaps=st.sets(st.integers(1, 300), max_size=40))
def test_after_a_restart_no_number_is_given_twice(given_before: int, gaps: set[int]) -> None:
    taken = {counter_subject(DAY, "A1", n) for n in range(1, given_before + 1) if n not in gaps}
    m = mint(taken)
    for _ in range(20):
        _, subject = m.code(MONDAY_9, "phone")
        assert subject not in taken
        taken.add(subject)


def test_without_gaps_numbers_go_on_where_they_ended() -> None:
    for last in (0, 1, 2, 7, 8, 9, 999, 1000):
        taken = {counter_subject(DAY, "A1", n) for n in range(1, last + 1)}
        assert mint(taken).code(MONDAY_9, "phone")[1] == counter_subject(DAY, "A1", last + 1)


def test_the_subjects_of_a_step_go_with_its_entry() -> None:
    day = mint(set()).at(MONDAY_9)
    codes = [day.code("phone"), day.code("grid")]
    assert day.subjects == [counter_subject(DAY, "A1", 1), counter_subject(DAY, "A1", 2)]
    assert len(set(codes)) == 2
    assert day.incident() != day.incident()
