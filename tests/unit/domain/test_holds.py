"""More time: extensions replace the due time, holds pause with a review, waits end by themselves."""

from __future__ import annotations

import pytest

from app.base.clock import DAY_MS, HOUR_MS, Instant
from app.domain import timing
from app.domain.incident import Incident
from app.domain.limits import Limit
from tests.helpers.lives import (
    CENTRE_LEAD,
    DISPATCHER,
    INTAKE,
    SHIFT_LEAD,
    SYSTEM,
    SZ,
    Life,
    handler,
    order_clocks,
)

MARCH_2 = 1_772_416_800_000
"""2026-03-02T10:00+08:00, a Monday."""


def handle_due(world: Life, case: Incident) -> Instant:
    due = timing.working_due(world.book, case, case.lead)
    assert due is not None
    return due


def office(world: Life, hours: float) -> Instant:
    return world.book.office.add_working(world.now, int(hours * HOUR_MS))


def held(world: Life, case: Incident, review: Instant | None = None) -> Incident:
    review = review or world.now + 2 * DAY_MS
    case = world.do(case, "ask_hold", SZ, review_date=review)
    return world.do(case, "hold", CENTRE_LEAD, review_date=review)


def test_a_hold_moves_a_working_day_limit_by_the_working_hours_it_lasted() -> None:
    # Received 10:00 on the 2nd, 3 working days; held 15:00 on the 3rd to 10:00 on the 4th = 4 working hours.
    world = Life(now=MARCH_2)
    case = world.handling("SZ")
    assert handle_due(world, case) == MARCH_2 + 3 * DAY_MS + 7 * HOUR_MS + HOUR_MS // 2
    world.now = MARCH_2 + DAY_MS + 5 * HOUR_MS
    case = held(world, case)
    world.now = MARCH_2 + 2 * DAY_MS
    case = world.do(case, "resume", SZ)
    assert handle_due(world, case) == MARCH_2 + 4 * DAY_MS + 4 * HOUR_MS + HOUR_MS // 2


def test_a_hold_is_asked_for_answered_and_reviewed() -> None:
    world = Life()
    case = world.handling("SZ")
    review = world.now + 2 * DAY_MS
    assert world.refused(case, "hold", CENTRE_LEAD) == "request_pending"
    case = held(world, case, review)
    assert (case.state, case.orders[0].state, case.orders[0].requests) == ("on_hold", "on_hold", ())
    assert order_clocks(case) == {"handle", "first_contact", "hold_review"}
    by_clock = {t.clock: t.deadline for t in timing.all_deadlines(world.book, case)}
    assert (by_clock["handle"].paused, by_clock["hold_review"].due_at) == (True, review)
    shown = timing.shown(world.book, case)
    assert shown is not None
    assert shown.deadline.paused
    case = world.do(case, "resume", SYSTEM)
    assert (case.state, order_clocks(case)) == ("handling", {"handle", "first_contact"})


def test_the_review_is_never_later_than_its_limit() -> None:
    world = Life()
    far = world.now + 90 * DAY_MS
    case = held(world, world.handling("SZ"), far)
    due = next(t for t in timing.all_deadlines(world.book, case) if t.clock == "hold_review").deadline.due_at
    assert due == world.book.office.add(world.now, Limit(20, "wd")).at < far


def test_a_short_hold_is_the_shift_leads_a_long_one_the_heads() -> None:
    world = Life()
    short = world.book.office.add(world.now, Limit(5, "wd")).at
    case = world.do(world.handling("SZ"), "ask_hold", SZ, review_date=short)
    assert world.refused(case, "hold", SHIFT_LEAD, review_date=short + 1) == "hold_power"
    assert world.do(case, "hold", SHIFT_LEAD, review_date=short).state == "on_hold"


def test_a_refused_hold_changes_nothing_but_the_request() -> None:
    world = Life()
    before = world.handling("SZ")
    case = world.do(world.do(before, "ask_hold", SZ), "refuse_hold", SHIFT_LEAD)
    assert (case.state, case.orders[0].requests, case.orders[0].clocks) == (
        "handling",
        (),
        before.orders[0].clocks,
    )
    assert world.refused(case, "refuse_hold", SHIFT_LEAD) == "request_pending"


