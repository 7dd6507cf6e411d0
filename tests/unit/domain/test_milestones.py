"""Urgent cases: three milestones of the case, from its first dispatch, never paused, judged each alone."""

from __future__ import annotations

import pytest

from app.base.clock import DAY_MS, HOUR_MS, MINUTE_MS, Instant
from app.domain import timing
from app.domain.incident import Incident
from app.domain.rulebook import MILESTONES
from tests.helpers.lives import (
    CALLBACK,
    CENTRE_LEAD,
    CG,
    DISPATCHER,
    GRID,
    INTAKE,
    SHIFT_LEAD,
    SZ,
    Life,
    clocks,
    handler,
)

STREET_HANDLER = handler("JD@990101001")


def dues(world: Life, case: Incident) -> dict[str, Instant]:
    return {t.clock: t.deadline.due_at for t in timing.all_deadlines(world.book, case) if not t.order}


def starts(case: Incident) -> dict[str, Instant]:
    return {run.clock: run.started_at for run in case.clocks if run.stopped_at is None}


def test_urgent_means_filed_in_the_instant_of_acceptance_and_no_handle_limit() -> None:
    world = Life()
    case = world.register(category="0601", urgent=True)
    assert (case.sla_class, case.urgent) == ("U1", True)
    case = world.do(case, "accept", INTAKE)
    assert (case.state, world.taken[-2:]) == ("filed", ["accept", "file"])
    case = world.do(case, "dispatch", DISPATCHER, lead_department="SZ")
    assert {t.clock for t in timing.all_deadlines(world.book, case)} == {"sign", *MILESTONES}
    assert dues(world, case) == {
        "arrive": world.now + HOUR_MS,
        "make_safe": world.now + 2 * HOUR_MS,
        "restore": world.now + 24 * HOUR_MS,
    }


def test_limits_of_the_category_come_before_those_of_the_class() -> None:
    world = Life()
    case = world.dispatched("SZ", category="0501")
    assert case.sla_class == "U0"
    assert dues(world, case)["restore"] == world.now + 72 * HOUR_MS
    assert dues(world, case)["make_safe"] == world.now + HOUR_MS


def test_they_count_from_the_first_dispatch_through_recall_and_redispatch() -> None:
    world = Life()
    case = world.dispatched("SZ", category="0501")
    first = world.now
    world.advance(5 * MINUTE_MS)
    case = world.do(case, "recall", DISPATCHER)
    assert set(MILESTONES) <= clocks(case)
    world.advance(5 * MINUTE_MS)
    case = world.do(case, "dispatch", DISPATCHER, lead_department="CG")
    world.advance(5 * MINUTE_MS)
    case = world.do(case, "redispatch", DISPATCHER, lead_department="HB")
    assert {starts(case)[m] for m in MILESTONES} == {first}
    assert len([run for run in case.clocks if run.clock in MILESTONES]) == 3


def test_what_was_reached_is_not_asked_for_again_by_another_dispatch() -> None:
    world = Life()
    case = world.do(world.dispatched("SZ", category="0501"), "arrive", GRID)
    world.advance(MINUTE_MS)
    case = world.do(case, "redispatch", DISPATCHER, lead_department="CG")
    assert clocks(case) & set(MILESTONES) == {"make_safe", "restore"}


def test_each_is_reached_alone_and_by_whoever_is_there() -> None:
    world = Life()
    case = world.dispatched("SZ", category="0501")
    for action, by in (("arrive", GRID), ("make_safe", STREET_HANDLER), ("restore", SZ)):
        case = world.do(case, action, by)
        assert action not in clocks(case)
    assert world.refused(case, "arrive", handler("HB")) == "other_units_order"


def test_they_can_be_reached_while_responsibility_is_argued() -> None:
    world = Life()
    case = world.do(world.dispatched("SZ", category="0501"), "recall", DISPATCHER)
    assert (case.state, "arrive" in clocks(world.do(case, "arrive", GRID))) == ("filed", False)


def test_only_a_case_with_milestones_has_them() -> None:
    world = Life()
    assert world.refused(world.dispatched("SZ"), "arrive", SZ) == "has_milestones"


def test_feedback_gives_its_time_to_what_was_not_recorded_and_a_co_orders_does_not() -> None:
    world = Life()
    case = world.handling("SZ", ("GD",), category="0501")
    case = world.do(case, "arrive", SZ)
    world.advance(MINUTE_MS)
    case = world.do(case, "feedback", handler("GD"))
    assert {"make_safe", "restore"} <= clocks(case)
    world.advance(MINUTE_MS)
    case = world.do(case, "feedback", SZ)
    stopped = {run.clock: run.stopped_at for run in case.clocks if run.clock in MILESTONES}
    assert stopped == {
        "arrive": world.now - 2 * MINUTE_MS,
        "make_safe": world.now,
        "restore": world.now,
    }
    assert not set(MILESTONES) & clocks(case)


