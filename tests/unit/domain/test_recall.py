"""Recalls: of the lead with everybody, of a co-department alone; every unit recalled acknowledges."""

from __future__ import annotations

import pytest

from app.base.clock import HOUR_MS
from app.domain.code import valid_code
from app.domain.owner import owner
from tests.helpers.lives import DISPATCHER, SHIFT_LEAD, SZ, Life, clocks, handler, order_clocks

GD = handler("GD")


@pytest.mark.parametrize("signed", [False, True])
def test_recalling_the_lead_withdraws_the_whole_dispatch(signed: bool) -> None:
    world = Life()
    case = world.handling("SZ", ("GD",)) if signed else world.dispatched("SZ", ("GD",))
    world.advance(HOUR_MS)
    case = world.do(case, "recall", DISPATCHER)
    assert (case.state, owner(case, world.book)) == ("filed", "ZZZX")
    assert clocks(case) == {"total", "dispatch"}
    assert [(o.end, o.awaits_recall_receipt) for o in case.orders] == [("recalled", True)] * 2
    assert order_clocks(case, 0) == order_clocks(case, 1) == set()
    assert case.returns == 0


def test_a_co_order_is_recalled_alone_and_the_lead_waits_for_the_receipt() -> None:
    world = Life()
    case = world.handling("SZ", ("GD",))
    co = case.orders[1].code
    case = world.do(case, "recall", SHIFT_LEAD, order=co)
    assert (case.state, owner(case, world.book)) == ("handling", "SZ")
    assert [(o.end, o.in_force) for o in case.orders] == [("", True), ("recalled", False)]
    assert "dispatch" not in clocks(case)
    assert world.refused(case, "feedback", SZ) == "children_in"
    assert world.refused(case, "ack_recall", SZ, order=co) == "other_units_order"
    case = world.do(case, "ack_recall", GD)
    assert case.orders[1].acknowledged
    assert world.refused(case, "ack_recall", GD) == "no_order"
    assert world.refused(case, "ack_recall", GD, order=co) == "no_recall_open"
    assert world.do(case, "feedback", SZ).state == "check"


def test_second_level_orders_go_with_the_order_they_came_from() -> None:
    world = Life()
    case = world.handling("SZ", ("JD",))
    co = case.orders[1].code
    case = world.do(case, "dispatch_on", handler("JD@990101001"), sub_unit="SQ")
    community = handler("SQ@990101001001")
    case = world.do(case, "sign", community)
    case = world.do(case, "dispatch_on", community, sub_unit="WG@990101001001001")
    case = world.do(case, "recall", DISPATCHER, order=co)
    assert [(o.role, o.end) for o in case.orders] == [
        ("lead", ""),
        ("co", "recalled"),
        ("sub", "recalled"),
        ("sub", "recalled"),
    ]
    assert valid_code(case.orders[3].code)
    case = world.do(case, "ack_recall", community)
    assert [o.acknowledged for o in case.orders] == [True, False, True, False]


def test_a_second_level_order_is_recalled_alone() -> None:
    world = Life()
    case = world.do(world.handling("JD"), "dispatch_on", handler("JD@990101001"), sub_unit="SQ")
    case = world.do(case, "recall", DISPATCHER, order=case.orders[1].code)
    assert (case.state, [o.end for o in case.orders]) == ("handling", ["", "recalled"])


def test_receipts_are_given_after_the_case_has_gone_on_or_is_closed() -> None:
    world = Life()
    case = world.do(world.dispatched("SZ"), "recall", DISPATCHER)
    case = world.do(case, "dispatch", DISPATCHER, lead_department="GD")
    case = world.do(world.do(case, "sign", GD), "feedback", GD)
    case = world.do(case, "close_without_callback", DISPATCHER)
    assert world.do(case, "ack_recall", SZ).orders[0].acknowledged


def test_where_there_is_nothing_to_recall() -> None:
    world = Life()
    assert world.refused(world.filed(), "recall", DISPATCHER) == "no_order"
    case = world.handling("SZ")
    assert world.refused(case, "recall", SZ) == "role_may_not"
    assert world.refused(world.checking("SZ"), "recall", DISPATCHER) == "wrong_state"
    gone = world.do(case, "recall", DISPATCHER)
    assert world.refused(gone, "recall", DISPATCHER, order=gone.orders[0].code) == "order_ended"
    assert world.refused(gone, "sign", SZ, order=gone.orders[0].code) == "order_ended"


def test_what_a_recalled_unit_was_asked_to_confirm_is_moot() -> None:
    world = Life()
    asked = world.do(world.dispatched("SZ"), "return", SZ)
    assert len(asked.pending) == 1
    assert world.do(asked, "recall", DISPATCHER).pending == ()