def test_a_co_order_is_held_alone_and_says_why() -> None:
    world = Life()
    case = world.handling("SZ", ("GD",))
    co = case.orders[1].code
    gd = handler("GD")
    case = world.do(case, "ask_hold", gd, review_date=world.now + DAY_MS)
    case = world.do(case, "hold", CENTRE_LEAD, order=co)
    assert (case.state, case.orders[1].state) == ("handling", "on_hold")
    handle = next(r for r in case.orders[1].clocks if r.clock == "handle")
    assert handle.pauses[0].reason == "on_hold"
    assert world.refused(case, "feedback", SZ) == "children_in"
    assert world.do(case, "resume", gd, order=co).orders[1].state == "handling"


def test_nothing_urgent_is_held_or_waits() -> None:
    world = Life()
    case = world.handling("SZ", category="0601", urgent=True)
    assert case.urgent
    assert world.refused(case, "ask_hold", SZ) == "not_urgent"
    assert world.refused(case, "wait_for_party", SZ) == "not_urgent"


def test_requests_come_before_the_due_time() -> None:
    world = Life()
    case = world.handling("SZ")
    world.now = handle_due(world, case)
    assert world.do(case, "ask_extension", SZ).orders[0].requests
    world.advance(1)
    assert world.refused(case, "ask_hold", SZ) == "before_due"
    assert world.refused(case, "ask_extension", SZ) == "before_due"


def test_an_extension_replaces_the_due_time_and_pauses_nothing() -> None:
    world = Life()
    case = world.handling("SZ")
    due = handle_due(world, case)
    case = world.do(case, "ask_extension", SZ, new_due=due + DAY_MS)
    assert case.orders[0].extensions == 0
    assert world.refused(case, "extend", SHIFT_LEAD, new_due=due) == "due_not_later"
    case = world.do(case, "extend", SHIFT_LEAD, new_due=due + 2 * DAY_MS)
    assert (case.state, handle_due(world, case)) == ("handling", due + 2 * DAY_MS)
    assert (case.orders[0].extensions, case.orders[0].requests) == (1, ())
    handle = next(r for r in case.orders[0].clocks if r.clock == "handle")
    assert handle.pauses == ()
    assert world.refused(case, "ask_extension", SZ) == "extension_left"


def test_an_extension_is_no_longer_than_the_class_allows() -> None:
    world = Life()
    case = world.handling("CG", category="1001")
    assert case.sla_class == "W5"
    due = handle_due(world, case)
    from_due = world.book.calendar("CG").add(due, Limit(10, "wd")).at
    cg = handler("CG")
    case = world.do(case, "ask_extension", cg, new_due=from_due)
    assert world.refused(case, "extend", SHIFT_LEAD, new_due=from_due + 1) == "extension_long"
    assert handle_due(world, world.do(case, "extend", SHIFT_LEAD, new_due=from_due)) == from_due


def test_the_second_extension_is_the_heads_to_give_and_the_third_nobodys() -> None:
    world = Life()
    case = world.handling("ZJ", category="1202")
    assert case.sla_class == "W15"
    zj = handler("ZJ")
    for by in (SHIFT_LEAD, CENTRE_LEAD):
        due = handle_due(world, case)
        case = world.do(case, "ask_extension", zj, new_due=due + DAY_MS)
        if by is CENTRE_LEAD:
            assert world.refused(case, "extend", SHIFT_LEAD, new_due=due + DAY_MS) == "extension_left"
        case = world.do(case, "extend", by, new_due=due + DAY_MS)
    assert world.refused(case, "ask_extension", zj) == "extension_left"


def test_of_an_urgent_case_only_restore_is_extended_and_only_the_lead_asks() -> None:
    world = Life()
    case = world.handling("SZ", ("GD",), category="0601", urgent=True)
    assert case.sla_class == "U1"
    restore = next(t for t in timing.all_deadlines(world.book, case) if t.clock == "restore").deadline.due_at
    gd = handler("GD")
    assert world.refused(case, "ask_extension", gd) == "extension_left"
    case = world.do(case, "ask_extension", SZ)
    case = world.do(case, "extend", SHIFT_LEAD, new_due=restore + HOUR_MS)
    after = {t.clock: t.deadline.due_at for t in timing.all_deadlines(world.book, case)}
    assert after["restore"] == restore + HOUR_MS
    grave = world.handling("SZ", category="0501")
    assert world.refused(grave, "ask_extension", SZ) == "extension_left"


