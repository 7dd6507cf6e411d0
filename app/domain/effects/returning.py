"""Returns and recalls: how a unit leaves a case, and what the centre owns until the next dispatch."""

from __future__ import annotations

from msgspec.structs import replace

from app.domain.effects.step import any_order, end_order, put_order, recall_orders
from app.domain.fact import Fact
from app.domain.incident import Incident
from app.domain.moves import CaseMoved
from app.domain.order import Order
from app.domain.rulebook import RuleBook


def return_asked(
    incident: Incident, order: Order | None, _fact: Fact, _b: CaseMoved, _book: RuleBook
) -> Incident:
    return incident if order is None else put_order(incident, replace(order, asked_return=True))


def return_accepted(
    incident: Incident, order: Order | None, fact: Fact, body: CaseMoved, _book: RuleBook
) -> Incident:
    """The unit is released; for the lead the whole dispatch ends and the centre owns until the next one."""
    if order is None:
        return incident
    mistaken = body.form.get("fault") == "centre"
    ended = replace(end_order(order, "returned", fact.at), centre_fault=mistaken)
    incident = put_order(incident, ended)
    if order.role != "lead":
        return recall_orders(incident, fact.at, lambda o: o.parent == order.code)
    incident = recall_orders(incident, fact.at, any_order)
    return incident if mistaken else replace(incident, returns=incident.returns + 1)


def return_refused(
    incident: Incident, order: Order | None, _fact: Fact, _b: CaseMoved, _book: RuleBook
) -> Incident:
    """Asked in vain, and yet asked: the next return of the case is its second."""
    lead = order is not None and order.role == "lead"
    return replace(incident, returns=incident.returns + 1) if lead else incident


def recalled(incident: Incident, order: Order | None, fact: Fact, _b: CaseMoved, _book: RuleBook) -> Incident:
    """A co-order is recalled alone; with the lead the whole dispatch is withdrawn. Every unit acknowledges.

    The centre withdraws its own wrong dispatch: the fault is its own, recorded by itself.
    """
    if order is None:
        return incident
    incident = put_order(incident, replace(order, centre_fault=True))
    alone = order.role != "lead"
    return recall_orders(incident, fact.at, (lambda o: o.code == order.code) if alone else any_order)


def recall_acknowledged(
    incident: Incident, order: Order | None, _f: Fact, _b: CaseMoved, _book: RuleBook
) -> Incident:
    return incident if order is None else put_order(incident, replace(order, acknowledged=True))
