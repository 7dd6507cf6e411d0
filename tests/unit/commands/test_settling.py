"""A person says whose word stands; the second is carried out anew by the rules, or nothing is written."""

from __future__ import annotations

import pytest

from app.base.clock import DAY_MS
from app.commands.command import AlreadyDone, Command, Done, Outcome
from app.commands.settling import settle
from app.domain.contested import ContestSettled
from app.domain.incident import Incident
from app.domain.moves import CaseMerged, CaseMoved, CaseUnmerged, OrdersIssued
from app.domain.refusal import Refusal
from tests.helpers.halls import actor
from tests.helpers.memory_hall import MemoryHall, body_of, memory_hall

DISPATCHER = actor("dispatcher")
SHIFT_LEAD = actor("shift_lead")
SZ = actor("handler", "SZ")


@pytest.fixture
def hall() -> MemoryHall:
    return memory_hall()


def filed(hall: MemoryHall) -> Incident:
    case = hall.register()
    case = hall.do(case, "accept", actor("intake"), category="0602", place_confirmed=True)
    return hall.do(case, "file", DISPATCHER, **hall.fill("file", case))


def dispatched_twice(hall: MemoryHall) -> Incident:
    """Dispatched to SZ here and to CG by a desk that was cut off."""
    case = filed(hall)
    away = hall.elsewhere()
    hall.do(case, "dispatch", DISPATCHER, lead_department="SZ", rule_or_reason="r")
    away.do(case, "dispatch", SHIFT_LEAD, lead_department="CG", co_departments=["GD"])
    away.back()
    return hall.case(case.id)


def decide(hall: MemoryHall, case: Incident, choice: str, **more: str) -> Outcome:
    item = case.contested[0]
    return settle(
        hall.commander.desk,
        case.id,
        item.eid,
        choice,
        "已电话核实",
        SHIFT_LEAD,
        **more,  # type: ignore[arg-type]
    )


def written(outcome: Outcome) -> list[object]:
    assert isinstance(outcome, Done), outcome
    return [body_of(numbered) for numbered in outcome.entries]


def test_the_first_stands_and_nothing_else_is_written(hall: MemoryHall) -> None:
    case = dispatched_twice(hall)
    (body,) = written(decide(hall, case, "first"))
    assert body == ContestSettled(case.id, case.contested[0].eid, "first", "已电话核实")
    after = hall.case(case.id)
    assert after.contested == ()
    assert after.lead is not None
    assert after.lead.unit == "SZ"
    assert after.idle == (case.contested[0].eid,)


def test_the_second_dispatch_is_carried_out_as_a_redispatch(hall: MemoryHall) -> None:
    case = dispatched_twice(hall)
    outcome = decide(hall, case, "second")
    settled, issued = written(outcome)
    assert isinstance(settled, ContestSettled)
    assert isinstance(issued, OrdersIssued)
    assert (issued.action, [o.unit for o in issued.orders]) == ("redispatch", ["CG", "GD"])
    assert isinstance(outcome, Done)
    first, second = outcome.entries
    assert second.entry.cause == first.entry.eid
    assert {first.entry.actor, second.entry.actor} == {SHIFT_LEAD.operator}
    after = hall.case(case.id)
    assert after.contested == ()
    assert after.lead is not None
    assert after.lead.unit == "CG"
    assert after.returns == 0


def test_a_repeat_with_the_same_id_writes_once(hall: MemoryHall) -> None:
    case = dispatched_twice(hall)
    assert isinstance(decide(hall, case, "first", id="s1"), Done)
    assert isinstance(decide(hall, case, "first", id="s1"), AlreadyDone)
    assert hall.bodies(ContestSettled)[1:] == []


def test_an_item_that_is_gone_is_refused(hall: MemoryHall) -> None:
    case = dispatched_twice(hall)
    assert isinstance(decide(hall, case, "first"), Done)
    refusal = decide(hall, case, "second")
    assert isinstance(refusal, Refusal)
    assert refusal.code == "contest_gone"


@pytest.mark.parametrize(
    ("choice", "reason", "role", "code"),
    [
        ("first", "看过", "intake", "role_may_not"),
        ("third", "看过", "dispatcher", "field_choice"),
        ("first", "  ", "dispatcher", "field_missing"),
        ("first", "长" * 201, "dispatcher", "field_long"),
    ],
)
def test_who_may_not_and_what_is_not_said_is_refused(
    hall: MemoryHall, choice: str, reason: str, role: str, code: str
) -> None:
    case = dispatched_twice(hall)
    head = hall.store.head()
    desk, eid = hall.commander.desk, case.contested[0].eid
    outcome = settle(desk, case.id, eid, choice, reason, actor(role))  # type: ignore[arg-type]
    assert isinstance(outcome, Refusal)
    assert outcome.code == code
    assert hall.store.head() == head


def test_where_the_rules_refuse_the_item_stays(hall: MemoryHall) -> None:
    case = filed(hall)
    away = hall.elsewhere()
    hall.do(case, "false_alarm", DISPATCHER, **hall.fill("false_alarm", case))
    away.do(case, "dispatch", DISPATCHER, lead_department="CG")
    away.back()
    case, head = hall.case(case.id), hall.store.head()
    refusal = decide(hall, case, "second")
    assert isinstance(refusal, Refusal)
    assert refusal.code == "wrong_state"
    assert hall.store.head() == head
    assert hall.case(case.id).contested == case.contested


