"""What the system will do with a case by itself, and when, if nothing happens before. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

import msgspec

from app.base.clock import Instant
from app.domain import clockwork, timing
from app.domain.actor import SYSTEM_ROLE
from app.domain.deadline import ClockRun, Deadline
from app.domain.effects.asking import breach_mark
from app.domain.incident import Incident
from app.domain.moves import LimitBreached
from app.domain.order import Order
from app.domain.rulebook import RuleBook
from app.domain.sla import CLOCK_ROLE, LadderStep
from app.domain.working_time import NATURAL, Ruler

Doing = Literal["breach", "auto_sign", "wait_end", "resume", "archive"]

OVERDUE_MS = 1
"""At the due time itself a clock is still in time (app.domain.light); a ms later it is not."""


class Task(msgspec.Struct, frozen=True):
    """One thing that falls due at `at`, on the case or on one of its orders.

    `clock` is the clock that brings it about, `since` the start of its run and `due_at` its due time. `step`
    is the rung of the ladder for a breach; every other `what` is a transition of the workflow.
    """

    at: Instant
    what: Doing
    order: str
    clock: str
    since: Instant
    due_at: Instant
    step: str = ""

    @property
    def key(self) -> str:
        """Names this one occasion for ever: a second clerk that comes upon it makes the same key."""
        if self.what == "breach":
            return f"breach/{self.order}/{self.clock}/{self.due_at}/{self.step}"
        return f"{self.what}/{self.order}/{self.since}"


class _Timed(msgspec.Struct, frozen=True):
    """A transition the system takes when `clock` is due, `late_ms` after the due time."""

    what: Doing
    clock: str
    late_ms: int = 0


_TIMED = (
    _Timed("auto_sign", "sign", OVERDUE_MS),
    _Timed("wait_end", "wait_party"),
    _Timed("resume", "hold_review"),
    _Timed("archive", "archive"),
)


def agenda(book: RuleBook, incident: Incident) -> tuple[Task, ...]:
    """Everything that falls due by time as the case stands, soonest first.

    At one instant breaches come first, so that what ends a clock never hides that it ran out. Imported
    history that was never dispatched here is left alone, and a clock that stands brings nothing about.
    WorldError when a time lies outside the years of the calendar.
    """
    if incident.history is not None and incident.lead is None:
        return ()
    tasks = [
        task for order, run in timing.running_clocks(incident) for task in _of(book, incident, order, run)
    ]
    return tuple(sorted(tasks, key=lambda t: (t.at, t.what != "breach", t.order, t.clock)))


def limit_breached(book: RuleBook, incident: Incident, task: Task) -> LimitBreached:
    """The body of a breach on the agenda: who is told, and whether the case is marked as urged."""
    step = next(step for step in book.rules.sla.ladder if step.id == task.step)
    return _body(book, incident, task.order, task.clock, task.due_at, step)


def _of(book: RuleBook, incident: Incident, order: Order | None, run: ClockRun) -> Iterator[Task]:
    if clockwork.is_paused(run):
        return
    due = timing.deadline_of(book, incident, order, run)
    if due is None:
        return
    code = order.code if order is not None else ""
    for timed in _TIMED:
        if timed.clock == run.clock and _system_may(book, incident, order, timed.what):
            at = due.due_at + timed.late_ms
            yield Task(at, timed.what, code, run.clock, run.started_at, due.due_at)
    yield from _breaches(book, incident, order, run, due)


def _system_may(book: RuleBook, incident: Incident, order: Order | None, action: str) -> bool:
    transition = book.transitions.get(action)
    if transition is None or SYSTEM_ROLE not in transition.by:
        return False
    if transition.on == "incident":
        return incident.state in transition.sources
    return order is not None and order.state in transition.sources


def _breaches(
    book: RuleBook, incident: Incident, order: Order | None, run: ClockRun, due: Deadline
) -> Iterator[Task]:
    """The rungs of this due time that are not in the log yet."""
    ladder = book.rules.sla.ladder
    if not ladder:
        return
    code = order.code if order is not None else ""
    ruler, span_ms = _measure(book, incident, order, run, due)
    for step in ladder:
        late_ms = int(step.after * span_ms)
        if step.after and not late_ms:
            continue  # of a limit of no length no share ever goes by
        if breach_mark(_body(book, incident, code, run.clock, due.due_at, step)) in incident.breaches:
            continue
        at = ruler.instant(ruler.read(due.due_at) + late_ms) if late_ms else due.due_at + OVERDUE_MS
        yield Task(at, "breach", code, run.clock, run.started_at, due.due_at, step.id)


def _measure(
    book: RuleBook, incident: Incident, order: Order | None, run: ClockRun, due: Deadline
) -> tuple[Ruler, int]:
    """The time this clock counts in, and its limit in ms of it: late by half of 3 working days is late by
    half of their working hours."""
    limit = timing.limit_of(book, incident, order, run)
    if limit is None:
        return NATURAL, max(0, due.due_at - run.started_at)
    calendar = timing.calendar_of(book, order, run.clock)
    return calendar.ruler(limit.unit), calendar.add(run.started_at, limit).span_ms


def _body(
    book: RuleBook, incident: Incident, order: str, clock: str, due_at: Instant, step: LadderStep
) -> LimitBreached:
    role = book.clocks[clock].answers if step.role == CLOCK_ROLE else step.role
    return LimitBreached(incident.id, clock, due_at, step.id, role, step.urge, order)
