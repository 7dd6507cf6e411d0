"""The deadlines of a case: which limit and calendar each of its clocks has, and which one it shows."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import msgspec

from app.base.clock import Instant
from app.domain import clockwork
from app.domain.calendar import Calendar
from app.domain.deadline import ClockRun, Deadline, Pause, appointment, deadline
from app.domain.incident import Incident
from app.domain.limits import Limit, rework_limit
from app.domain.order import Order
from app.domain.rulebook import MILESTONES, RuleBook

HANDLE = "handle"
PROMISE = "promise"
CAPPED = ("sign", "first_contact")
"""Clocks whose end never lies behind the handle due time (rule no_stage_after_due)."""

ANSWERED = ("check", "callback")
"""States of an order whose feedback nobody has refused."""

REWORKED = (HANDLE, "restore")
"""Clocks that run under the rework limit when they run again."""


class Timed(msgspec.Struct, frozen=True, gc=False):
    """One running clock of a case with its deadline; `order` is empty for the case's own clocks."""

    clock: str
    order: str
    deadline: Deadline


def running_clocks(incident: Incident) -> Iterator[tuple[Order | None, ClockRun]]:
    """Every clock that runs: the case's own and those of the orders in force."""
    for run in incident.clocks:
        if run.stopped_at is None:
            yield None, run
    for order in incident.orders:
        if order.in_force:
            for run in order.clocks:
                if run.stopped_at is None:
                    yield order, run


def limit_of(book: RuleBook, incident: Incident, order: Order | None, run: ClockRun) -> Limit | None:
    """The limit a run has now, by the case's present class and category; a second run has the rework
    limit."""
    limit = book.limit(run.clock, incident.sla_class, incident.category)
    if limit is None or run.clock not in REWORKED:
        return limit
    first = _first_run(incident, order, run.clock)
    again = first is not None and first.started_at < run.started_at
    return rework_limit(limit, book.rules.sla.rework) if again else limit


def _first_run(incident: Incident, order: Order | None, clock: str) -> ClockRun | None:
    """The first run of an order's clock, or of a case's since it was first dispatched or last reopened."""
    if order is not None:
        return clockwork.first_run(order.clocks, clock)
    return clockwork.first_run(incident.clocks, clock, incident.milestones_from)


Handles = dict[str, Deadline | None]
"""The handle deadlines worked out so far, by order: other clocks and co-orders are capped by them."""


def deadline_of(
    book: RuleBook,
    incident: Incident,
    order: Order | None,
    run: ClockRun,
    *,
    explain: bool = False,
    handles: Handles | None = None,
) -> Deadline | None:
    """The deadline of one run, or None for a clock without a limit. Pure: the present plays no part.

    `handles`: who asks for many clocks of one case in one go hands in the same dict, empty at first.
    """
    light = book.rules.sla.light
    if run.clock == PROMISE:
        if not run.replaced:
            return None
        return appointment(run, run.replaced[-1].due_at, urgent=incident.urgent, light=light, explain=explain)
    limit = limit_of(book, incident, order, run)
    if limit is None:
        return None
    return deadline(
        run,
        limit,
        calendar_of(book, order, run.clock),
        urgent=incident.urgent,
        light=light,
        cap_at=_cap(book, incident, order, run, {} if handles is None else handles),
        explain=explain,
    )


def calendar_of(book: RuleBook, order: Order | None, clock: str) -> Calendar:
    """Whose hours a clock's working limits use."""
    rule = book.clocks.get(clock)
    if rule is not None and rule.counts == "unit" and order is not None:
        return book.calendar(order.unit)
    return book.office


def _cap(
    book: RuleBook, incident: Incident, order: Order | None, run: ClockRun, handles: Handles
) -> Instant | None:
    """What a due time never lies behind: the handle due time for the stages before it, and for a co-order
    that of the lead, who answers for both. A lead that pauses hurries nobody."""
    if order is None:
        return None
    if run.clock == HANDLE:
        lead = incident.lead if order.role == "co" else None
        due = _handle_deadline(book, incident, lead, handles) if lead is not None else None
        return None if due is None or due.paused else due.due_at
    if run.clock not in CAPPED:
        return None
    due = _handle_deadline(book, incident, order, handles)
    return due.due_at if due is not None else None


def _handle_deadline(book: RuleBook, incident: Incident, order: Order, handles: Handles) -> Deadline | None:
    if order.code not in handles:
        run = clockwork.running(order.clocks, HANDLE)
        found = deadline_of(book, incident, order, run, handles=handles) if run is not None else None
        handles[order.code] = found
    return handles[order.code]


def due_of(book: RuleBook, incident: Incident, order: Order | None, run: ClockRun) -> Instant | None:
    found = deadline_of(book, incident, order, run)
    return found.due_at if found is not None else None