def test_asking_again_stands_for_both_and_feedback_makes_requests_moot() -> None:
    world = Life()
    case = world.handling("SZ")
    world.do(case, "ask_extension", SZ, new_due=world.now + 5 * DAY_MS)
    case = world.do(case, "ask_extension", SZ, new_due=world.now + 6 * DAY_MS)
    assert [r.form["new_due"] for r in case.orders[0].requests] == [world.now + 6 * DAY_MS]
    case = world.do(case, "feedback", SZ)
    assert case.orders[0].requests == ()
    case = world.do(world.do(case, "check_fail", DISPATCHER), "ask_coop", SZ)
    assert [r.kind for r in case.orders[0].requests] == ["ask_coop"]
    case = world.do(case, "add_co", DISPATCHER, co_departments=["GD"])
    assert case.orders[0].requests == ()


def test_a_wait_needs_a_second_person_pauses_and_is_ended_by_the_system() -> None:
    world = Life()
    until = world.book.office.add(world.now, Limit(3, "wd")).at
    case = world.handling("SZ")
    assert world.refused(case, "wait_for_party", SZ, until=until + 1) == "wait_left"
    asked = world.do(case, "wait_for_party", SZ, until=until)
    assert (asked.state, [p.permission for p in asked.pending]) == ("handling", ["confirm_wait"])
    case = world.do(asked, "wait_for_party", DISPATCHER, confirms=asked.pending[0].eid)
    assert (case.state, case.orders[0].waits) == ("waiting", 1)
    wait = next(t for t in timing.all_deadlines(world.book, case) if t.clock == "wait_party")
    assert wait.deadline.due_at == until
    world.now = until
    case = world.do(case, "wait_end", SYSTEM, answered="timed_out")
    assert (case.state, order_clocks(case)) == ("handling", {"handle", "first_contact"})


@pytest.mark.parametrize("by", [INTAKE, SZ, SYSTEM])
def test_two_waits_and_no_more(by: object) -> None:
    world = Life()
    case = world.handling("SZ")
    for _ in range(2):
        case = world.agreed(case, "wait_for_party", SZ, DISPATCHER, until=world.now + HOUR_MS)
        world.advance(HOUR_MS)
        case = world.do(case, "wait_end", by)  # type: ignore[arg-type]
    assert world.refused(case, "wait_for_party", SZ, until=world.now + HOUR_MS) == "wait_left"


def test_what_is_agreed_lies_ahead() -> None:
    world = Life()
    case = world.handling("SZ")
    assert world.refused(case, "ask_hold", SZ, review_date=world.now) == "time_past"
    assert world.refused(case, "wait_for_party", SZ, until=world.now - 1) == "time_past"
    assert world.refused(case, "ask_extension", SZ, new_due=world.now) == "time_past"
    assert world.refused(case, "promise_callback", INTAKE, when=world.now) == "time_past"


def test_a_hold_in_rework_goes_back_to_rework() -> None:
    world = Life()
    case = world.do(world.checking("SZ"), "check_fail", DISPATCHER)
    case = world.do(held(world, case), "resume", CENTRE_LEAD)
    assert (case.state, case.orders[0].state) == ("rework", "rework")


def test_made_urgent_a_case_on_hold_goes_on_at_once() -> None:
    for begin in ("hold", "wait"):
        world = Life()
        case = world.handling("SZ")
        if begin == "hold":
            case = held(world, case)
        else:
            case = world.agreed(case, "wait_for_party", SZ, DISPATCHER, until=world.now + HOUR_MS)
        world.advance(HOUR_MS)
        case = world.do(case, "mark_urgent", INTAKE)
        assert (case.state, case.orders[0].state, case.sla_class) == ("handling", "handling", "U1")
        assert not order_clocks(case) & {"hold_review", "wait_party"}
        assert not any(t.deadline.paused for t in timing.all_deadlines(world.book, case))
        arrive = next(r for r in case.clocks if r.clock == "arrive")
        assert arrive.started_at == case.first_dispatch_at == world.now - HOUR_MS
