"""How a case ends and begins again: check, call-back, withdrawal, false alarm, transfer, archive,
reopening."""

from __future__ import annotations

import pytest

from app.base.clock import DAY_MS, HOUR_MS
from app.domain import timing
from app.domain.incident import CallBack
from app.domain.owner import owner
from tests.helpers.lives import (
    CALLBACK,
    CENTRE_LEAD,
    CG,
    DISPATCHER,
    GRID,
    INTAKE,
    SHIFT_LEAD,
    SYSTEM,
    SZ,
    Life,
    actor,
    clocks,
    handler,
    order_clocks,
)


def test_the_plain_way_from_report_to_archive() -> None:
    world = Life()
    begun = world.now
    case = world.register()
    seen = [case.state]
    for action, by in (
        ("accept", INTAKE),
        ("file", DISPATCHER),
        ("dispatch", DISPATCHER),
        ("sign", handler("CG")),
        ("feedback", handler("CG")),
        ("check_pass", DISPATCHER),
        ("callback_done", CALLBACK),
        ("archive", SYSTEM),
    ):
        world.advance(HOUR_MS)
        case = world.do(case, action, by)
        seen.append(case.state)
        assert ("total" in clocks(case)) is (case.state not in ("closed", "archived"))
    assert seen == [
        "reported",
        "accepted",
        "filed",
        "dispatched",
        "handling",
        "check",
        "callback",
        "closed",
        "archived",
    ]
    assert (case.result, case.closed_at) == ("done", begun + 7 * HOUR_MS)
    assert [(o.end, o.acknowledged) for o in case.orders] == [("done", True)]
    assert not clocks(case)


def test_a_call_back_has_three_separate_answers() -> None:
    world = Life()
    form = {"contacted": "yes", "resolved": "partly", "satisfied": "no"}
    case = world.do(world.calling(), "callback_done", CALLBACK, **form)
    assert case.call_back == CallBack("yes", "partly", "no")
    unreached = {"contacted": "unreachable"}
    assert world.try_(world.calling(), "callback_done", CALLBACK, **unreached).action == "callback_done"  # type: ignore[attr-defined]
    assert world.refused(world.calling(), "callback_done", CALLBACK, satisfied="maybe") == "field_choice"


def test_the_checker_is_of_another_unit_than_any_that_handled() -> None:
    world = Life()
    case = world.handling("JD", ("GD",))
    case = world.do(case, "feedback", handler("GD"))
    case = world.do(case, "feedback", handler("JD@990101001"))
    for unit in ("JD@990101001", "GD"):
        assert world.refused(case, "check_pass", actor("grid_worker", unit)) in (
            "other_unit",
            "other_units_order",
        )
    assert world.refused(case, "check_pass", actor("dispatcher", "JD@990101001")) == "other_unit"
    assert world.refused(case, "check_pass", actor("grid_worker", "WG@990101002")) == "other_units_order"
    assert world.do(case, "check_pass", GRID).state == "callback"
    own = world.checking("ZZZX")
    assert world.refused(own, "check_pass", DISPATCHER) == "other_unit"


def test_where_the_desk_has_two_the_dispatcher_does_not_check() -> None:
    world = Life()
    case = world.checking("SZ")
    world.colleague = True
    for action in ("check_pass", "check_fail", "close_without_callback"):
        assert world.refused(case, action, DISPATCHER) == "other_unit"
    second = actor("dispatcher", operator="op-dispatcher-2")
    assert world.do(case, "check_pass", second).state == "callback"


