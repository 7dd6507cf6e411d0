"""Which limit and calendar each clock has, which one a case shows, and that every due time can be summed by
hand."""

from __future__ import annotations

from msgspec.structs import replace

from app.base.clock import DAY_MS, HOUR_MS, MINUTE_MS
from app.domain import clockwork, timing
from app.domain.deadline import ClockRun, Pause
from app.domain.incident import History
from app.domain.report import ReportImported
from tests.helpers.lives import CENTRE_LEAD, DISPATCHER, INTAKE, SHIFT_LEAD, SZ, Life, handler

FRIDAY_17 = 1_773_018_000_000 + 4 * DAY_MS + 8 * HOUR_MS
"""2026-03-13T17:00+08:00, half an hour before the offices close."""


def test_each_state_has_its_clock_with_the_limit_of_the_table() -> None:
    world = Life()
    case = world.register()
    now = world.now
    found = [(t.clock, t.deadline.due_at - now) for t in timing.all_deadlines(world.book, case)]
    assert found == [("accept", 15 * MINUTE_MS)]
    case = world.do(case, "accept", INTAKE)
    assert [t.clock for t in timing.all_deadlines(world.book, case)] == ["file"]
    case = world.do(case, "file", DISPATCHER)
    found = [(t.clock, t.deadline.due_at - now) for t in timing.all_deadlines(world.book, case)]
    assert found == [("dispatch", 30 * MINUTE_MS)]
    urgent = world.filed(category="0501")
    found = [(t.clock, t.deadline.due_at - now) for t in timing.all_deadlines(world.book, urgent)]
    assert found == [("dispatch", MINUTE_MS)]


def test_working_hours_are_the_units_own() -> None:
    world = Life(now=FRIDAY_17)
    office = world.dispatched("SZ", category="0102")
    city = world.dispatched("CG", category="0102")
    due = {
        unit: timing.working_due(world.book, case, case.lead) for unit, case in (("SZ", office), ("CG", city))
    }
    # 4 wh: half an hour today and 3.5 h on Monday morning; the city shift works on till 21:00.
    assert due == {"SZ": FRIDAY_17 + 2 * DAY_MS + 19 * HOUR_MS, "CG": FRIDAY_17 + 4 * HOUR_MS}


def test_a_co_department_that_works_longer_hours_is_due_with_the_lead_all_the_same() -> None:
    world = Life(now=FRIDAY_17)
    case = world.dispatched("CG", ("SZ",), category="0102")
    by_order = {
        t.order: t.deadline.due_at for t in timing.all_deadlines(world.book, case) if t.clock == "handle"
    }
    assert set(by_order.values()) == {FRIDAY_17 + 4 * HOUR_MS}
    held = world.do(
        world.do(case, "sign", handler("CG")), "ask_hold", handler("CG"), review_date=FRIDAY_17 + DAY_MS
    )
    held = world.do(held, "hold", CENTRE_LEAD, review_date=FRIDAY_17 + DAY_MS)
    co = next(
        t for t in timing.all_deadlines(world.book, held) if (t.clock, t.order[-2:]) == ("handle", "02")
    )
    assert co.deadline.due_at == FRIDAY_17 + 2 * DAY_MS + 19 * HOUR_MS


def test_signing_and_first_contact_never_end_behind_the_handle_limit() -> None:
    world = Life()
    case = world.dispatched("SZ")
    run = ClockRun("handle", world.now - 30 * DAY_MS)
    order = replace(case.orders[0], clocks=(clockwork.running(case.orders[0].clocks, "sign"), run))  # type: ignore[arg-type]
    found = {
        t.clock: t.deadline.due_at for t in timing.all_deadlines(world.book, replace(case, orders=(order,)))
    }
    assert found["sign"] == found["handle"] < world.now


def test_the_light_is_that_of_the_clock_due_first_and_grey_when_the_lead_pauses() -> None:
    world = Life()
    case = world.dispatched("SZ")
    shown = timing.shown(world.book, case)
    assert shown is not None
    assert (shown.clock, shown.deadline.paused) == ("sign", False)
    case = world.do(world.do(case, "sign", SZ), "ask_hold", SZ)
    case = world.do(case, "hold", SHIFT_LEAD)
    shown = timing.shown(world.book, case)
    assert shown is not None
    assert shown.deadline.paused
    urgent = world.dispatched("SZ", category="0501")
    shown = timing.shown(world.book, urgent)
    assert shown is not None
    assert (shown.clock, shown.deadline.paused) == ("sign", False)


def test_imported_history_shows_no_clock_and_is_judged_by_its_own_times() -> None:
    world = Life()
    now = world.now
    for due, closed, late in ((now, now + 1, True), (now, now, False), (None, now, None), (now, None, None)):
        body = ReportImported(
            f"h{due}{closed}", "r", "c", "hotline", "旧件", now - DAY_MS, History(due, closed)
        )
        case = world.imported(body)
        assert timing.closed_late(world.book, case) is late
        assert timing.shown(world.book, case) is None
        assert case.state == ("closed" if closed else "filed")


def test_a_limit_runs_again_only_after_its_first_run() -> None:
    world = Life()
    case = world.do(world.handling("SZ"), "feedback", SZ)
    world.advance(MINUTE_MS)
    case = world.do(case, "check_fail", DISPATCHER)
    first, second = (r for r in case.orders[0].clocks if r.clock == "handle")
    whole = timing.limit_of(world.book, case, case.orders[0], first)
    half = timing.limit_of(world.book, case, case.orders[0], second)
    assert whole is not None
    assert half is not None
    assert (whole.amount, half.amount, half.unit) == (3, 1.5, "wd")


def test_stopped_clocks_run_on_when_they_are_resumed() -> None:
    runs = clockwork.stop(clockwork.start((), ("total", "file"), 10), ("total", "file"), 20)
    again = clockwork.resume(runs, ("total",), 50)
    assert again == (ClockRun("total", 10, None, (Pause(20, 50, "closed"),)), ClockRun("file", 10, 20))
    assert clockwork.resume(runs, ("all",), 50) == runs
    assert clockwork.resume(again, ("total",), 60) == again


def test_every_explanation_ends_with_the_due_time_it_explains() -> None:
    world = Life()
    case = world.handling("SZ", ("JD",))
    case = world.do(case, "dispatch_on", handler("JD@990101001"), sub_unit="WG")
    case = world.do(case, "promise_callback", INTAKE)
    case = world.do(case, "ask_extension", SZ, new_due=world.now + 9 * DAY_MS)
    case = world.do(case, "extend", SHIFT_LEAD, new_due=world.now + 9 * DAY_MS)
    found = timing.all_deadlines(world.book, case, explain=True)
    assert {t.clock for t in found} == {"handle", "first_contact", "sign", "promise"}
    for timed in found:
        lines = timed.deadline.lines
        assert lines[0].kind == "start"
        assert (lines[-1].kind, lines[-1].at) == ("due", timed.deadline.due_at)
        assert [line.due_at for line in lines if line.due_at is not None][-1] == timed.deadline.due_at
