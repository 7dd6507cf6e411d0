"""Whose orders and places are an actor's own: a unit's people act for their unit, a street's also below
it."""

from __future__ import annotations

from app.domain.actor import CENTRE_UNIT, Actor
from app.domain.incident import Incident
from app.domain.responsibility import TERRITORY_KINDS, unit_area, unit_department


def acts_for(actor: Actor, unit: str) -> bool:
    """A unit's people act for their unit; a street's also for what lies below it.

    A territorial unit without an area stands for all of its kind.
    """
    if actor.unit == unit:
        return True
    area, other = unit_area(actor.unit), unit_area(unit)
    if area and other:
        return other.startswith(area)
    return not area and unit_department(actor.unit) == unit_department(unit)


def covers(actor: Actor, area: str) -> bool:
    """Whether the place lies in the actor's own street, community or grid, or is not known finer than
    that."""
    own = unit_area(actor.unit)
    territorial = unit_department(actor.unit) in TERRITORY_KINDS
    return territorial and bool(area) and (area.startswith(own) or own.startswith(area))


def concerns(actor: Actor, incident: Incident) -> bool:
    """Whether a case as a whole is a unit's business: it has, or had to the end, an order there, the case
    lies in its area, or nobody was dispatched yet. The centre's own people see to every case."""
    orders = [o for o in incident.orders if o.end in ("", "done")]
    return (
        not orders
        or actor.unit == CENTRE_UNIT
        or covers(actor, incident.place.area)
        or any(acts_for(actor, order.unit) for order in orders)
    )