def test_rework_has_its_own_limit_and_the_case_is_judged_by_the_original() -> None:
    # W3: due 17:30 on the third day. Answered in time, a day in check, then 2 hours of rework; the day in
    # check is not the unit's, but what it takes beyond that is.
    for extra, late in ((-HOUR_MS, False), (HOUR_MS, True)):
        world = Life()
        case = world.handling("SZ")
        due = timing.working_due(world.book, case, case.lead)
        assert due is not None
        world.now = due - HOUR_MS
        case = world.do(case, "feedback", SZ)
        world.advance(DAY_MS)
        case = world.do(case, "check_fail", DISPATCHER)
        assert (case.state, case.lead and case.lead.state, case.reworks) == ("rework", "rework", 1)
        rework_due = timing.working_due(world.book, case, case.lead)
        limit = world.book.limit("handle", "W3", "0602")
        assert limit is not None
        assert rework_due is not None
        assert rework_due < world.book.office.add(world.now, limit).at
        world.now = due + DAY_MS + extra
        case = world.do(case, "feedback", SZ)
        case = world.do(case, "close_without_callback", DISPATCHER)
        assert timing.closed_late(world.book, case) is late


def test_an_empty_first_feedback_buys_no_time() -> None:
    world = Life()
    case = world.checking("SZ")
    case = world.do(case, "check_fail", DISPATCHER)
    world.advance(5 * DAY_MS)
    case = world.do(world.do(case, "feedback", SZ), "close_without_callback", DISPATCHER)
    assert len(case.orders[0].feedback_at) == 2
    assert timing.closed_late(world.book, case) is True


def test_extensions_and_pauses_of_the_rework_count_as_well() -> None:
    world = Life()
    case = world.do(world.checking("SZ"), "check_fail", DISPATCHER)
    granted = world.now + 4 * DAY_MS
    case = world.do(case, "ask_extension", SZ, new_due=granted)
    case = world.do(case, "extend", SHIFT_LEAD, new_due=granted)
    world.now = granted
    case = world.do(world.do(case, "feedback", SZ), "close_without_callback", DISPATCHER)
    assert timing.closed_late(world.book, case) is False
    held = world.do(world.checking("SZ"), "check_fail", DISPATCHER)
    held = world.do(held, "ask_hold", SZ)
    held = world.do(held, "hold", CENTRE_LEAD)
    world.advance(7 * DAY_MS)
    held = world.do(world.do(held, "resume", SZ), "feedback", SZ)
    held = world.do(held, "close_without_callback", DISPATCHER)
    assert timing.closed_late(world.book, held) is False


def test_feedback_that_nobody_accepted_says_nothing_about_lateness() -> None:
    world = Life()
    case = world.do(world.do(world.checking("SZ"), "check_fail", DISPATCHER), "withdraw", INTAKE)
    assert timing.closed_late(world.book, case) is None


@pytest.mark.parametrize("closed", [False, True])
def test_sent_back_the_unit_that_was_in_charge_works_again(closed: bool) -> None:
    world = Life()
    case = world.closed("SZ") if closed else world.calling("SZ")
    world.advance(DAY_MS)
    case = world.do(case, "send_back", CALLBACK)
    lead = case.lead
    assert lead is not None
    assert (case.state, lead.unit, lead.state, owner(case, world.book)) == ("rework", "SZ", "rework", "SZ")
    assert (case.result, case.closed_at, case.call_back, case.reworks) == ("", None, None, 1)
    assert (clocks(case), order_clocks(case)) == ({"total"}, {"handle"})
    total = [run for run in case.clocks if run.clock == "total"]
    assert len(total) == 1
    assert [p.reason for p in total[0].pauses] == (["closed"] if closed else [])
    case = world.do(world.do(case, "feedback", SZ), "close_without_callback", DISPATCHER)
    assert (case.state, case.result, case.reopened) == ("closed", "done", int(closed))
    assert [o.end for o in case.orders] == ["done"]


def test_sent_back_from_an_advised_call_back_the_advice_is_no_result_any_more() -> None:
    world = Life()
    case = world.agreed(world.handling("SZ"), "close_with_advice", DISPATCHER, SHIFT_LEAD)
    case = world.do(case, "send_back", CALLBACK)
    case = world.do(world.do(case, "feedback", SZ), "close_without_callback", DISPATCHER)
    assert case.result == "done"


