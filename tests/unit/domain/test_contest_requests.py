"""Extensions, holds and promises that two desks answered unseen by one another."""

from __future__ import annotations

import pytest

from app.base.clock import DAY_MS
from app.domain.incident import Incident
from tests.helpers.desks import Desks, healed, one, shared, two_desks
from tests.helpers.lives import CG, INTAKE, SHIFT_LEAD, SZ


@pytest.fixture
def desks() -> Desks:
    return two_desks()


def asked(desks: Desks, what: str) -> Incident:
    _, a, _ = desks
    return shared(desks, a.do(a.handling("SZ", co=("CG",)), what, SZ))


def test_two_extensions_of_one_order(desks: Desks) -> None:
    hub, a, b = desks
    case = asked(desks, "ask_extension")
    due = [hub.now + days * DAY_MS for days in (4, 5)]
    a.do(case, "extend", SHIFT_LEAD, new_due=due[0])
    b.do(case, "extend", SHIFT_LEAD, new_due=due[1])
    healed(hub, a, b)
    after = hub.cases[case.id]
    assert after.orders[0].extensions == 1
    handle = next(run for run in after.orders[0].clocks if run.clock == "handle")
    assert [replaced.due_at for replaced in handle.replaced] == due[:1]
    assert (one(after).action, one(after).order) == ("extend", case.orders[0].code)


def test_extended_here_and_refused_there(desks: Desks) -> None:
    hub, a, b = desks
    case = asked(desks, "ask_extension")
    a.do(case, "refuse_extension", SHIFT_LEAD)
    b.do(case, "extend", SHIFT_LEAD, new_due=hub.now + 4 * DAY_MS)
    healed(hub, a, b)
    assert one(hub.cases[case.id]).action == "extend"
    assert hub.cases[case.id].orders[0].extensions == 0


def test_a_refusal_of_one_request_stands_in_no_other_way(desks: Desks) -> None:
    hub, a, b = desks
    case = asked(desks, "ask_extension")
    a.do(case, "refuse_extension", SHIFT_LEAD)
    b.do(case, "feedback", CG, order=case.orders[1].code)
    b.do(case, "feedback", SZ)
    healed(hub, a, b)
    assert hub.cases[case.id].contested == ()
    assert hub.cases[case.id].state == "check"


def test_put_on_hold_here_while_the_other_unit_works_on_there(desks: Desks) -> None:
    hub, a, b = desks
    case = asked(desks, "ask_hold")
    a.do(case, "hold", SHIFT_LEAD, review_date=hub.now + DAY_MS)
    b.do(case, "feedback", CG, order=case.orders[1].code)
    healed(hub, a, b)
    after = hub.cases[case.id]
    assert (after.contested, after.state, after.orders[1].state) == ((), "on_hold", "check")


def test_put_on_hold_here_and_answered_there(desks: Desks) -> None:
    hub, a, b = desks
    case = asked(desks, "ask_hold")
    a.do(case, "hold", SHIFT_LEAD, review_date=hub.now + DAY_MS)
    b.do(case, "feedback", CG, order=case.orders[1].code)
    b.do(case, "feedback", SZ, order=case.orders[0].code)
    healed(hub, a, b)
    assert hub.cases[case.id].state == "on_hold"
    assert one(hub.cases[case.id]).action == "feedback"


def test_a_promised_call_is_made_once(desks: Desks) -> None:
    hub, a, b = desks
    case = a.filed()
    for days in (1, 2):
        case = a.do(case, "promise_callback", INTAKE, when=hub.now + days * DAY_MS)
    case = shared(desks, case)
    for desk, said in ((a, "已答复"), (b, "没人接")):
        desk.do(case, "promise_kept", INTAKE, what_was_said=said)
    healed(hub, a, b)
    after = hub.cases[case.id]
    assert (len(after.promises), after.contested) == (1, ())


def test_a_step_that_no_longer_fits_is_contested_though_nobody_stood_in_its_way(desks: Desks) -> None:
    hub, a, b = desks
    case = a.handling("SZ")
    case = a.do(case, "ask_hold", SZ)
    case = shared(desks, a.do(case, "hold", SHIFT_LEAD, review_date=hub.now + DAY_MS))
    a.register(joins=case.id, urgent=True, life_danger=True)
    b.do(case, "resume", SZ)
    healed(hub, a, b)
    after = hub.cases[case.id]
    assert (after.state, after.urgent) == ("handling", True)
    assert one(after).action == "resume"


def test_choosing_the_second_extension_takes_the_first_one_back(desks: Desks) -> None:
    hub, a, b = desks
    case = asked(desks, "ask_extension")
    a.do(case, "extend", SHIFT_LEAD, new_due=hub.now + 4 * DAY_MS)
    b.do(case, "extend", SHIFT_LEAD, new_due=hub.now + 5 * DAY_MS)
    healed(hub, a, b)
    after = a.settled(a.cases[case.id], "second")
    order = after.orders[0]
    assert order.extensions == 0
    assert [request.kind for request in order.requests] == ["ask_extension"]
    assert all(not run.replaced for run in order.clocks)
    assert a.do(after, "extend", SHIFT_LEAD, new_due=hub.now + 5 * DAY_MS).orders[0].extensions == 1
