"""What the centre's work does to a case: class, place, rework, call-back, overlays, promises."""

from __future__ import annotations

from typing import Any

import msgspec
from msgspec.structs import replace

from app.base.clock import Instant
from app.domain import clockwork
from app.domain.effects.handling import answered
from app.domain.effects.step import HANDLE, enter, enter_incident, put_order, start_milestones
from app.domain.fact import Fact
from app.domain.incident import CallBack, Incident, Promise
from app.domain.moves import CaseMoved, Form
from app.domain.order import Order
from app.domain.place import Place, read_position
from app.domain.rulebook import MILESTONES, RuleBook
from app.domain.sealed import Sealed

RESTORE = "restore"
WORK_DONE = ("check", "callback")
"""States in which the unit has answered: a case that turns urgent here has no milestone left to reach."""

PROMISE = "promise"


def classified(
    incident: Incident, _order: Order | None, fact: Fact, body: CaseMoved, book: RuleBook
) -> Incident:
    """Category, place and class as the form says; a new class works from the same starts.

    A form that names a category and no class gives the case the class of that category, but lowers no urgent
    one.
    """
    category = str(body.form.get("category") or incident.category)
    sla_class = str(body.form.get("sla_class") or "")
    if not sla_class:
        sla_class = incident.sla_class
        if category != incident.category or not sla_class:
            wanted = book.class_of(category)
            sla_class = book.graver(sla_class, wanted) if incident.urgent else wanted or sla_class
    incident = replace(incident, category=category, place=placed(incident.place, body.form))
    return set_class(incident, sla_class, fact, book)


def placed(place: Place, form: Form) -> Place:
    """The place with what a form says of it: area, address (masked, its original in the vault) and
    position."""
    area, address, position = form.get("area"), form.get("address"), form.get("position")
    if isinstance(area, str) and area:
        place = replace(place, area=area)
    if isinstance(address, dict):
        sealed = msgspec.convert(address, Sealed)
        place = replace(place, address=sealed.mask, detail=sealed)
    elif isinstance(address, str) and address:
        place = replace(place, address=address)
    point = read_position(position) if isinstance(position, str) else None
    return place if point is None else replace(place, point=point)


def set_class(incident: Incident, sla_class: str, fact: Fact, book: RuleBook) -> Incident:
    """Change the class. Turned urgent, a case on hold or waiting goes on at once and its milestones count."""
    if sla_class == incident.sla_class:
        return incident
    urgent = book.urgent(sla_class)
    incident = replace(incident, sla_class=sla_class, urgent=urgent)
    if not urgent:
        return incident
    if incident.state not in WORK_DONE:
        incident = start_milestones(incident)
    incident = replace(incident, orders=tuple(_goes_on(o, fact.at, book) for o in incident.orders))
    lead = incident.lead
    if lead is not None and book.states[incident.state].kind == "paused":
        incident = enter_incident(incident, lead.state)
    return incident


def _goes_on(order: Order, at: Instant, book: RuleBook) -> Order:
    if not order.in_force:
        return order
    order = replace(order, clocks=clockwork.resume(order.clocks, ("all",), at))
    if book.states[order.state].kind != "paused":
        return order
    order = enter(order, order.prior)
    return replace(order, clocks=clockwork.stop(order.clocks, ("hold_review", "wait_party"), at))


def reworked(
    incident: Incident, _order: Order | None, fact: Fact, body: CaseMoved, _book: RuleBook
) -> Incident:
    """The handle clock started anew with the rework limit; urgent: the failed milestone and those after it.

    Sent back without naming one, an urgent case is to be restored anew.
    """
    incident = replace(incident, reworks=incident.reworks + 1)
    if not incident.urgent:
        return incident
    failed = body.form.get("failed_milestone")
    again = MILESTONES[MILESTONES.index(failed if failed in MILESTONES else RESTORE) :]
    return replace(incident, clocks=clockwork.start(incident.clocks, again, fact.at))


def sent_back(
    incident: Incident, _order: Order | None, fact: Fact, body: CaseMoved, book: RuleBook
) -> Incident:
    """Rework for the unit that was in charge: when the case was closed, its order comes into force again."""
    done = [o for o in incident.orders if o.role == "lead" and o.end == "done"]
    if incident.lead is None and done:
        revived = replace(enter(done[-1], incident.state), end="")
        revived = replace(revived, clocks=clockwork.start(revived.clocks, (HANDLE,), fact.at))
        incident = put_order(incident, revived)
    incident = reworked(incident, None, fact, body, book)
    return replace(incident, call_back=None, result="")


def called_back(
    incident: Incident, _o: Order | None, _fact: Fact, body: CaseMoved, _book: RuleBook
) -> Incident:
    form = body.form
    answers = CallBack(
        contacted=str(form.get("contacted", "")),
        resolved=str(form.get("resolved", "")),
        satisfied=str(form.get("satisfied", "")),
        excluded_reason=_text(form.get("excluded_reason")),
    )
    return replace(incident, call_back=answers)


def _text(value: Any) -> str:
    """A text of a form as it may be shown: what was sealed gives its mask."""
    return str(value.get("mask", "")) if isinstance(value, dict) else str(value or "")


def overlaid(incident: Incident, _o: Order | None, fact: Fact, body: CaseMoved, book: RuleBook) -> Incident:
    """Urgent is no flag but a class: the last urgent one, the gravest when life is in danger; never lowered
    here."""
    overlay = book.transitions[body.action].overlay
    if overlay == "urgent" and book.urgent_classes:
        wanted = book.gravest if body.form.get("life_danger") else book.urgent_classes[-1]
        return set_class(incident, book.graver(incident.sla_class, wanted), fact, book)
    if overlay in incident.overlays:
        return incident
    return replace(incident, overlays=(*incident.overlays, overlay))


def promised(incident: Incident, _o: Order | None, fact: Fact, body: CaseMoved, _book: RuleBook) -> Incident:
    promise = Promise(fact.eid, int(body.form["when"]), str(body.form.get("by_role", "")))
    return with_promises(incident, (*incident.promises, promise), fact.at)


def promise_kept(
    incident: Incident, _o: Order | None, fact: Fact, _b: CaseMoved, _book: RuleBook
) -> Incident:
    """The call that was due first was made."""
    return with_promises(incident, incident.promises[1:], fact.at)


def with_promises(incident: Incident, promises: tuple[Promise, ...], at: Instant) -> Incident:
    """The incident with these promises, soonest first; its clock is due when the first of them is."""
    promises = tuple(sorted(promises, key=lambda promise: promise.when))
    if promises == incident.promises:
        return incident
    clocks = incident.clocks
    if not promises:
        clocks = clockwork.stop(clocks, (PROMISE,), at)
    elif not incident.promises or promises[0] != incident.promises[0]:
        clocks = clockwork.start(clocks, (PROMISE,), at)
        clocks = clockwork.replace_due(clocks, PROMISE, at, promises[0].when, PROMISE)
    return replace(incident, promises=promises, clocks=clocks)


def to_arbitration(
    incident: Incident, _o: Order | None, _f: Fact, _b: CaseMoved, _book: RuleBook
) -> Incident:
    lead = incident.lead
    return incident if lead is None else put_order(incident, answered(lead, "ask_consultation"))