def test_where_no_unit_was_in_charge_nothing_is_sent_back() -> None:
    world = Life()
    answered = world.do(world.register(), "answered_at_once", INTAKE, category="1901")
    assert world.refused(answered, "send_back", CALLBACK) == "has_lead"
    withdrawn = world.do(world.handling("SZ"), "withdraw", INTAKE)
    assert world.refused(withdrawn, "send_back", CALLBACK) == "has_lead"
    away = world.do(world.do(world.filed(), "transfer_up", DISPATCHER), "transfer_result", DISPATCHER)
    assert world.refused(away, "send_back", CALLBACK) == "has_lead"


@pytest.mark.parametrize("start", ["closed", "rejected", "archived"])
def test_reopened_a_case_is_looked_at_again_by_a_person(start: str) -> None:
    world = Life()
    if start == "rejected":
        case = world.agreed(world.register(), "reject", INTAKE, DISPATCHER)
    else:
        case = world.closed("SZ")
    if start == "archived":
        case = world.do(case, "archive", SYSTEM)
    code = case.code
    world.advance(DAY_MS)
    assert world.refused(case, "reopen", SHIFT_LEAD) == "role_may_not"
    case = world.do(case, "reopen", CENTRE_LEAD)
    assert (case.state, case.code, case.reopened, case.closed_at) == ("accepted", code, 1, None)
    assert (case.result, case.call_back, case.lead) == ("", None, None)
    assert clocks(case) == {"total", "file"}
    case = world.do(world.do(case, "file", DISPATCHER), "dispatch", DISPATCHER, lead_department="CG")
    assert owner(case, world.book) == "CG"
    assert case.orders[-1].code.endswith(f"-{len(case.orders):02d}")
    case = world.do(world.do(world.do(case, "sign", CG), "feedback", CG), "check_pass", DISPATCHER)
    assert world.do(case, "callback_done", CALLBACK).result == "done"


def test_withdrawn_units_at_work_are_told_and_acknowledge() -> None:
    world = Life()
    case = world.handling("SZ", ("GD",))
    case = world.do(case, "feedback", handler("GD"))
    case = world.do(case, "withdraw", INTAKE)
    assert (case.state, case.result) == ("closed", "withdrawn")
    assert [(o.unit, o.end, o.awaits_recall_receipt) for o in case.orders] == [
        ("SZ", "recalled", True),
        ("GD", "done", False),
    ]
    assert world.do(case, "ack_recall", SZ).orders[0].acknowledged
    assert world.refused(world.handling("SZ", category="0501"), "withdraw", INTAKE) == "no_hazard"


def test_a_false_alarm_of_danger_to_life_is_judged_on_site() -> None:
    world = Life()
    case = world.handling("SZ", category="0501")
    assert world.refused(case, "false_alarm", DISPATCHER) == "judged_on_site"
    case = world.do(case, "arrive", SZ)
    case = world.do(case, "false_alarm", DISPATCHER)
    assert (case.state, case.result, case.orders[0].awaits_recall_receipt) == ("closed", "false_alarm", True)
    assert clocks(case) == {"archive"}
    urgent = world.do(world.register(category="0602", urgent=True), "false_alarm", INTAKE)
    assert urgent.result == "false_alarm"


def test_settled_on_the_spot_by_the_people_of_the_place() -> None:
    world = Life()
    case = world.register(category="0102")
    assert world.refused(case, "self_handled", handler("WG@990101002")) == "self_handle_category"
    assert world.refused(case, "self_handled", CG) == "self_handle_category"
    assert world.refused(world.register(category="0602"), "self_handled", GRID) == "self_handle_category"
    urgent = world.register(category="0102", urgent=True)
    assert world.refused(urgent, "self_handled", GRID) == "not_urgent"
    case = world.do(case, "self_handled", GRID, category="0102")
    assert (case.state, case.result) == ("closed", "self_handled")
    assert world.refused(world.dispatched(category="0102"), "self_handled", GRID) == "wrong_state"


