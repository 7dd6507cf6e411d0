"""What a unit's own work does to its order: signing, contact, requests, extension, hold, waiting,
feedback."""

from __future__ import annotations

from msgspec.structs import replace

from app.domain import clockwork, timing
from app.domain.effects.step import HANDLE, put_order
from app.domain.fact import Fact
from app.domain.incident import Incident
from app.domain.moves import CaseMoved
from app.domain.order import ANSWERS, Order, Request
from app.domain.rulebook import RuleBook


def signed(incident: Incident, order: Order | None, fact: Fact, body: CaseMoved, _book: RuleBook) -> Incident:
    if order is None:
        return incident
    by_time = body.action == "auto_sign"
    return put_order(incident, replace(order, signed_at=fact.at, signed_by_time=by_time))


def contacted(
    incident: Incident, order: Order | None, fact: Fact, _b: CaseMoved, _book: RuleBook
) -> Incident:
    """The first contact counts; later ones stand in the log."""
    if order is None or order.contacted_at is not None:
        return incident
    return put_order(incident, replace(order, contacted_at=fact.at))


def asked(incident: Incident, order: Order | None, fact: Fact, body: CaseMoved, _book: RuleBook) -> Incident:
    """Asked again before anybody answered: the later request stands for both."""
    if order is None:
        return incident
    requests = answered(order, body.action).requests
    return put_order(incident, replace(order, requests=(*requests, Request(body.action, fact.at, body.form))))


def answered(order: Order, kind: str) -> Order:
    """The order without its open request of this kind."""
    return replace(order, requests=tuple(r for r in order.requests if r.kind != kind))


def extended(
    incident: Incident, order: Order | None, fact: Fact, body: CaseMoved, _book: RuleBook
) -> Incident:
    """The due time is replaced, nothing pauses. Urgent: only restore, which belongs to the case."""
    if order is None:
        return incident
    due_at = int(body.form["new_due"])
    order = replace(answered(order, "ask_extension"), extensions=order.extensions + 1)
    if incident.urgent:
        clocks = clockwork.replace_due(incident.clocks, "restore", fact.at, due_at, "extend")
        return put_order(replace(incident, clocks=clocks), order)
    order = replace(order, clocks=clockwork.replace_due(order.clocks, HANDLE, fact.at, due_at, "extend"))
    return put_order(incident, order)


def held(incident: Incident, order: Order | None, fact: Fact, body: CaseMoved, book: RuleBook) -> Incident:
    """The review is due at its limit "or the earlier review_date on the form"."""
    if order is None:
        return incident
    order = answered(order, "ask_hold")
    run = clockwork.running(order.clocks, "hold_review")
    review_at = int(body.form["review_date"])
    limit_at = timing.due_of(book, incident, order, run) if run is not None else None
    if limit_at is None or review_at < limit_at:
        clocks = clockwork.replace_due(order.clocks, "hold_review", fact.at, review_at, "review_date")
        order = replace(order, clocks=clocks)
    return put_order(incident, order)


def refused(incident: Incident, order: Order | None, _f: Fact, body: CaseMoved, _book: RuleBook) -> Incident:
    asked = ANSWERS.get(body.action, "")
    return incident if order is None else put_order(incident, answered(order, asked))


def waiting(
    incident: Incident, order: Order | None, fact: Fact, body: CaseMoved, _book: RuleBook
) -> Incident:
    if order is None:
        return incident
    order = replace(order, waits=order.waits + 1)
    until = body.form.get("until")
    if until:
        clocks = clockwork.replace_due(order.clocks, "wait_party", fact.at, int(until), "until")
        order = replace(order, clocks=clocks)
    return put_order(incident, order)


def fed_back(incident: Incident, order: Order | None, fact: Fact, _b: CaseMoved, _book: RuleBook) -> Incident:
    if order is None:
        return incident
    # What it asked for while at work is moot: nobody could answer it in check.
    return put_order(incident, replace(order, feedback_at=(*order.feedback_at, fact.at), requests=()))
