"""Issuing orders: dispatch, redispatch, added co-departments, a named lead, and second-level orders."""

from __future__ import annotations

from msgspec.structs import replace

from app.base.clock import Instant
from app.domain import clockwork
from app.domain.effects.handling import answered
from app.domain.effects.step import (
    HANDLE,
    SIGN,
    end_order,
    enter_incident,
    put_order,
    recall_orders,
    start_milestones,
    turn_clocks,
)
from app.domain.fact import Fact
from app.domain.incident import Incident
from app.domain.moves import OrdersIssued
from app.domain.order import Order, OrderIssue
from app.domain.rulebook import RuleBook
from app.domain.workflow import ClockSteps, Transition

ISSUED = "issued"
"""Reason of a due time that came with the order: a second-level order's, or one carried over by a merge."""


def orders_issued(incident: Incident, fact: Fact, body: OrdersIssued, book: RuleBook) -> Incident:
    """New orders come into force in the same instant as the old lead leaves it, so nobody is ever
    ownerless."""
    transition = book.transitions.get(body.action)
    if transition is None:
        return incident
    if not any(issue.role == "lead" for issue in body.orders):
        return _coop_answered(_add(incident, body, fact.at), transition)
    incident = _counted(incident, body)
    incident = _relieved(incident, transition, body, fact.at)
    incident = enter_incident(_add(incident, body, fact.at), transition.to)
    # The order clocks started with each new order; here only the incident's own clocks turn.
    own = tuple(c for c in transition.clock.stop if c in book.clocks and book.clocks[c].on == "incident")
    incident = turn_clocks(incident, ClockSteps(stop=own), None, fact.at, book)
    first = fact.at if incident.first_dispatch_at is None else incident.first_dispatch_at
    since = fact.at if incident.milestones_from is None else incident.milestones_from
    incident = replace(incident, first_dispatch_at=first, milestones_from=since, dispatched_by=fact.actor)
    return start_milestones(incident)


def _counted(incident: Incident, body: OrdersIssued) -> Incident:
    """A redispatch that answers a return counts as one, unless the first dispatch was the centre's
    mistake."""
    lead = incident.lead
    if lead is None:
        return incident
    if body.form.get("fault") == "centre":
        return put_order(incident, replace(lead, centre_fault=True))
    returned = lead.state == "return_review"
    return replace(incident, returns=incident.returns + 1) if returned else incident


def _relieved(incident: Incident, transition: Transition, body: OrdersIssued, at: Instant) -> Incident:
    """Who leaves when a new lead comes: with a redispatch everybody, with a named lead the old lead only.

    A unit that gets another order in the same step is not recalled: its new order tells it all.
    """
    staying = {issue.unit for issue in body.orders}
    lead_only = transition.effect == "name_lead"
    orders = tuple(
        end_order(o, "replaced", at) if o.in_force and o.unit in staying and o.role != "sub" else o
        for o in incident.orders
    )
    replaced = {o.code for o in orders if o.end == "replaced"}
    return recall_orders(
        replace(incident, orders=orders),
        at,
        lambda o: o.parent in replaced or not lead_only or o.role == "lead",
    )


def _add(incident: Incident, body: OrdersIssued, at: Instant) -> Incident:
    return replace(incident, orders=(*incident.orders, *(issued(issue, at) for issue in body.orders)))


def _coop_answered(incident: Incident, transition: Transition) -> Incident:
    lead = incident.lead
    if transition.effect != "add_co" or lead is None:
        return incident
    return put_order(incident, answered(lead, "ask_coop"))


def issued(issue: OrderIssue, at: Instant) -> Order:
    """A new order with its sign and handle clocks running from the dispatch (rule clock_from_dispatch)."""
    clocks = clockwork.start((), (SIGN, HANDLE), at)
    if issue.due_at is not None:
        clocks = clockwork.replace_due(clocks, HANDLE, at, issue.due_at, ISSUED)
    return Order(
        code=issue.code,
        unit=issue.unit,
        role=issue.role,
        state="dispatched",
        dispatched_at=at,
        parent=issue.parent,
        mandatory=issue.mandatory,
        returnable=issue.returnable,
        clocks=clocks,
    )
