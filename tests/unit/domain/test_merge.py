"""Merging and its undoing: reports, promises and orders move and come back; merged time counts in total
only."""

from __future__ import annotations

from app.base.clock import DAY_MS, HOUR_MS, Instant
from app.domain import timing
from app.domain.incident import Incident
from app.domain.moves import CaseMerged
from app.domain.owner import owner
from app.domain.report import ReportReceived
from tests.helpers.lives import (
    CENTRE_LEAD,
    CG,
    DISPATCHER,
    INTAKE,
    SHIFT_LEAD,
    SYSTEM,
    SZ,
    Life,
    clocks,
    handler,
    order_clocks,
)


def handle_due(world: Life, case: Incident, unit: str) -> Instant:
    order = next(o for o in case.orders if o.unit == unit and o.in_force)
    due = timing.working_due(world.book, case, order)
    assert due is not None
    return due


def merge(world: Life, case: Incident, master: Incident, carried: str = "", recalled: str = "") -> Incident:
    """Merge; `carried` and `recalled` name units whose orders go either way."""
    action = "merge_dispatched" if case.orders and case.lead is not None else "merge"
    form = {"master_id": master.id}
    for field, units in (("orders_carried", carried.split()), ("orders_recalled", recalled.split())):
        codes = [o.code for o in case.orders if o.in_force and o.unit in units]
        if codes:
            form[field] = codes  # type: ignore[assignment]
    return world.do(case, action, DISPATCHER, **form)


def test_before_any_dispatch_the_report_moves_and_comes_back_whole() -> None:
    world = Life()
    master = world.register(what="路灯不亮", channel="hotline")
    world.advance(HOUR_MS)
    case = world.register(what="灯又坏了", wants_answer=False, channel="grid")
    ref = case.reports[0]
    case = merge(world, case, master)
    master = world.cases[master.id]
    assert (case.state, case.master, case.reports) == ("merged", master.id, ())
    assert owner(case, world.book) == ""
    assert master.merged == (case.id,)
    assert master.reports[1] == ref
    assert (ref.channel, ref.wants_answer) == ("grid", False)
    case = world.do(case, "unmerge", DISPATCHER)
    assert (case.state, case.master, case.reports) == ("reported", "", (ref,))
    assert [r.channel for r in world.cases[master.id].reports] == ["hotline"]
    assert world.cases[master.id].merged == ()


def test_the_master_takes_the_more_urgent_class() -> None:
    world = Life()
    master = world.handling("SZ")
    merge(world, world.register(category="0602", urgent=True), master)
    master = world.cases[master.id]
    assert (master.sla_class, master.urgent) == ("U1", True)
    assert {"arrive", "make_safe", "restore"} <= clocks(master)
    merge(world, world.register(category="0104"), master)
    assert world.cases[master.id].sla_class == "U1"


def test_the_time_merged_counts_in_the_total_only() -> None:
    world = Life()
    case = world.handling("CG", category="1001")
    due = handle_due(world, case, "CG")
    master = world.handling("SZ")
    case = merge(world, case, master, carried="CG")
    assert "total" in clocks(case)
    world.advance(7 * DAY_MS)
    case = world.do(case, "unmerge", DISPATCHER)
    assert (case.state, case.lead and case.lead.unit) == ("handling", "CG")
    assert handle_due(world, case, "CG") - due == 7 * DAY_MS
    total = next(run for run in case.clocks if run.clock == "total")
    assert (total.pauses, total.stopped_at) == ((), None)


def test_an_urgent_clock_stands_too_while_its_case_is_merged() -> None:
    world = Life()
    case = world.handling("CG", category="0501")
    before = {t.clock: t.deadline.due_at for t in timing.all_deadlines(world.book, case)}
    case = merge(world, case, world.handling("SZ"), carried="CG")
    world.advance(HOUR_MS)
    case = world.do(case, "unmerge", DISPATCHER)
    after = {t.clock: t.deadline.due_at for t in timing.all_deadlines(world.book, case)}
    assert after == {clock: due + HOUR_MS for clock, due in before.items()}


def test_orders_are_carried_as_co_orders_that_gain_no_time_or_recalled() -> None:
    world = Life()
    case = world.handling("CG", ("HB", "SZ"))
    due = handle_due(world, case, "CG")
    world.advance(6 * HOUR_MS)
    master = world.handling("SZ", ("GD",))
    case = merge(world, case, master, carried="CG", recalled="HB SZ")
    master = world.cases[master.id]
    assert [(o.unit, o.role, o.state) for o in master.orders[2:]] == [("CG", "co", "dispatched")]
    assert handle_due(world, master, "CG") == due
    assert [(o.unit, o.end, o.acknowledged) for o in case.orders] == [
        ("CG", "carried", True),
        ("HB", "recalled", False),
        ("SZ", "recalled", False),
    ]
    assert {o.code for o in master.orders} == {f"{master.code}-0{n}" for n in (1, 2, 3)}


