"""Actions that wait for a second person, and limits that ran out: facts that move no state."""

from __future__ import annotations

from msgspec.structs import replace

from app.domain.fact import Fact
from app.domain.incident import Incident, Pending
from app.domain.moves import ConfirmationAsked, ConfirmationRefused, LimitBreached
from app.domain.rulebook import RuleBook

URGED = "urged"


def still_open(incident: Incident, book: RuleBook) -> tuple[Pending, ...]:
    """The requests that a second person could still agree to: the order in force, the state one to act
    from."""
    return tuple(p for p in incident.pending if _possible(p, incident, book))


def _possible(pending: Pending, incident: Incident, book: RuleBook) -> bool:
    transition = book.transitions.get(pending.action)
    if transition is None:
        return False
    if transition.on == "incident":
        return incident.state in transition.sources
    order = incident.order(pending.order)
    return order is not None and order.in_force and order.state in transition.sources


def confirmation_asked(incident: Incident, fact: Fact, body: ConfirmationAsked, _book: RuleBook) -> Incident:
    """Nothing changes and every clock runs until a second person agrees."""
    pending = Pending(fact.eid, body.action, body.order, body.form, body.permission, fact.actor, fact.at)
    return replace(incident, pending=(*incident.pending, pending))


def confirmation_refused(
    incident: Incident, _f: Fact, body: ConfirmationRefused, _book: RuleBook
) -> Incident:
    return replace(incident, pending=tuple(p for p in incident.pending if p.eid != body.asked))


def breached(incident: Incident, _fact: Fact, body: LimitBreached, _book: RuleBook) -> Incident:
    """A rung of the ladder was reached; each is kept once, so that the clerk never repeats itself."""
    mark = breach_mark(body)
    if mark in incident.breaches:
        return incident
    overlays = incident.overlays
    if body.urged and URGED not in overlays:
        overlays = (*overlays, URGED)
    return replace(incident, breaches=(*incident.breaches, mark), overlays=overlays)


def breach_mark(body: LimitBreached) -> str:
    """Names one rung of one due time of one clock; another due time is another breach."""
    return f"{body.order}/{body.clock}/{body.due_at}/{body.step}"
