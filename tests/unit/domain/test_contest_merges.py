"""Merges, splits and added units that two desks did unseen by one another."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from tests.helpers.desks import Desks, healed, one, shared, two_desks
from tests.helpers.invariants import check_case
from tests.helpers.lives import DISPATCHER, SZ


@pytest.fixture
def desks() -> Desks:
    return two_desks()


def test_merged_into_two_masters(desks: Desks) -> None:
    hub, a, b = desks
    masters = [a.filed(), a.filed()]
    case = shared(desks, a.filed())
    a.do(case, "merge", DISPATCHER, master_id=masters[0].id)
    b.do(case, "merge", DISPATCHER, master_id=masters[1].id)
    healed(hub, a, b)
    after = hub.cases[case.id]
    assert after.master == masters[0].id
    assert len(hub.cases[masters[0].id].reports) == 2
    second = hub.cases[masters[1].id]
    assert (len(second.reports), second.merged) == (1, ())
    assert one(second) == one(after)
    b.settled(after, "first")
    assert b.cases[case.id].contested == ()


def test_merged_alike_is_agreement_on_both_cases(desks: Desks) -> None:
    hub, a, b = desks
    master = a.filed()
    case = shared(desks, a.filed())
    for desk in (a, b):
        desk.do(case, "merge", DISPATCHER, master_id=master.id)
    healed(hub, a, b)
    assert len(hub.cases[master.id].reports) == 2
    assert hub.cases[master.id].merged == (case.id,)
    assert hub.cases[case.id].idle == hub.cases[master.id].idle == ("B1",)


def test_dispatched_here_and_merged_there_changes_the_master_nothing(desks: Desks) -> None:
    hub, a, b = desks
    master = a.filed()
    case = shared(desks, a.filed())
    a.do(case, "dispatch", DISPATCHER)
    b.do(case, "merge", DISPATCHER, master_id=master.id)
    healed(hub, a, b)
    assert hub.cases[case.id].state == "dispatched"
    assert len(hub.cases[master.id].reports) == 1
    assert one(hub.cases[case.id]) == one(hub.cases[master.id])


def test_merging_into_a_master_that_was_closed_meanwhile(desks: Desks) -> None:
    hub, a, b = desks
    master = a.filed()
    case = shared(desks, a.filed())
    a.do(master, "false_alarm", DISPATCHER)
    b.do(case, "merge", DISPATCHER, master_id=master.id)
    healed(hub, a, b)
    assert hub.cases[case.id].state == "filed"
    assert one(hub.cases[case.id]).action == "merge"


def test_closing_a_master_that_took_over_a_case_meanwhile(desks: Desks) -> None:
    hub, a, b = desks
    master = a.filed()
    case = shared(desks, a.filed())
    a.do(case, "merge", DISPATCHER, master_id=master.id)
    b.do(master, "false_alarm", DISPATCHER)
    healed(hub, a, b)
    assert hub.cases[master.id].state == "filed"
    assert one(hub.cases[master.id]).action == "false_alarm"


def test_a_master_at_work_goes_on_whatever_is_merged_into_it(desks: Desks) -> None:
    hub, a, b = desks
    master = a.dispatched("SZ")
    case = shared(desks, a.filed())
    a.do(case, "merge", DISPATCHER, master_id=master.id)
    b.do(master, "sign", SZ)
    b.do(master, "feedback", SZ)
    healed(hub, a, b)
    assert hub.cases[master.id].state == "check"
    assert hub.cases[master.id].contested == ()


def test_a_report_that_the_merging_desk_did_not_know_of_is_not_lost(desks: Desks) -> None:
    hub, a, b = desks
    master = a.filed()
    case = shared(desks, a.filed())
    a.register(joins=case.id)
    b.do(case, "merge", DISPATCHER, master_id=master.id)
    healed(hub, a, b)
    reports = [r.report for c in hub.cases.values() for r in c.reports]
    assert len(reports) == len(set(reports)) == 3
    assert len(hub.cases[case.id].reports) == 1
    back = b.do(case, "unmerge", DISPATCHER)
    assert len(back.reports) == 2


def test_a_unit_added_unseen_is_not_forgotten_by_a_merge(desks: Desks) -> None:
    hub, a, b = desks
    master, case = a.handling("SZ"), a.handling("CG")
    case = shared(desks, case)
    a.do(case, "add_co", DISPATCHER, co_departments=["GD"])
    b.do(
        case,
        "merge_dispatched",
        DISPATCHER,
        master_id=master.id,
        orders_carried=[case.orders[0].code],
    )
    healed(hub, a, b)
    assert one(hub.cases[case.id]).action == "merge_dispatched"
    assert [o.unit for o in hub.cases[case.id].orders if o.in_force] == ["CG", "GD"]


def test_two_desks_add_departments_under_the_same_code(desks: Desks) -> None:
    hub, a, b = desks
    case = shared(desks, a.handling("SZ"))
    a.do(case, "add_co", DISPATCHER, co_departments=["GD"])
    b.do(case, "add_co", DISPATCHER, co_departments=["CG"])
    healed(hub, a, b)
    after = hub.cases[case.id]
    assert [o.unit for o in after.orders] == ["SZ", "GD"]
    assert one(after).action == "add_co"
    check_case(after, a.book)


def test_parts_of_a_split_live_on_and_a_person_looks(desks: Desks) -> None:
    hub, a, b = desks
    case = shared(desks, a.filed())
    a.do(case, "dispatch", DISPATCHER)
    b.do(case, "split", DISPATCHER)
    part = b.cases[case.id].links[0]
    b.do(part, "dispatch", DISPATCHER)
    healed(hub, a, b)
    after = hub.cases[case.id]
    assert one(after).applied
    assert after.state == "dispatched"
    assert after.links == (part,)
    assert (hub.cases[part].state, hub.cases[part].contested) == ("dispatched", ())


def test_undoing_a_merge_that_never_was_moves_nothing(desks: Desks) -> None:
    """What a desk with a broken memory may push: it must not leave a case without a state."""
    hub, a, _ = desks
    master, other = a.filed(), a.filed()
    case = a.do(a.filed(), "merge", DISPATCHER, master_id=master.id)
    a.do(case, "unmerge", DISPATCHER)
    fact, _ = a.waiting[-1]
    merge, _ = a.waiting[-2]
    healed(hub, a)
    hub.number(replace(fact, eid="again", base={}), [case.id, master.id])
    hub.number(replace(fact, eid="wrong", base={}, body=replace(fact.body, master=other.id)), [other.id])
    assert hub.cases[case.id].state == "filed"
    assert len(hub.cases[case.id].reports) == 1
    assert hub.cases[other.id].reports == other.reports
    for eid in ("once", "twice"):
        hub.number(replace(merge, eid=eid, base={}), [case.id, master.id])
    assert len(hub.cases[master.id].reports) == 2
    assert hub.cases[case.id].prior == "filed"