def test_a_unit_the_master_has_already_is_recalled_whatever_the_form_says() -> None:
    world = Life()
    case = merge(world, world.handling("SZ"), world.handling("SZ"), carried="SZ")
    assert case.orders[0].end == "recalled"
    assert len(world.cases[case.master].orders) == 1


def test_every_open_order_is_settled_one_way() -> None:
    world = Life()
    case, master = world.handling("CG", ("HB",)), world.handling("SZ")
    lead, co = (o.code for o in case.orders)
    form = {"master_id": master.id, "orders_carried": [lead]}
    assert world.refused(case, "merge_dispatched", DISPATCHER, **form) == "orders_settled"
    both = form | {"orders_recalled": [lead, co]}
    assert world.refused(case, "merge_dispatched", DISPATCHER, **both) == "carried_and_recalled"
    foreign = form | {"orders_recalled": [co, master.orders[0].code]}
    assert world.refused(case, "merge_dispatched", DISPATCHER, **foreign) == "field_order"


def test_undone_carried_orders_come_back_and_recalled_ones_are_dispatched_again() -> None:
    world = Life()
    case = world.handling("CG", ("HB",))
    case = world.do(case, "first_contact", CG)
    master = world.handling("SZ")
    case = merge(world, case, master, carried="CG", recalled="HB")
    world.advance(HOUR_MS)
    case = world.do(case, "unmerge", DISPATCHER)
    assert case.state == "handling"
    assert [(o.unit, o.role, o.state, o.end) for o in case.orders] == [
        ("CG", "lead", "handling", ""),
        ("HB", "co", "handling", "recalled"),
        ("HB", "co", "dispatched", ""),
    ]
    assert case.orders[2].dispatched_at == world.now
    assert owner(case, world.book) == "CG"
    assert [(o.unit, o.end) for o in world.cases[master.id].orders] == [("SZ", ""), ("CG", "replaced")]


def test_a_recalled_lead_is_dispatched_anew_and_the_case_with_it() -> None:
    world = Life()
    for argued in (False, True):
        case = world.handling("SZ", ("HB",))
        if argued:
            case = world.do(case, "to_arbitration", SHIFT_LEAD)
        case = merge(world, case, world.handling("SZ"), carried="HB", recalled="SZ")
        world.advance(HOUR_MS)
        case = world.do(case, "unmerge", DISPATCHER)
        assert (case.state, case.lead and case.lead.state) == ("dispatched", "dispatched")
        assert owner(case, world.book) == "SZ"
        assert clocks(case) == {"total"}
        assert order_clocks(case, 2) == {"sign", "handle"}


def test_an_arbitration_goes_on_where_the_lead_was_carried() -> None:
    world = Life()
    case = world.do(world.handling("CG"), "to_arbitration", SHIFT_LEAD)
    case = merge(world, case, world.handling("SZ"), carried="CG")
    case = world.do(case, "unmerge", DISPATCHER)
    assert (case.state, case.lead and case.lead.state) == ("arbitration", "arbitration")
    assert clocks(case) == {"total", "arbitration"}


def test_second_level_orders_go_with_their_owners() -> None:
    world = Life()
    street = handler("JD@990101001")
    case = world.do(world.handling("JD"), "dispatch_on", street, sub_unit="SQ")
    master = world.handling("SZ")
    case = merge(world, case, master, carried="JD@990101001")
    assert [(o.role, o.end) for o in case.orders] == [("lead", "carried"), ("sub", "recalled")]
    assert [o.role for o in world.cases[master.id].orders] == ["lead", "co"]


def test_promises_move_to_the_master_and_back() -> None:
    world = Life()
    case, master = world.register(), world.handling("SZ")
    world.do(master, "promise_callback", INTAKE, when=world.now + 3 * HOUR_MS)
    case = world.do(case, "promise_callback", INTAKE, when=world.now + HOUR_MS)
    promise = case.promises[0]
    case = merge(world, case, master)
    master = world.cases[master.id]
    assert (case.promises, "promise" in clocks(case)) == ((), False)
    assert [p.when for p in master.promises] == [world.now + HOUR_MS, world.now + 3 * HOUR_MS]
    due = next(t for t in timing.all_deadlines(world.book, master) if t.clock == "promise").deadline.due_at
    assert due == world.now + HOUR_MS
    case = world.do(case, "unmerge", DISPATCHER)
    assert (case.promises, "promise" in clocks(case)) == ((promise,), True)
    assert [p.when for p in world.cases[master.id].promises] == [world.now + 3 * HOUR_MS]


