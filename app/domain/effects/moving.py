"""Plain transitions: the step all share, and the named effects that do a little more."""

from __future__ import annotations

from collections.abc import Callable

from msgspec.structs import replace

from app.domain.effects import casework, handling, returning
from app.domain.effects.step import any_order, end_order, recall_orders, take
from app.domain.fact import Fact
from app.domain.incident import Incident
from app.domain.moves import CaseMoved
from app.domain.order import Order
from app.domain.rulebook import RuleBook

Effect = Callable[[Incident, "Order | None", Fact, CaseMoved, RuleBook], Incident]


def moved(incident: Incident, fact: Fact, body: CaseMoved, book: RuleBook) -> Incident:
    """A transition taken: state, clocks, then its named effect. An action the rules do not know moves
    nothing."""
    transition = book.transitions.get(body.action)
    if transition is None:
        return incident
    order = incident.order(body.order) if body.order else None
    if transition.on == "order" and order is None:
        return incident
    before = incident
    incident = take(incident, transition, order, fact.at, book)
    incident = _settle_pending(incident, body)
    effect = EFFECTS.get(transition.effect)
    if effect is None and "category" in body.form:
        effect = casework.classified
    if effect is not None:
        current = incident.order(body.order) if body.order else None
        incident = effect(incident, current, fact, body, book)
    if transition.result and not incident.result:
        incident = replace(incident, result=transition.result)
    return _closing(before, _released(incident, fact, book), fact, book)


def _settle_pending(incident: Incident, body: CaseMoved) -> Incident:
    """What was agreed to, or done without asking, is asked no more."""
    if not incident.pending:
        return incident
    left = tuple(p for p in incident.pending if (p.action, p.order) != (body.action, body.order))
    return replace(incident, pending=left)


def _released(incident: Incident, fact: Fact, book: RuleBook) -> Incident:
    """Where the centre owns an open case no unit is in charge: it is told so and acknowledges."""
    state = book.states[incident.state]
    if state.kind != "open" or state.owner != "centre":
        return incident
    return recall_orders(incident, fact.at, any_order)


def _closing(before: Incident, after: Incident, fact: Fact, book: RuleBook) -> Incident:
    """Entering a done state ends every order, answered ones as done, the others recalled; leaving one opens
    the case again. Its next dispatch is the first of a new period."""
    was_done = book.states[before.state].kind in ("done", "final")
    is_done = book.states[after.state].kind in ("done", "final")
    if is_done and not was_done:
        orders = tuple(
            end_order(o, "done", fact.at) if o.in_force and o.state in casework.WORK_DONE else o
            for o in after.orders
        )
        return recall_orders(replace(after, orders=orders, closed_at=fact.at), fact.at, any_order)
    if was_done and not is_done:
        anew = None if after.lead is None else after.milestones_from
        return replace(
            after,
            closed_at=None,
            result="",
            call_back=None,
            reopened=after.reopened + 1,
            milestones_from=anew,
        )
    return after


EFFECTS: dict[str, Effect] = {
    "accept": casework.classified,
    "file": casework.classified,
    "reclassify": casework.classified,
    "sign": handling.signed,
    "first_contact": handling.contacted,
    "ask": handling.asked,
    "extend": handling.extended,
    "hold": handling.held,
    "refuse": handling.refused,
    "wait": handling.waiting,
    "return": returning.return_asked,
    "return_accepted": returning.return_accepted,
    "return_refused": returning.return_refused,
    "recall": returning.recalled,
    "ack_recall": returning.recall_acknowledged,
    "feedback": handling.fed_back,
    "check_fail": casework.reworked,
    "send_back": casework.sent_back,
    "callback_done": casework.called_back,
    "overlay": casework.overlaid,
    "promise": casework.promised,
    "promise_kept": casework.promise_kept,
    "to_arbitration": casework.to_arbitration,
}
"""Effect names the rules may use on a plain move, to what they do."""