@pytest.mark.parametrize(
    ("failed", "again"),
    [("arrive", set(MILESTONES)), ("make_safe", {"make_safe", "restore"}), ("restore", {"restore"})],
)
def test_a_failed_check_starts_the_failed_milestone_and_those_after_it(failed: str, again: set[str]) -> None:
    world = Life()
    case = world.checking("SZ", category="0601", urgent=True)
    world.advance(HOUR_MS)
    case = world.do(case, "check_fail", DISPATCHER, failed_milestone=failed)
    assert clocks(case) & set(MILESTONES) == again
    limits = {"arrive": 1, "make_safe": 2, "restore": 12}
    assert dues(world, case) == {m: world.now + limits[m] * HOUR_MS for m in again}
    assert (case.reworks, case.state) == (1, "rework")


def test_the_failed_milestone_is_asked_for_urgent_cases_only() -> None:
    world = Life()
    plain = world.checking("SZ")
    form = {"reason": "未修好", "evidence": "照片"}
    assert world.try_(plain, "check_fail", DISPATCHER, **form) is not None
    assert world.cases[plain.id].state == "rework"
    urgent = world.checking("SZ", category="0501")
    refusal = world.try_(urgent, "check_fail", DISPATCHER, **form)
    assert (getattr(refusal, "code", ""), getattr(refusal, "field", "")) == (
        "field_missing",
        "failed_milestone",
    )


def test_sent_back_an_urgent_case_is_to_be_restored_anew() -> None:
    world = Life()
    for case in (world.calling("SZ", category="0501"), world.closed("SZ", category="0501")):
        world.advance(HOUR_MS)
        again = world.do(case, "send_back", CALLBACK)
        assert clocks(again) & set(MILESTONES) == {"restore"}
        assert dues(world, again)["restore"] == world.now + 36 * HOUR_MS


def test_a_reopened_case_has_milestones_from_its_new_dispatch_with_full_limits() -> None:
    world = Life()
    case = world.closed("SZ", category="0601", urgent=True)
    world.advance(DAY_MS)
    case = world.do(case, "reopen", CENTRE_LEAD)
    assert (case.state, case.urgent, world.taken[-1]) == ("accepted", True, "reopen")
    case = world.do(case, "file", DISPATCHER)
    case = world.do(case, "dispatch", DISPATCHER, lead_department="CG")
    assert {starts(case)[m] for m in MILESTONES} == {world.now}
    assert dues(world, case)["restore"] == world.now + 24 * HOUR_MS
    case = world.do(world.do(case, "sign", CG), "feedback", CG)
    case = world.do(world.do(case, "check_pass", DISPATCHER), "callback_done", CALLBACK)
    assert timing.closed_late(world.book, case) is False


def test_an_urgent_case_is_late_when_one_milestone_was() -> None:
    world = Life()
    for wait, late in ((0, False), (1, True)):
        case = world.handling("SZ", category="0601", urgent=True)
        world.advance(HOUR_MS + wait)
        case = world.do(world.do(case, "arrive", SZ), "feedback", SZ)
        case = world.do(world.do(case, "check_pass", DISPATCHER), "callback_done", CALLBACK)
        assert timing.closed_late(world.book, case) is late


def test_a_milestone_that_failed_its_check_is_judged_on_when_it_was_reached_at_last() -> None:
    # 24 h to restore; answered after 1 h, 3 h in check, then 23 h of rework: in time, one minute more: late.
    for wait, late in ((0, False), (MINUTE_MS, True)):
        world = Life()
        case = world.handling("SZ", category="0601", urgent=True)
        world.advance(HOUR_MS)
        case = world.do(case, "feedback", SZ)
        world.advance(3 * HOUR_MS)
        case = world.do(case, "check_fail", DISPATCHER, failed_milestone="restore")
        world.advance(23 * HOUR_MS + wait)
        case = world.do(case, "feedback", SZ)
        case = world.do(case, "close_without_callback", DISPATCHER)
        assert timing.closed_late(world.book, case) is late


def test_turned_urgent_after_the_dispatch_they_count_from_it() -> None:
    world = Life()
    case = world.handling("SZ")
    first = world.now
    world.advance(HOUR_MS)
    case = world.do(case, "mark_urgent", INTAKE)
    assert {starts(case)[m] for m in MILESTONES} == {first}
    checked = world.checking("SZ")
    checked = world.do(checked, "mark_urgent", INTAKE)
    assert not clocks(checked) & set(MILESTONES)


def test_lowered_again_only_the_handle_limit_counts_from_the_same_start() -> None:
    world = Life()
    case = world.handling("SZ", category="0602", urgent=True)
    started = world.now
    world.advance(HOUR_MS)
    case = world.do(case, "reclassify", SHIFT_LEAD, category="0602", sla_class="W3")
    found = {t.clock for t in timing.all_deadlines(world.book, case)}
    assert found == {"handle", "first_contact"}
    assert case.orders[0].dispatched_at == started