def test_the_second_closing_of_a_dispatched_case(hall: MemoryHall) -> None:
    case = filed(hall)
    away = hall.elsewhere()
    hall.do(case, "dispatch", DISPATCHER, lead_department="SZ", rule_or_reason="r")
    away.do(case, "false_alarm", DISPATCHER)
    away.back()
    _, moved = written(decide(hall, hall.case(case.id), "second"))
    assert isinstance(moved, CaseMoved)
    after = hall.case(case.id)
    assert (after.state, after.result) == ("closed", "false_alarm")
    assert after.orders[0].awaits_recall_receipt


def test_the_second_extension_replaces_the_first(hall: MemoryHall) -> None:
    case = hall.dispatched("SZ")
    case = hall.do(case, "sign", SZ)
    case = hall.do(case, "ask_extension", SZ, **hall.fill("ask_extension", case))
    now, away = hall.clock.now(), hall.elsewhere()
    hall.do(case, "extend", SHIFT_LEAD, new_due=now + 4 * DAY_MS, told_reporter="no_reporter")
    away.do(case, "extend", SHIFT_LEAD, new_due=now + 5 * DAY_MS, told_reporter="no_reporter")
    away.back()
    assert len(hall.case(case.id).contested) == 1
    written(decide(hall, hall.case(case.id), "second"))
    order = hall.case(case.id).orders[0]
    handle = next(run for run in order.clocks if run.clock == "handle")
    assert [replaced.due_at for replaced in handle.replaced] == [now + 5 * DAY_MS]
    assert (order.extensions, order.requests) == (1, ())


def test_the_second_hold_takes_the_case_out_of_the_first(hall: MemoryHall) -> None:
    case = hall.do(hall.dispatched("SZ"), "sign", SZ)
    case = hall.do(case, "ask_hold", SZ, **hall.fill("ask_hold", case))
    now, away = hall.clock.now(), hall.elsewhere()
    form = {key: v for key, v in hall.fill("hold", case).items() if key != "review_date"}
    hall.do(case, "hold", SHIFT_LEAD, review_date=now + DAY_MS, **form)
    away.do(case, "hold", SHIFT_LEAD, review_date=now + 2 * DAY_MS)
    away.back()
    bodies = written(decide(hall, hall.case(case.id), "second"))
    assert [getattr(body, "action", "") for body in bodies] == ["", "resume", "hold"]
    after = hall.case(case.id)
    assert (after.state, after.contested) == ("on_hold", ())


def test_the_second_master_gets_the_case(hall: MemoryHall) -> None:
    masters, case = [filed(hall), filed(hall)], filed(hall)
    away = hall.elsewhere()
    hall.do(case, "merge", DISPATCHER, master_id=masters[0].id)
    away.do(case, "merge", DISPATCHER, master_id=masters[1].id)
    away.back()
    # Settled from the master's side, whose inbox shows it too.
    second = hall.case(masters[1].id)
    assert len(second.contested) == 1
    settled, undone, merged = written(decide(hall, second, "second"))
    assert isinstance(settled, ContestSettled)
    assert settled.incident == case.id
    assert isinstance(undone, CaseUnmerged)
    assert isinstance(merged, CaseMerged)
    assert hall.case(case.id).master == masters[1].id
    assert [len(hall.case(m.id).reports) for m in masters] == [1, 2]
    assert all(hall.case(c.id).contested == () for c in (case, *masters))


def test_units_at_work_go_with_the_case_into_the_second_ones_master(hall: MemoryHall) -> None:
    master, case = hall.dispatched("SZ"), filed(hall)
    away = hall.elsewhere()
    hall.do(case, "dispatch", DISPATCHER, lead_department="CG", rule_or_reason="r")
    away.do(case, "merge", DISPATCHER, master_id=master.id)
    away.back()
    written(decide(hall, hall.case(case.id), "second"))
    assert hall.case(case.id).state == "merged"
    assert [(o.unit, o.role) for o in hall.case(master.id).orders] == [("SZ", "lead"), ("CG", "co")]


def test_a_split_is_only_looked_at(hall: MemoryHall) -> None:
    case = filed(hall)
    away = hall.elsewhere()
    hall.do(case, "dispatch", DISPATCHER, lead_department="SZ", rule_or_reason="r")
    away.do(case, "split", DISPATCHER)
    away.back()
    assert len(written(decide(hall, hall.case(case.id), "second"))) == 1
    assert hall.case(case.id).contested == ()
    assert len(hall.case(case.id).links) == 1


def test_the_second_needs_nobody_else_to_agree(hall: MemoryHall) -> None:
    """Declining asked for a second person there; who settles is the second person here."""
    case = hall.register()
    away = hall.elsewhere()
    away.do(case, "reject", actor("intake"))
    asked = away.commander.incident(case.id)
    assert asked is not None
    agreed = Command(action="reject", incident=case.id, confirms=asked.pending[0].eid)
    assert isinstance(away.commander.submit(agreed, DISPATCHER), Done)
    hall.do(case, "accept", actor("intake"), category="0602", place_confirmed=True)
    away.back()
    _, moved = written(decide(hall, hall.case(case.id), "second"))
    assert isinstance(moved, CaseMoved)
    assert moved.action == "reject"
    assert hall.case(case.id).state == "rejected"


def test_two_people_settling_while_cut_off_the_lower_number_stands(hall: MemoryHall) -> None:
    case = dispatched_twice(hall)
    away = hall.elsewhere("third")
    written(decide(hall, case, "first"))
    desk, eid = away.commander.desk, case.contested[0].eid
    assert isinstance(settle(desk, case.id, eid, "second", "另一边", SHIFT_LEAD), Done)
    late, redo = away.back()
    after = hall.case(case.id)
    assert after.lead is not None
    assert after.lead.unit == "SZ"
    assert after.contested == ()
    assert {late.entry.eid, redo.entry.eid} <= set(after.idle)
