"""An order came to its unit: the first time each way counts, and nothing else changes."""

from __future__ import annotations

from msgspec.structs import replace

from app.domain.effects.step import put_order
from app.domain.fact import Fact
from app.domain.incident import Incident
from app.domain.moves import OrderReached
from app.domain.rulebook import RuleBook


def reached(incident: Incident, fact: Fact, body: OrderReached, _book: RuleBook) -> Incident:
    """An order that a person at the unit read, or was called about, needs no further word of the system."""
    order = incident.order(body.order)
    if order is None:
        return incident
    if body.how == "delivered" and order.delivered_at is None:
        order = replace(order, delivered_at=fact.at)
    elif body.how == "read" and order.read_at is None:
        order = replace(order, read_at=fact.at)
    elif body.how == "called" and order.called_at is None:
        order = replace(order, called_at=fact.at)
    else:
        return incident
    return put_order(incident, order)
