"""Dispatching: parallel orders, ownership from the dispatch on, signing, second level, co-departments,
redispatch."""

from __future__ import annotations

from app.base.clock import HOUR_MS, MINUTE_MS
from app.domain import timing
from app.domain.incident import History
from app.domain.owner import owner
from app.domain.report import ReportImported
from tests.helpers.lives import (
    CG,
    DISPATCHER,
    SHIFT_LEAD,
    SYSTEM,
    SZ,
    Life,
    actor,
    clocks,
    handler,
    order_clocks,
)


def due(world: Life, case: str, order: str = "", clock: str = "handle") -> int:
    found = timing.all_deadlines(world.book, world.cases[case])
    return next(t.deadline.due_at for t in found if (t.clock, t.order) == (clock, order))


def test_a_parallel_dispatch_issues_all_orders_at_once_with_one_lead() -> None:
    world = Life()
    case = world.dispatched("SZ", ("GD", "JD"))
    assert [(o.unit, o.role, o.state) for o in case.orders] == [
        ("SZ", "lead", "dispatched"),
        ("GD", "co", "dispatched"),
        ("JD@990101001", "co", "dispatched"),
    ]
    assert [o.code for o in case.orders] == [f"{case.code}-0{n}" for n in (1, 2, 3)]
    assert {o.dispatched_at for o in case.orders} == {world.now}
    assert len({due(world, case.id, o.code) for o in case.orders}) == 1
    assert case.first_dispatch_at == world.now
    assert clocks(case) == {"total"}


def test_a_unit_named_twice_gets_one_order() -> None:
    world = Life()
    case = world.dispatched("JD", ("JD@990101001", "GD", "GD"))
    assert [o.unit for o in case.orders] == ["JD@990101001", "GD"]


def test_the_lead_owns_from_the_dispatch_and_its_handle_clock_runs_from_there() -> None:
    world = Life()
    filed = world.filed()
    assert owner(filed, world.book, "990101001") == "ZZZX"
    case = world.do(filed, "dispatch", DISPATCHER, lead_department="SZ")
    assert owner(case, world.book) == "SZ"
    assert order_clocks(case) == {"sign", "handle"}
    started = case.orders[0].clocks
    world.advance(HOUR_MS)
    case = world.do(case, "sign", SZ)
    assert owner(case, world.book) == "SZ"
    assert order_clocks(case) == {"first_contact", "handle"}
    assert next(r for r in case.orders[0].clocks if r.clock == "handle") in started


def test_the_case_shows_its_leads_state_and_not_a_co_departments() -> None:
    world = Life()
    case = world.dispatched("SZ", ("GD",))
    case = world.do(case, "sign", handler("GD"))
    assert (case.state, case.orders[1].state) == ("dispatched", "handling")
    case = world.do(case, "sign", SZ)
    assert (case.state, case.orders[0].state) == ("handling", "handling")


def test_an_unsigned_order_signs_itself_only_when_the_limit_has_passed() -> None:
    world = Life()
    case = world.dispatched("SZ")
    order = case.orders[0].code
    limit = due(world, case.id, order, "sign")
    world.now = limit
    assert world.refused(case, "auto_sign", SYSTEM, order=order) == "sign_overdue"
    world.now = limit + 1
    case = world.do(case, "auto_sign", SYSTEM, order=order)
    assert (case.state, case.orders[0].signed_by_time, case.orders[0].signed_at) == (
        "handling",
        True,
        limit + 1,
    )
    assert order_clocks(case) == {"first_contact", "handle"}


def test_a_co_order_signs_itself_alone() -> None:
    world = Life()
    case = world.do(world.dispatched("SZ", ("GD",)), "sign", SZ)
    world.advance(30 * HOUR_MS)
    case = world.do(case, "auto_sign", SYSTEM, order=case.orders[1].code)
    assert (case.orders[0].signed_by_time, case.orders[1].signed_by_time) == (False, True)


def test_no_first_contact_clock_without_a_reporter_or_after_a_contact_made_early() -> None:
    world = Life()
    nobody = world.handling("SZ", wants_answer=False)
    assert order_clocks(nobody) == {"handle"}
    called = world.dispatched("SZ")
    called = world.do(called, "first_contact", SZ)
    at = world.now
    world.advance(MINUTE_MS)
    called = world.do(world.do(called, "sign", SZ), "first_contact", SZ)
    assert order_clocks(called) == {"handle"}
    assert called.orders[0].contacted_at == at


def test_an_added_co_department_has_its_own_clocks_and_is_due_with_the_lead() -> None:
    world = Life()
    case = world.handling("SZ")
    world.advance(50 * HOUR_MS)
    case = world.do(case, "add_co", DISPATCHER, co_departments=["GD", "SZ"])
    assert [(o.unit, o.role, o.dispatched_at) for o in case.orders[1:]] == [("GD", "co", world.now)]
    assert order_clocks(case, 1) == {"sign", "handle"}
    assert due(world, case.id, case.orders[1].code) == due(world, case.id, case.orders[0].code)
    assert world.refused(case, "add_co", DISPATCHER, co_departments=["GD"]) == "co_already_in"


