"""Merging and its undoing: reports, promises and open orders go to the master and come back."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec.structs import replace

from app.base.clock import Instant
from app.domain import clockwork
from app.domain.effects.casework import set_class, with_promises
from app.domain.effects.ordering import issued
from app.domain.effects.step import end_order, enter_incident
from app.domain.fact import Fact
from app.domain.incident import Given, Incident, Promise
from app.domain.moves import CaseMerged, CaseUnmerged
from app.domain.order import Order
from app.domain.rulebook import RuleBook

MERGED_STATE = "merged"


def merged(incident: Incident, fact: Fact, body: CaseMerged, book: RuleBook) -> Incident:
    """Told to both sides: the merged case stands still, the master takes its reports and the stricter
    class. A case that lives on in a master already is not merged again."""
    if incident.id == body.master:
        return incident if body.incident in incident.merged else _into_master(incident, fact, body, book)
    return incident if incident.master else _away(incident, fact, body)


def _away(incident: Incident, fact: Fact, body: CaseMerged) -> Incident:
    # What came in unseen by the desk that merged stays here, or nobody would answer it.
    known = frozenset(report.report for report in body.reports)
    incident = with_promises(incident, _without(incident.promises, body.promises), fact.at)
    return replace(
        enter_incident(incident, MERGED_STATE),
        master=body.master,
        given=Given(
            tuple(report.report for report in body.reports),
            tuple(promise.eid for promise in body.promises),
            tuple(issue.code for issue in body.carried),
            body.recalled,
        ),
        reports=tuple(report for report in incident.reports if report.report not in known),
        orders=tuple(_settled(order, body, fact.at) for order in incident.orders),
        clocks=clockwork.pause_all(incident.clocks, fact.at, clockwork.MERGED),
    )


def _settled(order: Order, body: CaseMerged, at: Instant) -> Order:
    if not order.in_force:
        return order
    if order.code in body.recalled:
        return end_order(order, "recalled", at, acknowledged=False)
    # Carried: its clocks stand still here; the unit works on under the master's order, by the same due time.
    return replace(order, end="carried", clocks=clockwork.pause_all(order.clocks, at, clockwork.MERGED))


def _into_master(incident: Incident, fact: Fact, body: CaseMerged, book: RuleBook) -> Incident:
    incident = replace(
        incident,
        reports=(*incident.reports, *body.reports),
        merged=(*incident.merged, body.incident),
        orders=(*incident.orders, *(issued(issue, fact.at) for issue in body.carried)),
    )
    incident = with_promises(incident, (*incident.promises, *body.promises), fact.at)
    return set_class(incident, book.graver(incident.sla_class, body.sla_class), fact, book)


def unmerged(incident: Incident, fact: Fact, body: CaseUnmerged, _book: RuleBook) -> Incident:
    """Told to both sides: what moved moves back; the time spent merged counts in the total only. A case that
    is not in this master stays where it is."""
    if incident.id == body.master:
        return _out_of_master(incident, fact, body) if body.incident in incident.merged else incident
    return _back(incident, fact, body) if incident.master == body.master else incident


def _back(incident: Incident, fact: Fact, body: CaseUnmerged) -> Incident:
    """A lead that was recalled is dispatched anew, and the case with it: what was argued about its order is
    moot."""
    orders = tuple(
        replace(o, end="", clocks=clockwork.resume(o.clocks, ("all",), fact.at)) if o.end == "carried" else o
        for o in incident.orders
    )
    incident = replace(
        enter_incident(incident, incident.prior),
        master="",
        given=Given(),
        reports=(*body.reports, *incident.reports),
        orders=(*orders, *(issued(issue, fact.at) for issue in body.reissued)),
        clocks=clockwork.resume(incident.clocks, ("all",), fact.at),
    )
    lead = incident.lead
    if lead is not None and lead.state != incident.state:
        clocks = clockwork.stop(incident.clocks, ("arbitration",), fact.at)
        incident = replace(enter_incident(incident, lead.state), clocks=clocks)
    return with_promises(incident, (*incident.promises, *body.promises), fact.at)


def _out_of_master(incident: Incident, fact: Fact, body: CaseUnmerged) -> Incident:
    # The unit works on under its own case's order, which comes back in this step.
    orders = tuple(
        end_order(o, "replaced", fact.at) if o.code in body.restored and o.in_force else o
        for o in incident.orders
    )
    gone = frozenset(report.report for report in body.reports)
    incident = replace(
        incident,
        reports=tuple(r for r in incident.reports if r.report not in gone),
        merged=tuple(m for m in incident.merged if m != body.incident),
        orders=orders,
    )
    return with_promises(incident, _without(incident.promises, body.promises), fact.at)


def _without(promises: Iterable[Promise], gone: tuple[Promise, ...]) -> tuple[Promise, ...]:
    eids = {promise.eid for promise in gone}
    return tuple(promise for promise in promises if promise.eid not in eids)
