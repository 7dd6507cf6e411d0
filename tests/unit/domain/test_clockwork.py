"""Clocks bear facts that are told late: nothing ends before it began, and a due time can be taken back."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from app.domain import clockwork
from app.domain.clock_run import stretches
from app.domain.code import last_number

AT = st.integers(0, 100)


@given(started=AT, paused=AT, resumed=AT, stopped=AT, again=AT)
def test_nothing_ends_before_it_began(
    started: int, paused: int, resumed: int, stopped: int, again: int
) -> None:
    runs = clockwork.start((), ("handle",), started)
    runs = clockwork.pause(runs, ("handle",), paused, "on_hold")
    runs = clockwork.resume(runs, ("handle",), resumed)
    runs = clockwork.stop(runs, ("handle",), stopped)
    (run,) = clockwork.resume(clockwork.pause(runs, ("handle",), again, "x"), ("handle",), again)
    for pause in run.pauses:
        assert pause.until is not None
        assert pause.until >= pause.since
    assert all(part.until >= part.since for part in stretches(run, urgent=False))


@given(started=AT, stopped=AT)
def test_a_stop_that_comes_before_the_start_leaves_no_length(started: int, stopped: int) -> None:
    (run,) = clockwork.stop(clockwork.start((), ("sign",), started), ("sign",), stopped)
    assert run.stopped_at == max(started, stopped)


def test_a_due_time_is_taken_back_to_the_one_before() -> None:
    runs = clockwork.start((), ("handle", "sign"), 0)
    for due, reason in ((10, "extend"), (20, "issued"), (30, "extend")):
        runs = clockwork.replace_due(runs, "handle", 1, due, reason)
    runs = clockwork.take_back_due(runs, "handle", "extend")
    assert [replaced.due_at for replaced in runs[0].replaced] == [10, 20]
    assert clockwork.take_back_due(runs, "hold_review", "extend") == runs
    assert clockwork.take_back_due(runs, "sign", "extend") == runs


def test_order_numbers_go_on_behind_a_gap() -> None:
    assert last_number(()) == 0
    assert last_number(("c-01", "c-04", "c-02")) == 4
    assert last_number(("c-02-01", "c-02-12")) == 12
