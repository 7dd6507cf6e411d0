"""Two desks cut off from one another: the lower number leads, the other waits for a person."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from app.base.clock import DAY_MS, HOUR_MS
from app.domain.fact import PENDING_FROM
from app.log import entries
from tests.helpers.desks import Desks, healed, one, shared, two_desks
from tests.helpers.invariants import check_case
from tests.helpers.lives import CG, DISPATCHER, INTAKE, SHIFT_LEAD, SUPERVISOR, SYSTEM, SZ


@pytest.fixture
def desks() -> Desks:
    return two_desks()


def test_a_pending_number_is_the_same_in_both_rooms() -> None:
    assert PENDING_FROM == entries.PENDING_FROM


def test_two_dispatches_the_lower_number_leads(desks: Desks) -> None:
    hub, a, b = desks
    case = shared(desks, a.filed())
    a.do(case, "dispatch", DISPATCHER, lead_department="SZ")
    b.do(case, "dispatch", SHIFT_LEAD, lead_department="CG")
    healed(hub, b, a)
    after = hub.cases[case.id]
    assert [o.unit for o in after.orders] == ["CG"]
    item = one(after)
    assert (item.eid, item.origin, item.desk, item.actor) == ("A4", "A", "A", "op-dispatcher-ZZZX")
    assert (item.action, item.form["lead_department"]) == ("dispatch", "SZ")
    assert (item.against.eid, item.against.origin, item.against.action) == ("B1", "B", "dispatch")
    assert after.entries == case.entries + 2
    assert after.seen == item.gseq == len(hub.told)
    check_case(after, a.book)


def test_a_desk_sees_the_contest_before_its_own_entry_has_a_number(desks: Desks) -> None:
    hub, a, b = desks
    case = shared(desks, a.filed())
    a.do(case, "dispatch", DISPATCHER, lead_department="SZ")
    b.do(case, "dispatch", SHIFT_LEAD, lead_department="CG")
    a.push()
    b.pull()
    seen = b.cases[case.id]
    assert [o.unit for o in seen.orders] == ["SZ"]
    assert one(seen).gseq >= PENDING_FROM
    assert seen.seen == len(hub.told)


def test_the_very_same_done_twice_is_agreement(desks: Desks) -> None:
    hub, a, b = desks
    case = shared(desks, a.filed())
    for desk in (a, b):
        desk.do(case, "dispatch", DISPATCHER, lead_department="SZ", co_departments=["CG"])
    b.do(case, "sign", SZ)
    healed(hub, a, b)
    after = hub.cases[case.id]
    assert after.contested == ()
    assert after.idle == ("B1",)
    assert [(o.unit, o.state) for o in after.orders] == [("SZ", "handling"), ("CG", "dispatched")]


def test_signed_by_the_unit_and_by_time_out_is_the_same(desks: Desks) -> None:
    hub, a, b = desks
    case = shared(desks, a.dispatched())
    hub.now += 9 * DAY_MS
    a.do(case, "auto_sign", SYSTEM)
    b.do(case, "sign", SZ)
    healed(hub, a, b)
    after = hub.cases[case.id]
    assert (after.contested, after.idle) == ((), ("B1",))
    assert after.orders[0].signed_by_time


def test_what_was_built_on_a_withheld_step_is_withheld_with_it(desks: Desks) -> None:
    hub, a, b = desks
    case = shared(desks, a.filed())
    a.do(case, "dispatch", DISPATCHER, lead_department="SZ")
    b.do(case, "dispatch", DISPATCHER, lead_department="CG")
    b.do(case, "sign", CG)
    b.do(case, "first_contact", CG)
    b.do(case, "feedback", CG)
    b.do(case, "urge", SUPERVISOR)
    healed(hub, a, b)
    after = hub.cases[case.id]
    item = one(after)
    assert (item.eid, item.withheld) == ("B1", ("B2", "B3", "B4"))
    assert (after.state, after.lead and after.lead.unit) == ("dispatched", "SZ")
    assert after.orders[0].contacted_at is None
    assert "urged" in after.overlays
    assert after.entries == case.entries + 6


def test_who_saw_it_all_is_in_nobodys_way(desks: Desks) -> None:
    hub, a, b = desks
    case = shared(desks, a.filed())
    a.do(case, "dispatch", DISPATCHER, lead_department="SZ")
    b.do(case, "dispatch", DISPATCHER, lead_department="CG")
    healed(hub, a, b)
    b.do(case, "sign", SZ)
    a.do(case, "urge", SUPERVISOR)
    healed(hub, a, b)
    after = hub.cases[case.id]
    assert after.state == "handling"
    assert one(after).withheld == ()


def test_closed_here_and_dispatched_there(desks: Desks) -> None:
    hub, a, b = desks
    case = shared(desks, a.filed())
    a.do(case, "false_alarm", DISPATCHER)
    b.do(case, "dispatch", DISPATCHER)
    healed(hub, a, b)
    assert hub.cases[case.id].state == "closed"
    assert one(hub.cases[case.id]).action == "dispatch"


def test_dispatched_here_and_closed_there(desks: Desks) -> None:
    hub, a, b = desks
    case = shared(desks, a.filed())
    a.do(case, "dispatch", DISPATCHER)
    b.do(case, "false_alarm", DISPATCHER)
    healed(hub, a, b)
    after = hub.cases[case.id]
    assert (after.state, after.result) == ("dispatched", "")
    assert one(after).action == "false_alarm"


def test_notes_urges_and_reports_always_count(desks: Desks) -> None:
    hub, a, b = desks
    case = shared(desks, a.handling("SZ"))
    a.do(case, "feedback", SZ)
    b.do(case, "progress", SZ)
    b.do(case, "urge", SUPERVISOR)
    b.do(case, "promise_callback", INTAKE, when=hub.now + DAY_MS)
    b.register(joins=case.id)
    healed(hub, a, b)
    after = hub.cases[case.id]
    assert after.contested == after.idle == ()
    assert (after.state, len(after.reports), len(after.promises)) == ("check", 2, 1)
    assert "urged" in after.overlays


def test_what_follows_by_itself_goes_the_way_of_its_cause(desks: Desks) -> None:
    hub, a, b = desks
    case = shared(desks, a.register(urgent=True))
    a.do(case, "accept", INTAKE, category="0602")
    b.do(case, "accept", INTAKE, category="0102")
    assert b.cases[case.id].state == "filed"
    healed(hub, a, b)
    after = hub.cases[case.id]
    assert after.state == "filed"
    assert one(after).withheld == ("B2",)


def test_what_follows_from_agreement_is_idle_too(desks: Desks) -> None:
    hub, a, b = desks
    case = shared(desks, a.register(urgent=True))
    for desk in (a, b):
        desk.do(case, "accept", INTAKE, category="0602")
    healed(hub, a, b)
    assert hub.cases[case.id].idle == ("B1", "B2")
    assert hub.cases[case.id].contested == ()


def test_classes_that_differ_are_laid_before_a_person(desks: Desks) -> None:
    hub, a, b = desks
    case = shared(desks, a.filed())
    a.do(case, "reclassify", SHIFT_LEAD, category="0602", sla_class="H4")
    b.do(case, "reclassify", SHIFT_LEAD, category="0602", sla_class="W15")
    b.do(case, "dispatch", DISPATCHER)
    healed(hub, a, b)
    after = hub.cases[case.id]
    assert (after.sla_class, after.state) == ("H4", "dispatched")
    assert one(after).action == "reclassify"


def test_told_late_nothing_ends_before_it_began(desks: Desks) -> None:
    hub, a, b = desks
    case = shared(desks, a.dispatched("SZ"))
    hub.now += HOUR_MS
    b.do(case, "urge", SUPERVISOR)
    b.do(case, "sign", SZ)
    signed_at = hub.now
    hub.now += HOUR_MS
    a.do(case, "mark_confidential", INTAKE)
    healed(hub, a, b)
    after = hub.cases[case.id]
    assert after.orders[0].signed_at == signed_at
    assert after.changed_at == hub.now
    check_case(after, a.book)


def test_nothing_happens_to_a_case_before_it_came_in(desks: Desks) -> None:
    hub, a, _ = desks
    case = shared(desks, a.filed())
    slow = hub.desk("C")
    slow.pull()
    slow.do(case, "reclassify", SHIFT_LEAD, category="0602", sla_class="U1")
    fact, about = slow.waiting[0]
    hub.number(replace(fact, at=case.received_at - DAY_MS), about)
    after = hub.cases[case.id]
    assert after.urgent
    assert after.changed_at == case.changed_at
    assert all(run.started_at >= case.received_at for run in after.clocks)


def test_an_archived_case_keeps_its_last_move_only(desks: Desks) -> None:
    hub, a, b = desks
    case = shared(desks, a.closed())
    assert len(case.moves) > 5
    a.do(case, "archive", SYSTEM)
    b.do(case, "send_back", SHIFT_LEAD)
    healed(hub, a, b)
    after = hub.cases[case.id]
    assert [move.action for move in after.moves] == ["archive"]
    assert one(after).action == "send_back"


def test_three_desks_have_an_item_each(desks: Desks) -> None:
    hub, a, b = desks
    c = hub.desk("C")
    case = shared(desks, a.filed())
    c.pull()
    for desk, unit in ((a, "SZ"), (b, "CG"), (c, "GD")):
        desk.do(case, "dispatch", DISPATCHER, lead_department=unit)
    healed(hub, a, c, b)
    items = hub.cases[case.id].contested
    assert [(item.origin, item.against.origin) for item in items] == [("C", "A"), ("B", "A")]


def test_settling_ends_the_item_and_keeps_what_was_idle(desks: Desks) -> None:
    hub, a, b = desks
    case = shared(desks, a.filed())
    a.do(case, "dispatch", DISPATCHER, lead_department="SZ")
    b.do(case, "dispatch", DISPATCHER, lead_department="CG")
    b.do(case, "sign", CG)
    healed(hub, a, b)
    a.settled(a.cases[case.id], "first")
    b.settled(b.cases[case.id], "first", "op-shift_lead-ZZZX")
    healed(hub, a, b)
    after = hub.cases[case.id]
    assert after.contested == ()
    assert after.idle == ("B1", "B2", "B3")
    assert after.state == "dispatched"