def test_a_transfer_releases_the_units_and_the_centre_owns() -> None:
    world = Life()
    case = world.handling("SZ", ("GD",))
    assert world.refused(world.handling("SZ", category="0501"), "transfer_up", DISPATCHER) == "not_urgent"
    assert world.refused(case, "transfer_down", DISPATCHER) == "wrong_state"
    case = world.do(case, "transfer_up", DISPATCHER, target_centre="SJZX")
    assert (case.state, owner(case, world.book), case.lead) == ("transferred", "ZZZX", None)
    assert [(o.end, o.awaits_recall_receipt) for o in case.orders] == [("recalled", True)] * 2
    assert clocks(case) == {"total", "transfer_follow"}
    assert world.refused(case, "feedback", SZ, order=case.orders[0].code) == "order_ended"
    back = world.do(case, "transfer_returned", SYSTEM)
    assert (back.state, clocks(back)) == ("filed", {"total", "dispatch"})
    again = world.do(back, "transfer_down", SHIFT_LEAD, target_centre="JD")
    done = world.do(again, "transfer_result", SYSTEM)
    assert (done.state, done.result, owner(done, world.book)) == ("callback", "by_other_centre", "ZZZX")
    done = world.do(done, "callback_done", CALLBACK)
    assert (done.state, done.result) == ("closed", "by_other_centre")


def test_promises_ring_soonest_first_and_survive_every_change_of_state() -> None:
    world = Life()
    case = world.do(
        world.register(), "promise_callback", INTAKE, when=world.now + 5 * HOUR_MS, by_role="callback"
    )
    case = world.do(case, "promise_callback", INTAKE, when=world.now + 2 * HOUR_MS, by_role="intake")
    case = world.do(case, "promise_callback", INTAKE, when=world.now + 9 * HOUR_MS)

    def rings() -> int:
        now = world.cases[case.id]
        return next(t for t in timing.all_deadlines(world.book, now) if t.clock == "promise").deadline.due_at

    assert [p.by_role for p in case.promises][:2] == ["intake", "callback"]
    assert rings() == world.now + 2 * HOUR_MS
    case = world.do(case, "promise_kept", CALLBACK)
    assert rings() == world.now + 5 * HOUR_MS
    case = world.do(case, "withdraw", INTAKE)
    assert "promise" in clocks(case)
    case = world.do(world.do(case, "promise_kept", INTAKE), "promise_kept", INTAKE)
    assert (case.promises, clocks(case)) == ((), {"archive"})


def test_a_scene_check_comes_back_and_is_never_for_urgent_cases() -> None:
    world = Life()
    case = world.do(world.register(), "request_verify", INTAKE, verifier="WG")
    assert (case.state, clocks(case)) == ("scene_check", {"total", "scene_check"})
    case = world.do(case, "verify_scene", GRID, found="found")
    assert (case.state, clocks(case)) == ("reported", {"total", "accept"})
    assert world.refused(world.register(category="0501"), "request_verify", INTAKE) == "not_urgent"


def test_overlays_are_flags_and_set_once() -> None:
    world = Life()
    case = world.register()
    for action, by, overlay in (
        ("urge", SYSTEM, "urged"),
        ("supervise", CENTRE_LEAD, "supervised"),
        ("instruct", actor("leader"), "instructed"),
        ("mark_confidential", INTAKE, "confidential"),
        ("link_emergency", actor("commander"), "linked_emergency"),
    ):
        before = case
        case = world.do(case, action, by)
        assert case.overlays == (*before.overlays, overlay)
        assert (case.state, case.clocks) == (before.state, before.clocks)
    assert world.do(case, "urge", SHIFT_LEAD).overlays == case.overlays
