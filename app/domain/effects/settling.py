"""A person decided between two desks: the contested item goes, and what led may be taken back."""

from __future__ import annotations

from msgspec.structs import replace

from app.domain import clockwork
from app.domain.contested import Contested, ContestSettled
from app.domain.effects.step import HANDLE, put_order
from app.domain.fact import Fact
from app.domain.incident import Incident
from app.domain.order import ANSWERS, Order, Request
from app.domain.rulebook import MILESTONES, RuleBook

EXTEND = "extend"
RESTORE = MILESTONES[-1]
"""The clock an extension of an urgent case moves."""


def settled(incident: Incident, fact: Fact, body: ContestSettled, _book: RuleBook) -> Incident:
    """The item is gone for good, whoever's word stands. Two people may settle one item while cut off: the
    lower number stands, and the later one is idle with all that it brought about."""
    item = next((item for item in incident.contested if item.eid == body.contested), None)
    if item is None:
        return replace(incident, idle=(*incident.idle, fact.eid))
    gone = item.withheld if item.applied else (item.eid, *item.withheld)
    incident = replace(
        incident,
        contested=tuple(other for other in incident.contested if other is not item),
        idle=(*incident.idle, *gone),
    )
    return _asked_again(incident, item, fact) if body.choice == "second" else incident


def _asked_again(incident: Incident, item: Contested, fact: Fact) -> Incident:
    """Two answers to one request, and the second is to stand: the unit's request is open again and an
    extension that was granted is taken back, so that the rules judge the second answer as the only one."""
    asked, order = ANSWERS.get(item.action, ""), incident.order(item.order)
    if not asked or order is None or ANSWERS.get(item.against.action) != asked:
        return incident
    if item.against.action == EXTEND:
        incident, order = _taken_back(incident, order)
    if not any(request.kind == asked for request in order.requests):
        order = replace(order, requests=(*order.requests, Request(asked, fact.at, {})))
    return put_order(incident, order)


def _taken_back(incident: Incident, order: Order) -> tuple[Incident, Order]:
    """The last extension undone: the due time before it is in force again."""
    order = replace(order, extensions=max(0, order.extensions - 1))
    if incident.urgent:
        return replace(incident, clocks=clockwork.take_back_due(incident.clocks, RESTORE, EXTEND)), order
    return incident, replace(order, clocks=clockwork.take_back_due(order.clocks, HANDLE, EXTEND))