def test_a_second_level_order_leaves_the_owner_and_is_due_before_it() -> None:
    world = Life()
    street = handler("JD@990101001")
    case = world.handling("JD")
    case = world.do(case, "dispatch_on", street, sub_unit="SQ")
    lead, sub = case.orders
    assert (sub.unit, sub.role, sub.parent, sub.mandatory) == ("SQ@990101001001", "sub", lead.code, False)
    assert sub.code == f"{lead.code}-01"
    assert owner(case, world.book) == "JD@990101001"
    owners = due(world, case.id, lead.code)
    assert due(world, case.id, sub.code) == owners - HOUR_MS
    late = world.refused(case, "dispatch_on", street, order=lead.code, sub_unit="WG", sub_due=owners - 1)
    assert late == "sub_due_late"
    early = owners - 2 * HOUR_MS
    case = world.do(case, "dispatch_on", street, order=lead.code, sub_unit="WG", sub_due=early)
    assert due(world, case.id, case.orders[2].code) == early
    again = world.refused(case, "dispatch_on", street, order=lead.code, sub_unit="WG", sub_due=early)
    assert again == "unit_already_in"
    assert world.refused(case, "add_co", DISPATCHER, co_departments=["SQ"]) == "co_already_in"


def test_feedback_of_the_lead_waits_for_mandatory_orders_but_not_for_second_level_ones() -> None:
    world = Life()
    case = world.handling("JD", ("GD",))
    street = handler("JD@990101001")
    case = world.do(case, "dispatch_on", street, order=case.orders[0].code, sub_unit="SQ")
    assert world.refused(case, "feedback", street) == "children_in"
    case = world.do(case, "feedback", handler("GD"))
    assert (case.state, case.orders[1].state) == ("handling", "check")
    assert "check" not in clocks(case)
    case = world.do(case, "feedback", street, order=case.orders[0].code)
    assert (case.state, case.orders[0].state, case.orders[2].state) == ("check", "check", "dispatched")
    assert clocks(case) == {"total", "check"}


def test_a_redispatch_changes_lead_and_co_departments_with_no_second_between() -> None:
    world = Life()
    case = world.handling("SZ", ("GD",))
    world.advance(HOUR_MS)
    case = world.do(case, "redispatch", DISPATCHER, lead_department="CG", co_departments=["SZ"], fault="unit")
    assert case.state == "dispatched"
    assert owner(case, world.book) == "CG"
    assert [(o.unit, o.role, o.end) for o in case.orders] == [
        ("SZ", "lead", "replaced"),
        ("GD", "co", "recalled"),
        ("CG", "lead", ""),
        ("SZ", "co", ""),
    ]
    assert [o.awaits_recall_receipt for o in case.orders] == [False, True, False, False]
    assert order_clocks(case, 0) == order_clocks(case, 1) == set()
    assert case.lead is not None
    assert case.lead.clocks[0].started_at == world.now
    assert (case.first_dispatch_at, case.returns) == (world.now - HOUR_MS, 0)


def test_a_redispatch_that_answers_a_return_counts_as_one_unless_the_centre_was_wrong() -> None:
    for fault, counted in (("unit", 1), ("none", 1), ("centre", 0)):
        world = Life()
        case = world.agreed(
            world.dispatched("SZ"), "return", SZ, actor("dept_lead", "SZ"), suggested_department="CG"
        )
        case = world.do(case, "redispatch", SHIFT_LEAD, lead_department="CG", fault=fault)
        assert (case.returns, case.state) == (counted, "dispatched")


def test_what_an_earlier_dispatch_has_not_acknowledged_holds_up_nobody() -> None:
    world = Life()
    case = world.handling("SZ", ("GD",))
    world.advance(HOUR_MS)
    case = world.do(case, "redispatch", DISPATCHER, lead_department="CG", fault="none")
    case = world.do(case, "sign", CG)
    case = world.do(case, "feedback", CG)
    assert case.state == "check"
    assert [o.unit for o in case.orders if o.awaits_recall_receipt] == ["SZ", "GD"]
    case = world.do(case, "ack_recall", handler("GD"))
    assert [o.unit for o in case.orders if o.awaits_recall_receipt] == ["SZ"]


def test_a_forced_dispatch_needs_the_power_and_a_reason_and_cannot_be_returned() -> None:
    world = Life()
    case = world.filed()
    form = {"lead_department": "HB", "forced": True, "rule_or_reason": "会商意见"}
    assert world.refused(case, "dispatch", DISPATCHER, **form) == "role_may_not"
    assert world.refused(case, "dispatch", SHIFT_LEAD, **form | {"rule_or_reason": ""}) == "field_missing"
    case = world.do(case, "dispatch", SHIFT_LEAD, **form)
    assert not case.orders[0].returnable
    assert world.refused(case, "return", handler("HB")) == "returnable"


def test_the_system_dispatches_nothing_by_itself() -> None:
    world = Life()
    reported = world.register()
    assert world.refused(reported, "accept", SYSTEM) == "auto_rule"
    assert world.refused(world.filed(), "dispatch", SYSTEM, lead_department="SZ") == "auto_rule"


def test_only_the_own_unit_acts_on_an_order() -> None:
    world = Life()
    case = world.dispatched("SZ", ("JD",))
    assert world.refused(case, "sign", handler("HB")) == "other_units_order"
    assert world.refused(case, "sign", handler("JD@990101002")) == "other_units_order"
    assert world.refused(case, "sign", SZ, order=case.orders[1].code) == "other_units_order"
    assert world.refused(case, "sign", DISPATCHER) == "role_may_not"
    case = world.do(case, "sign", handler("JD@990101001"))
    assert [o.state for o in case.orders] == ["dispatched", "handling"]


def test_imported_history_that_is_open_can_be_dispatched() -> None:
    world = Life()
    row = ReportImported("i0", "r0", "x", "hotline", "旧件", world.now - HOUR_MS, History(None, None))
    case = world.do(world.imported(row), "dispatch", DISPATCHER, lead_department="SZ")
    assert (case.state, owner(case, world.book)) == ("dispatched", "SZ")
