"""The second person: different, with the permission, of the unit where it is the unit's; nothing changes
before."""

from __future__ import annotations

from app.base.clock import HOUR_MS
from app.domain.moves import ConfirmationAsked, ConfirmationRefused
from app.domain.owner import owner
from tests.helpers.lives import (
    CALLBACK,
    CENTRE_LEAD,
    DISPATCHER,
    INTAKE,
    LEADER,
    SHIFT_LEAD,
    SUPERVISOR,
    SZ,
    Life,
    actor,
    clocks,
    handler,
    order_clocks,
)

SZ_LEAD = actor("dept_lead", "SZ")


def test_nothing_changes_and_every_clock_runs_until_a_second_person_agrees() -> None:
    world = Life()
    case = world.register()
    asked = world.do(case, "reject", INTAKE)
    assert (asked.state, asked.clocks, asked.orders) == (case.state, case.clocks, case.orders)
    pending = asked.pending[0]
    assert (pending.action, pending.permission, pending.asked_by, pending.asked_at) == (
        "reject",
        "confirm_reject",
        INTAKE.operator,
        world.now,
    )
    assert world.refused(asked, "reject", INTAKE) == "already_asked"
    done = world.do(asked, "reject", DISPATCHER, confirms=pending.eid)
    assert (done.state, done.pending, clocks(done)) == ("rejected", (), {"archive"})
    assert done.closed_at == world.now
    body = world.facts[case.id][-1].body
    assert body.form == pending.form  # type: ignore[attr-defined]


def test_who_may_not_agree() -> None:
    world = Life()
    asked = world.do(world.register(), "reject", INTAKE)
    eid = asked.pending[0].eid
    same = actor("dispatcher", operator=INTAKE.operator)
    assert world.refused(asked, "reject", same, confirms=eid) == "same_person"
    assert world.refused(asked, "reject", CENTRE_LEAD, confirms=eid) == "role_may_not"
    assert world.refused(asked, "reject", DISPATCHER, confirms="nothing") == "nothing_to_confirm"


def test_agreeing_to_one_thing_does_not_do_another() -> None:
    world = Life()
    asked = world.do(world.register(), "reject", INTAKE)
    eid = asked.pending[0].eid
    assert world.refused(asked, "withdraw", DISPATCHER, confirms=eid) == "nothing_to_confirm"
    assert world.refused(asked, "accept", DISPATCHER, confirms=eid) == "nothing_to_confirm"
    assert world.refused(asked, "withdraw", DISPATCHER, refuses=eid, reason="x") == "nothing_to_confirm"


def test_the_second_person_may_not_agree_and_says_why() -> None:
    world = Life()
    asked = world.do(world.dispatched("SZ"), "return", SZ)
    eid = asked.pending[0].eid
    assert world.refused(asked, "return", SZ_LEAD, refuses=eid, reason=" ") == "field_missing"
    assert (
        world.refused(asked, "return", actor("dept_lead", "CG"), refuses=eid, reason="x")
        == "other_units_order"
    )
    body = world.try_(asked, "return", SZ_LEAD, refuses=eid, reason=" 属本单位职责 ")
    assert body == ConfirmationRefused(asked.id, eid, "属本单位职责")
    case = world.cases[asked.id]
    assert (case.state, case.pending, case.orders[0].asked_return) == ("dispatched", (), False)
    assert world.do(case, "return", SZ).pending != ()


def test_the_rules_are_asked_again_when_the_second_person_agrees() -> None:
    world = Life()
    case = world.handling("SZ")
    world.do(case, "supervise", SUPERVISOR)
    asked = world.do(case, "feedback", SZ)
    world.do(case, "add_co", DISPATCHER, co_departments=["GD"])
    assert world.refused(asked, "feedback", SZ_LEAD, confirms=asked.pending[0].eid) == "children_in"


def test_a_request_whose_moment_has_passed_is_dropped() -> None:
    world = Life()
    asked = world.do(world.register(), "reject", INTAKE)
    accepted = world.do(asked, "accept", INTAKE)
    assert len(accepted.pending) == 1
    assert world.do(accepted, "file", DISPATCHER).pending == ()


def test_when_feedback_needs_the_head_of_the_unit() -> None:
    world = Life()
    plain = world.do(world.handling("SZ"), "feedback", SZ)
    assert plain.state == "check"
    for mark, by in (("supervise", SUPERVISOR), ("instruct", LEADER)):
        case = world.do(world.do(world.handling("SZ"), mark, by), "feedback", SZ)
        assert (case.state, case.pending[0].permission) == ("handling", "confirm_feedback")
        case = world.do(case, "feedback", SZ_LEAD, confirms=case.pending[0].eid)
        assert (case.state, case.orders[0].feedback_at) == ("check", (world.now,))
    long = world.do(world.handling("ZJ", category="1202"), "feedback", handler("ZJ"))
    assert (long.sla_class, long.state) == ("W15", "handling")
    urgent = world.handling("SZ", category="0501")
    urgent = world.do(world.do(urgent, "supervise", SUPERVISOR), "feedback", SZ)
    assert urgent.state == "check"


def test_leaving_a_case_out_of_the_rates_takes_two() -> None:
    world = Life()
    case = world.do(world.calling(), "callback_done", CALLBACK, excluded_reason="诉求人不合理")
    assert (case.state, case.call_back) == ("callback", None)
    case = world.do(case, "callback_done", SHIFT_LEAD, confirms=case.pending[0].eid)
    assert case.state == "closed"
    assert case.call_back is not None
    assert case.call_back.excluded_reason == "诉求人不合理"


def test_closing_with_advice_takes_two_and_is_no_way_out_of_a_hazard() -> None:
    world = Life()
    asked = world.do(world.handling("SZ", ("GD",)), "close_with_advice", DISPATCHER)
    assert isinstance(world.facts[asked.id][-1].body, ConfirmationAsked)
    case = world.do(asked, "close_with_advice", SHIFT_LEAD, confirms=asked.pending[0].eid)
    assert (case.state, case.result, owner(case, world.book)) == ("callback", "advised", "SZ")
    assert clocks(case) == {"total", "callback"}
    assert order_clocks(case, 0) == order_clocks(case, 1) == set()
    case = world.do(case, "callback_done", CALLBACK)
    assert (case.state, case.result) == ("closed", "advised")
    assert [(o.end, o.acknowledged) for o in case.orders] == [("done", True), ("recalled", False)]
    urgent = world.handling("SZ", category="0501")
    assert world.refused(urgent, "close_with_advice", DISPATCHER) == "no_hazard"


def test_a_request_never_blocks_the_plain_way() -> None:
    world = Life()
    asked = world.do(world.handling("SZ"), "close_with_advice", DISPATCHER)
    world.advance(HOUR_MS)
    case = world.do(asked, "feedback", SZ)
    assert (case.state, case.pending) == ("check", ())
