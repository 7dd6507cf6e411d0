"""What falls due by time: which rungs, when, in whose counted time, and what ends by itself."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from app.base.clock import DAY_MS, HOUR_MS, MINUTE_MS
from app.domain.agenda import Task, agenda, limit_breached
from app.domain.clock_run import Pause
from app.domain.effects.asking import breach_mark
from app.domain.incident import Incident
from app.domain.moves import LimitBreached
from app.domain.rulebook import RuleBook
from app.domain.rules import Rules
from tests.helpers.halls import MONDAY_9, TestHall, actor, shipped_book, shipped_rules
from tests.helpers.memory_hall import memory_hall
from tests.helpers.starts import (
    HANDLER,
    accepted,
    closed,
    dispatched,
    held,
    imported,
    reported,
    signed,
    urgent,
    waiting,
)

MINUTE = MINUTE_MS
TUESDAY_17_30 = MONDAY_9 + DAY_MS + 8 * HOUR_MS + 30 * MINUTE


def of(case: Incident, clock: str, book: RuleBook | None = None) -> list[tuple[int, str, str]]:
    """(at, what, step) of everything one clock brings about."""
    return [(t.at, t.what, t.step) for t in agenda(book or shipped_book(), case) if t.clock == clock]


def test_a_natural_limit_breaks_by_shares_of_itself() -> None:
    case = reported(memory_hall())
    due = MONDAY_9 + 15 * MINUTE
    assert of(case, "accept") == [
        (due + 1, "breach", "due"),
        (due + 15 * MINUTE // 4, "breach", "late_quarter"),
        (due + 15 * MINUTE // 2, "breach", "late_half"),
        (due + 15 * MINUTE, "breach", "late_whole"),
    ]


def test_a_working_limit_breaks_by_shares_of_working_time() -> None:
    # First contact within one working day of seven hours, 8:30 to 12:00 and 14:00 to 17:30: due on Tuesday at
    # 17:30, so a quarter of it later is Wednesday 10:15, half of it noon, all of it 17:30.
    case = signed(memory_hall())
    wednesday = MONDAY_9 + 2 * DAY_MS
    assert [at for at, _, _ in of(case, "first_contact")] == [
        TUESDAY_17_30 + 1,
        wednesday + 75 * MINUTE,
        wednesday + 3 * HOUR_MS,
        wednesday + 8 * HOUR_MS + 30 * MINUTE,
    ]


def test_signing_by_time_comes_after_the_breach_of_the_same_instant() -> None:
    case = dispatched(memory_hall())
    due = MONDAY_9 + 6 * HOUR_MS
    assert of(case, "sign")[:2] == [(due + 1, "breach", "due"), (due + 1, "auto_sign", "")]
    first = agenda(shipped_book(), case)[0]
    assert (first.what, first.order) == ("breach", case.orders[0].code)


@pytest.mark.parametrize(
    ("start", "clock", "what", "wait_ms"),
    [(waiting, "wait_party", "wait_end", DAY_MS), (held, "hold_review", "resume", DAY_MS)],
)
def test_what_the_system_ends_is_ended_at_the_due_time_and_before_any_rung(
    start: object, clock: str, what: str, wait_ms: int
) -> None:
    case = start(memory_hall())  # type: ignore[operator]
    found = of(case, clock)
    assert found[0] == (MONDAY_9 + wait_ms, what, "")
    assert found[1] == (MONDAY_9 + wait_ms + 1, "breach", "due")


def test_a_closed_case_is_archived() -> None:
    case = closed(memory_hall())
    tasks = agenda(shipped_book(), case)
    # Three working days from Monday end on Thursday at 17:30.
    assert (tasks[0].at, tasks[0].what) == (TUESDAY_17_30 + 2 * DAY_MS, "archive")
    assert {task.clock for task in tasks} == {"archive"}


def test_a_clock_that_stands_brings_nothing_about() -> None:
    case = held(memory_hall())
    assert of(case, "handle") == []
    # Not even one whose pause began when it was overdue, and which so shows as overdue.
    (order,) = case.orders
    handle = next(run for run in order.clocks if run.clock == "handle")
    late = replace(handle, pauses=(Pause(MONDAY_9 + 30 * DAY_MS, None, "merged"),))
    order = replace(order, clocks=tuple(late if run is handle else run for run in order.clocks))
    assert of(replace(case, orders=(order,)), "handle") == []


def test_imported_history_is_left_alone_until_it_is_dispatched_here() -> None:
    hall = memory_hall()
    case = imported(hall)
    assert agenda(shipped_book(), replace(case, sla_class="W3")) == ()
    hall.do(
        case,
        "dispatch",
        actor("dispatcher"),
        lead_department="SZ",
        rule_or_reason="r",
    )
    assert agenda(shipped_book(), replace(hall.case(case.id), sla_class="W3")) != ()


def test_a_rung_that_stands_in_the_log_is_off_the_agenda() -> None:
    case = reported(memory_hall())
    book = shipped_book()
    (first, *rest) = agenda(book, case)
    body = limit_breached(book, case, first)
    assert body == LimitBreached(case.id, "accept", MONDAY_9 + 15 * MINUTE, "due", "intake", True)
    assert agenda(book, replace(case, breaches=(breach_mark(body),))) == tuple(rest)


def test_another_due_time_is_another_ladder() -> None:
    hall = memory_hall()
    case = signed(hall)
    before = {task.key for task in agenda(shipped_book(), case) if task.clock == "handle"}
    form = hall.fill("ask_extension", case) | {"new_due": MONDAY_9 + 9 * DAY_MS}
    hall.do(case, "ask_extension", HANDLER, **form)
    form = hall.fill("extend", case) | {"new_due": MONDAY_9 + 9 * DAY_MS}
    case = hall.do(case, "extend", actor("shift_lead"), **form)
    tasks = [task for task in agenda(shipped_book(), case) if task.clock == "handle"]
    assert tasks[0].at == MONDAY_9 + 9 * DAY_MS + 1
    assert not before & {task.key for task in tasks}


def test_a_limit_of_no_length_has_its_first_rung_only() -> None:
    hall = memory_hall()
    case = replace(accepted(hall), urgent=True, sla_class="U1")
    assert of(case, "file") == [(MONDAY_9 + 1, "breach", "due")]


def test_urgent_milestones_have_their_own_rungs() -> None:
    case = urgent(memory_hall())
    assert {task.clock for task in agenda(shipped_book(), case)} == {
        "sign",
        "arrive",
        "make_safe",
        "restore",
    }


def without_system(rules: Rules, action: str) -> RuleBook:
    """The rules with a person in the system's place for one action."""
    moved = tuple(
        replace(t, by=("shift_lead",)) if t.action == action else t for t in rules.workflow.transitions
    )
    return RuleBook(replace(rules, workflow=replace(rules.workflow, transitions=moved)))


@pytest.mark.parametrize(
    ("start", "action"),
    [(dispatched, "auto_sign"), (waiting, "wait_end"), (held, "resume"), (closed, "archive")],
)
def test_the_rules_decide_what_the_system_may_do(start: object, action: str) -> None:
    case = start(memory_hall())  # type: ignore[operator]

    def doings(book: RuleBook) -> set[str]:
        return {task.what for task in agenda(book, case)}

    assert action in doings(shipped_book())
    assert doings(without_system(shipped_rules(), action)) == {"breach"}


def test_rules_without_a_ladder_bring_no_breaches() -> None:
    rules = shipped_rules()
    book = RuleBook(replace(rules, sla=replace(rules.sla, ladder=())))
    assert agenda(book, reported(memory_hall())) == ()


def test_keys_tell_occasions_apart() -> None:
    hall: TestHall = memory_hall()
    one = Task(MONDAY_9, "wait_end", "o", "wait_party", MONDAY_9 - 1, MONDAY_9)
    again = replace(one, since=MONDAY_9 - 2)
    assert one.key != again.key
    keys = [task.key for start in (dispatched, held, urgent) for task in agenda(shipped_book(), start(hall))]
    assert len(set(keys)) == len(keys)