def test_a_kept_promise_does_not_come_back() -> None:
    world = Life()
    case, master = world.register(), world.handling("SZ")
    case = world.do(case, "promise_callback", INTAKE, when=world.now + HOUR_MS)
    case = merge(world, case, master)
    world.do(master, "promise_kept", INTAKE)
    case = world.do(case, "unmerge", DISPATCHER)
    assert (case.promises, "promise" in clocks(case)) == ((), False)


def test_what_a_master_must_be() -> None:
    world = Life()
    case = world.register()
    assert world.refused(case, "merge", INTAKE, master_id=case.id) == "field_incident"
    assert world.refused(case, "merge", INTAKE, master_id="nobody") == "field_incident"
    assert world.refused(case, "merge", INTAKE, master_id=world.closed().id) == "master_open"
    merged = merge(world, world.register(), world.register())
    assert world.refused(case, "merge", INTAKE, master_id=merged.id) == "master_open"


def test_units_are_not_dispatched_unseen_nor_taken_off_an_urgent_matter() -> None:
    world = Life()
    master = world.filed()
    case = world.handling("SZ")
    form = {"master_id": master.id, "orders_carried": [case.orders[0].code]}
    assert world.refused(case, "merge_dispatched", DISPATCHER, **form) == "master_without_lead"
    urgent = world.handling("SZ", category="0501")
    form = {"master_id": master.id, "orders_recalled": [urgent.orders[0].code]}
    assert world.refused(urgent, "merge_dispatched", DISPATCHER, **form) == "master_without_lead"
    assert merge(world, case, master, recalled="SZ").state == "merged"


def test_merges_are_undone_from_the_outside_in() -> None:
    world = Life()
    inner, middle, outer = world.register(), world.register(), world.register()
    merge(world, inner, middle)
    merge(world, middle, outer)
    assert len(world.cases[outer.id].reports) == 3
    assert world.refused(inner, "unmerge", DISPATCHER) == "master_merged"
    world.do(middle, "unmerge", DISPATCHER)
    assert [len(world.cases[c.id].reports) for c in (outer, middle, inner)] == [1, 2, 0]
    world.do(inner, "unmerge", DISPATCHER)
    assert [len(world.cases[c.id].reports) for c in (outer, middle, inner)] == [1, 1, 1]


def test_what_a_case_gave_back_as_a_master_does_not_come_with_it_when_it_was_merged_itself() -> None:
    world = Life()
    guest, middle = world.handling("CG"), world.handling("SZ")
    merge(world, guest, middle, carried="CG")
    world.do(guest, "unmerge", DISPATCHER)
    middle = merge(world, world.cases[middle.id], world.handling("HB"), carried="SZ")
    middle = world.do(middle, "unmerge", DISPATCHER)
    assert [(o.unit, o.end) for o in middle.orders] == [("SZ", ""), ("CG", "replaced")]


def test_a_report_that_joined_the_master_stays_there() -> None:
    world = Life()
    master = world.register()
    case = merge(world, world.register(), master)
    world.register(joins=master.id)
    case = world.do(case, "unmerge", DISPATCHER)
    assert (len(case.reports), len(world.cases[master.id].reports)) == (1, 2)


def test_a_merged_case_is_archived_after_its_master_and_reopened_as_it() -> None:
    world = Life()
    master = world.handling("SZ")
    case = merge(world, world.register(), master)
    assert world.refused(case, "archive", SYSTEM) == "master_first"
    master = world.do(world.do(master, "feedback", SZ), "close_without_callback", DISPATCHER)
    assert world.refused(case, "archive", SYSTEM) == "master_first"
    world.do(master, "archive", SYSTEM)
    assert world.refused(case, "unmerge", DISPATCHER) == "master_not_archived"
    case = world.do(case, "archive", SYSTEM)
    assert (case.state, clocks(case) & {"total"}) == ("archived", set())
    assert world.refused(case, "reopen", CENTRE_LEAD) == "reopen_master"


def test_a_merge_can_be_undone_after_the_master_is_closed() -> None:
    world = Life()
    case, master = world.handling("CG"), world.handling("SZ")
    case = merge(world, case, master, carried="CG")
    master = world.cases[master.id]
    carried = master.orders[1]
    world.do(master, "withdraw", INTAKE)
    case = world.do(case, "unmerge", DISPATCHER)
    assert (case.state, case.lead and case.lead.unit) == ("handling", "CG")
    assert world.cases[master.id].order(carried.code).end == "recalled"  # type: ignore[union-attr]


def test_the_entry_holds_all_that_moves() -> None:
    world = Life()
    case, master = world.register(), world.register()
    body = world.try_(case, "merge", INTAKE, master_id=master.id)
    assert isinstance(body, CaseMerged)
    received = world.facts[case.id][0].body
    assert isinstance(received, ReportReceived)
    assert [r.report for r in body.reports] == [received.report]
