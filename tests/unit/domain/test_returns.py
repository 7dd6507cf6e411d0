"""Returns: asked with reason, basis and suggestion, inside the window, once a unit; the second goes to
consultation."""

from __future__ import annotations

import pytest

from app.base.clock import DAY_MS, HOUR_MS, MINUTE_MS
from app.domain import timing
from app.domain.incident import Incident
from app.domain.owner import owner
from tests.helpers.lives import (
    CENTRE_LEAD,
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

LEADS = {unit: actor("dept_lead", unit) for unit in ("SZ", "CG", "HB", "GD", "RQ", "HW")}
STREET = "990101001"


def returned(world: Life, case: Incident, unit: str = "SZ", **form: object) -> Incident:
    return world.agreed(case, "return", handler(unit), LEADS[unit], suggested_department="CG", **form)


def test_a_request_releases_nobody_and_stops_nothing() -> None:
    world = Life()
    case = world.dispatched("SZ")
    asked = world.do(case, "return", SZ)
    assert (asked.state, len(asked.pending), asked.orders[0].asked_return) == ("dispatched", 1, False)
    case = world.do(asked, "return", LEADS["SZ"], confirms=asked.pending[0].eid)
    assert (case.state, case.orders[0].state, case.pending) == ("return_review", "return_review", ())
    assert owner(case, world.book, STREET) == "SZ"
    assert order_clocks(case) == {"sign", "handle", "return_review"}


def test_reason_basis_and_suggestion_are_required_and_of_the_lists() -> None:
    world = Life()
    case = world.dispatched("SZ")
    form = {"return_reason_code": "R02", "basis_text": "职责清单", "suggested_department": "CG"}
    for field in form:
        missing = world.try_(case, "return", SZ, **{k: v for k, v in form.items() if k != field})
        assert getattr(missing, "code", "") == "field_missing"
        assert getattr(missing, "field", "") == field
    assert world.refused(case, "return", SZ, return_reason_code="R99") == "field_choice"
    assert world.refused(case, "return", SZ, suggested_department="XX") == "field_department"


def test_an_accepted_return_hands_the_case_to_the_centre_and_counts() -> None:
    world = Life()
    case = returned(world, world.handling("SZ", ("GD",)))
    world.advance(MINUTE_MS)
    case = world.do(case, "return_accepted", DISPATCHER, fault="none")
    assert (case.state, case.returns, owner(case, world.book, STREET)) == ("filed", 1, "ZZZX")
    assert clocks(case) == {"total", "dispatch"}
    assert [(o.end, o.acknowledged) for o in case.orders] == [("returned", True), ("recalled", False)]
    assert order_clocks(case) == order_clocks(case, 1) == set()
    case = world.do(case, "dispatch", DISPATCHER, lead_department="CG")
    assert owner(case, world.book) == "CG"
    assert case.lead is not None
    assert case.lead.clocks[0].started_at == world.now


def test_the_centres_own_mistake_does_not_count() -> None:
    world = Life()
    case = returned(world, world.dispatched("SZ"))
    case = world.do(case, "return_accepted", DISPATCHER, fault="centre")
    assert case.returns == 0
    case = world.do(case, "dispatch", DISPATCHER, lead_department="CG")
    case = world.agreed(case, "return", CG, LEADS["CG"], suggested_department="SZ")
    assert case.state == "return_review"


@pytest.mark.parametrize("signed", [False, True])
def test_a_refused_return_brings_the_prior_state_back_with_its_clocks(signed: bool) -> None:
    world = Life()
    case = world.handling("SZ") if signed else world.dispatched("SZ")
    before = order_clocks(case)
    case = returned(world, case)
    case = world.do(case, "return_refused", DISPATCHER)
    assert case.state == case.orders[0].state == ("handling" if signed else "dispatched")
    assert order_clocks(case) == before
    assert case.returns == 1


def test_a_unit_asks_once_and_then_for_a_consultation() -> None:
    world = Life()
    case = world.do(returned(world, world.handling("SZ")), "return_refused", DISPATCHER)
    assert world.refused(case, "return", SZ) == "in_return_window"
    case = world.do(case, "ask_consultation", SZ)
    assert [r.kind for r in case.orders[0].requests] == ["ask_consultation"]
    case = world.do(case, "to_arbitration", SHIFT_LEAD)
    assert (case.state, case.orders[0].requests) == ("arbitration", ())


def test_the_window_closes_to_the_millisecond() -> None:
    world = Life()
    case = world.dispatched("SZ")
    until = timing.return_window_end(world.book, case, case.orders[0])
    assert until is not None
    world.now = until + 1
    assert world.refused(case, "return", SZ) == "in_return_window"
    world.now = until
    asked = world.do(case, "return", SZ)
    world.now = until + 1
    late = world.refused(asked, "return", LEADS["SZ"], confirms=asked.pending[0].eid)
    assert late == "in_return_window"


def test_the_window_never_lies_behind_the_handle_due_time() -> None:
    world = Life()
    for category, sla_class in (("0602", "W3"), ("0102", "H4"), ("0104", "H2")):
        case = world.dispatched("SZ", category=category)
        assert case.sla_class == sla_class
        until = timing.return_window_end(world.book, case, case.orders[0])
        due = timing.working_due(world.book, case, case.orders[0])
        assert until is not None
        assert due is not None
        assert until <= due


def test_the_second_return_goes_to_consultation_in_the_same_instant() -> None:
    world = Life()
    case = world.do(returned(world, world.dispatched("SZ")), "return_accepted", DISPATCHER, fault="unit")
    case = world.do(case, "dispatch", DISPATCHER, lead_department="CG", co_departments=["GD"])
    case = world.do(case, "sign", CG)
    asked = world.do(case, "return", CG, suggested_department="SZ")
    assert asked.state == "handling"
    case = world.do(asked, "return", LEADS["CG"], confirms=asked.pending[0].eid)
    assert world.taken[-2:] == ["return", "to_arbitration"]
    assert case.state == "arbitration"
    assert owner(case, world.book, STREET) == "CG"
    assert clocks(case) == {"total", "arbitration"}
    lead = case.lead
    assert lead is not None
    handle = next(r for r in lead.clocks if r.clock == "handle")
    assert handle.pauses[-1].until is None
    assert handle.pauses[-1].reason == "arbitration"
    assert {r.clock for r in lead.clocks if r.stopped_at is None} == {"handle"}
    co = case.orders[-1]
    assert (co.unit, co.in_force, {r.clock for r in co.clocks if r.stopped_at is None}) == (
        "GD",
        True,
        {"sign", "handle"},
    )


def test_a_third_department_that_returns_goes_to_consultation_the_centres_mistakes_not_counted() -> None:
    for faults, state in ((("none", "unit"), "arbitration"), (("none", "centre"), "return_review")):
        world = Life()
        case = world.dispatched("SZ")
        for lead, fault in zip(("HB", "CG"), faults, strict=True):
            case = world.do(case, "redispatch", DISPATCHER, lead_department=lead, fault=fault)
        assert case.returns == 0
        case = world.agreed(case, "return", CG, LEADS["CG"], suggested_department="SZ")
        assert case.state == state


def test_a_recall_is_the_centres_own_fault_and_counts_for_nothing() -> None:
    world = Life()
    case = world.dispatched("SZ")
    for lead in ("HB", "CG"):
        case = world.do(case, "recall", DISPATCHER)
        assert case.orders[-1].centre_fault
        case = world.do(case, "dispatch", DISPATCHER, lead_department=lead)
    case = world.agreed(case, "return", CG, LEADS["CG"], suggested_department="SZ")
    assert case.state == "return_review"


def test_a_co_departments_return_concerns_its_own_order() -> None:
    world = Life()
    case = world.dispatched("SZ", ("GD",))
    co = case.orders[1].code
    case = world.agreed(case, "return", handler("GD"), LEADS["GD"], suggested_department="CG")
    assert (case.state, case.orders[1].state) == ("dispatched", "return_review")
    case = world.do(case, "return_accepted", DISPATCHER, order=co)
    assert (case.state, case.returns, case.orders[1].end) == ("dispatched", 0, "returned")
    assert clocks(case) == {"total"}
    case = world.do(world.do(case, "sign", SZ), "feedback", SZ)
    assert case.state == "check"


def test_a_named_lead_cannot_return_and_the_co_departments_stay() -> None:
    world = Life()
    case = world.handling("SZ", ("GD", "HB"))
    case = world.do(case, "to_arbitration", CENTRE_LEAD)
    world.advance(HOUR_MS)
    case = world.do(case, "name_lead", CENTRE_LEAD, lead_department="GD")
    assert case.state == "dispatched"
    assert [(o.unit, o.role, o.end) for o in case.orders] == [
        ("SZ", "lead", "recalled"),
        ("GD", "co", "replaced"),
        ("HB", "co", ""),
        ("GD", "lead", ""),
    ]
    assert clocks(case) == {"total"}
    assert order_clocks(case, 3) == {"sign", "handle"}
    assert world.refused(case, "return", handler("GD")) == "returnable"


def test_a_consultation_may_name_the_same_lead_again() -> None:
    world = Life()
    case = world.do(world.handling("SZ"), "to_arbitration", CENTRE_LEAD)
    case = world.do(case, "name_lead", CENTRE_LEAD, lead_department="SZ")
    assert [(o.unit, o.end, o.acknowledged) for o in case.orders] == [
        ("SZ", "replaced", True),
        ("SZ", "", True),
    ]


def test_who_may_send_a_case_to_consultation_and_from_where() -> None:
    world = Life()
    filed = world.filed()
    assert world.refused(filed, "to_arbitration", DISPATCHER) == "role_may_not"
    assert world.do(filed, "to_arbitration", SHIFT_LEAD).state == "arbitration"
    assert world.refused(world.dispatched(), "to_arbitration", SHIFT_LEAD) == "wrong_state"


def test_urgent_the_street_owns_meanwhile_and_every_clock_runs() -> None:
    world = Life()
    case = world.filed(category="0501")
    assert world.refused(case, "to_arbitration", SHIFT_LEAD) == "first_to_territory"
    assert owner(case, world.book, STREET) == "ZZZX"
    case = world.do(case, "dispatch", DISPATCHER, lead_department="RQ")
    assert owner(case, world.book, STREET) == "RQ"
    case = returned(world, case, "RQ")
    assert owner(case, world.book, STREET) == f"JD@{STREET}"
    assert owner(case, world.book, "") == "ZZZX"
    assert {"arrive", "make_safe", "restore"} <= clocks(case)
    case = world.do(case, "return_accepted", DISPATCHER, fault="unit")
    assert (case.state, owner(case, world.book, STREET)) == ("filed", f"JD@{STREET}")
    case = world.do(case, "dispatch", DISPATCHER, lead_department="SZ")
    case = world.do(case, "sign", SZ)
    case = returned(world, case)
    assert (case.state, owner(case, world.book, STREET)) == ("arbitration", f"JD@{STREET}")
    assert case.lead is not None
    handle = next(r for r in case.lead.clocks if r.clock == "handle")
    assert handle.pauses == ()
    assert not any(t.deadline.paused for t in timing.all_deadlines(world.book, case))


def test_the_system_alone_sends_no_case_to_consultation_that_was_never_dispatched_and_urgent() -> None:
    world = Life()
    case = world.filed(category="0501")
    assert world.refused(case, "to_arbitration", SYSTEM) == "first_to_territory"


def test_the_dept_lead_of_another_unit_does_not_sign_a_return_off() -> None:
    world = Life()
    asked = world.do(world.dispatched("SZ"), "return", SZ)
    eid = asked.pending[0].eid
    assert world.refused(asked, "return", LEADS["CG"], confirms=eid) == "other_units_order"
    world.advance(DAY_MS)
    assert world.do(asked, "return", LEADS["SZ"], confirms=eid).state == "return_review"