def all_deadlines(book: RuleBook, incident: Incident, *, explain: bool = False) -> list[Timed]:
    """The deadlines of all running clocks, soonest due first, paused ones last."""
    found, handles = [], Handles()
    for order, run in running_clocks(incident):
        due = deadline_of(book, incident, order, run, explain=explain, handles=handles)
        if due is not None:
            found.append(Timed(run.clock, order.code if order is not None else "", due))
    return sorted(found, key=lambda t: (t.deadline.paused, t.deadline.due_at))


def shown(book: RuleBook, incident: Incident) -> Timed | None:
    """The clock whose light the case shows: the running one that is due first.

    While the lead's handling is paused the case shows as paused, with the clock that counts meanwhile.
    """
    if incident.history is not None and incident.lead is None:
        return None
    best: Timed | None = None
    lead_paused = False
    handles = Handles()
    for order, run in running_clocks(incident):
        if order is not None and run.clock == HANDLE:
            due = _handle_deadline(book, incident, order, handles)
        else:
            due = deadline_of(book, incident, order, run, handles=handles)
        if due is None:
            continue
        if due.paused and order is not None and order.role == "lead" and run.clock == HANDLE:
            lead_paused = True
        if best is None or (due.paused, due.due_at) < (best.deadline.paused, best.deadline.due_at):
            best = Timed(run.clock, order.code if order is not None else "", due)
    if best is not None and lead_paused and not best.deadline.paused:
        best = msgspec.structs.replace(best, deadline=msgspec.structs.replace(best.deadline, paused=True))
    return best


def working_due(book: RuleBook, incident: Incident, order: Order | None) -> Instant | None:
    """The due time a unit works against: restore for urgent cases, handle for all others."""
    if incident.urgent:
        run = clockwork.running(incident.clocks, "restore")
        return due_of(book, incident, None, run) if run is not None else None
    if order is None:
        return None
    run = clockwork.running(order.clocks, HANDLE)
    return due_of(book, incident, order, run) if run is not None else None


def return_window_end(book: RuleBook, incident: Incident, order: Order) -> Instant | None:
    """Until when this unit may ask to return this dispatch; never behind its handle due time."""
    window = book.return_window(incident.sla_class)
    if window is None:
        return None
    end = book.calendar(order.unit).add(order.dispatched_at, window).at
    handle = working_due(book, incident, order)
    return min(end, handle) if handle is not None else end


def closed_late(book: RuleBook, incident: Incident) -> bool | None:
    """Whether a finished case missed a limit of its work; None while it cannot be said.

    Judged on the last feedback against the original due time with extensions and pauses; time in check is not
    the unit's. Urgent cases by each milestone; imported history by its own due and closed times.
    """
    if incident.history is not None:
        due, closed = incident.history.due_at, incident.history.closed_at
        return None if due is None or closed is None else closed > due
    if incident.urgent:
        return _milestones_late(book, incident)
    leads = [o for o in incident.orders if o.role == "lead" and o.feedback_at]
    if not leads or leads[-1].state not in ANSWERED:
        return None
    order = leads[-1]
    due_at = judged_due(book, incident, order, HANDLE)
    return None if due_at is None else order.feedback_at[-1] > due_at


def judged_due(book: RuleBook, incident: Incident, order: Order | None, clock: str) -> Instant | None:
    """The original due time of a clock of an order, or of the case: with the extensions and pauses of all its
    runs, and moved by the time the case lay in check between them."""
    first = _first_run(incident, order, clock)
    if first is None:
        return None
    every = order.clocks if order is not None else incident.clocks
    runs = [run for run in every if run.clock == clock and run.started_at >= first.started_at]
    if len(runs) == 1:
        return due_of(book, incident, order, msgspec.structs.replace(first, stopped_at=None))
    checks = tuple(
        Pause(before.stopped_at, after.started_at, "check")
        for before, after in pairwise(runs)
        if before.stopped_at is not None
    )
    whole = msgspec.structs.replace(
        first,
        stopped_at=None,
        pauses=(*(pause for run in runs for pause in run.pauses), *checks),
        replaced=tuple(replaced for run in runs for replaced in run.replaced),
    )
    return due_of(book, incident, order, whole)


def _milestones_late(book: RuleBook, incident: Incident) -> bool | None:
    """Each milestone alone: when it was last reached, after a failed check too, against its original due
    time."""
    judged: list[bool] = []
    for milestone in MILESTONES:
        last = next((run for run in reversed(incident.clocks) if run.clock == milestone), None)
        due_at = judged_due(book, incident, None, milestone)
        if last is not None and last.stopped_at is not None and due_at is not None:
            judged.append(last.stopped_at > due_at)
    return any(judged) if judged else None
