"""Whether a fact still fits the case it comes upon: asked only of one decided without knowing all of it."""

from __future__ import annotations

from app.domain.contested import Move
from app.domain.incident import Incident
from app.domain.moves import CaseMerged, CaseMoved, CaseUnmerged, OrdersIssued
from app.domain.order import OrderIssue
from app.domain.rulebook import RuleBook
from app.domain.touch import PROMISE_KEPT, WEIGHTY, Contending
from app.domain.workflow import SAME, Transition

RELIEVING = frozenset({"dispatch", "redispatch", "name_lead"})
"""Effects that make room for the orders they issue: a unit that has one gets the new one in its place."""

RECEIPT = "ack_recall"
URGENT = "urgent"


def fits(body: Contending, case: Incident, book: RuleBook, unseen: tuple[Move, ...]) -> bool:
    """Whether `body` can take effect on `case` as it stands: the states it starts from, the orders it names,
    the codes and units of those it issues. `unseen` are the moves its decider did not know of."""
    transition = book.transitions.get(body.action)
    if transition is None:
        return True  # Rules that do not know the action let it move nothing.
    if isinstance(body, CaseMoved):
        return _move_fits(body, transition, case, unseen)
    if isinstance(body, OrdersIssued):
        return _starts(transition, body.order, case) and _has_room(
            body.orders, case, relieving=transition.effect in RELIEVING
        )
    if isinstance(body, CaseMerged):
        if case.id == body.master:
            return book.states[case.state].kind in ("open", "paused") and _has_room(body.carried, case)
        return case.state in transition.sources and _all_named(body, case)
    if isinstance(body, CaseUnmerged):
        if case.id == body.master:
            return book.states[case.state].kind != "final"
        return case.master == body.master and _has_room(body.reissued, case)
    return case.state in transition.sources


def _move_fits(body: CaseMoved, transition: Transition, case: Incident, unseen: tuple[Move, ...]) -> bool:
    if transition.on == "order" and not _meant(body.order, case, unseen):
        return False
    if transition.to == SAME and not _asks_of_the_state(transition):
        # A note or a milestone is true of the case wherever it stands, if the order is the one.
        return True
    return _starts(transition, body.order, case)


def _asks_of_the_state(transition: Transition) -> bool:
    """Whether a step that leaves the state alone makes no sense in every state: a request that nobody could
    answer, another class or an urgent mark of a case that is closed."""
    if transition.overlay == URGENT:
        return True
    return transition.effect in WEIGHTY and transition.effect != PROMISE_KEPT


def _meant(code: str, case: Incident, unseen: tuple[Move, ...]) -> bool:
    """Whether the order of this code is the one the decider knew: two desks that dispatch while cut off give
    the same code to different orders."""
    return case.order(code) is not None and not any(code in move.orders for move in unseen)


def _starts(transition: Transition, code: str, case: Incident) -> bool:
    if transition.on == "incident":
        return case.state in transition.sources
    order = case.order(code)
    if order is None:
        return False
    if transition.effect == RECEIPT:
        return True
    return order.in_force and order.state in transition.sources


def _has_room(issues: tuple[OrderIssue, ...], case: Incident, *, relieving: bool = False) -> bool:
    """No code is given twice, and no unit works on one case under two orders."""
    codes = {order.code for order in case.orders}
    units = set() if relieving else {order.unit for order in case.orders if order.in_force}
    return not any(issue.code in codes or issue.unit in units for issue in issues)


def _all_named(body: CaseMerged, case: Incident) -> bool:
    """Every unit at work goes on under the master or is told to stop; none is forgotten."""
    carried = {issue.unit for issue in body.carried}
    return all(o.code in body.recalled or o.unit in carried for o in case.orders if o.in_force)
