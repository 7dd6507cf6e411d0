"""How an incident begins: by a report, by an imported row, or as a part of another."""

from __future__ import annotations

from msgspec.structs import replace

from app.domain import clockwork
from app.domain.effects.casework import set_class
from app.domain.fact import Fact
from app.domain.incident import Incident, ReportRef
from app.domain.moves import CaseSplit
from app.domain.report import ReportImported, ReportReceived
from app.domain.rulebook import RuleBook

REGISTER = "register"
SPLIT = "split"


def opened(fact: Fact, body: ReportReceived, book: RuleBook) -> Incident:
    """A new incident by its first report; the clocks are those the `register` transition starts."""
    register = book.transitions[REGISTER]
    return Incident(
        id=body.incident,
        code=body.code,
        state=register.to,
        received_at=fact.at,
        changed_at=fact.at,
        seen=fact.gseq,
        entries=1,
        category=body.category,
        sla_class=body.sla_class,
        urgent=book.urgent(body.sla_class),
        channel=body.channel,
        what=body.what,
        place=body.place,
        reporter=body.reporter,
        original=body.original,
        reports=(_ref(fact, body),),
        clocks=clockwork.start((), register.clock.start, fact.at),
    )


def joined(incident: Incident, fact: Fact, body: ReportReceived, book: RuleBook) -> Incident:
    """A further report of the same matter; an urgent one makes the matter urgent, and none makes it less
    so."""
    incident = replace(incident, reports=(*incident.reports, _ref(fact, body)))
    live = book.states[incident.state].kind in ("open", "paused")
    if not live or not book.urgent(body.sla_class):
        return incident
    return set_class(incident, book.graver(incident.sla_class, body.sla_class), fact, book)


def imported(fact: Fact, body: ReportImported) -> Incident:
    """A row of history: closed when it says so, else waiting for dispatch; no clock of ours runs."""
    closed_at = body.history.closed_at
    return Incident(
        id=body.incident,
        code=body.code,
        state="closed" if closed_at is not None else "filed",
        result="done" if closed_at is not None else "",
        received_at=body.received_at,
        changed_at=fact.at,
        closed_at=closed_at,
        seen=fact.gseq,
        entries=1,
        category=body.category,
        channel=body.channel,
        what=body.what,
        place=body.place,
        original=body.original,
        history=body.history,
        reports=(ReportRef(body.report, fact.eid, body.channel, body.received_at, wants_answer=False),),
    )


def split_part(fact: Fact, body: CaseSplit, book: RuleBook, me: str) -> Incident | None:
    """A part of a split case: filed, linked, with the total clock of the case it came from."""
    part = next((p for p in body.parts if p.incident == me), None)
    if part is None:
        return None
    clocks = clockwork.start((), ("total",), body.total_since)
    return Incident(
        id=part.incident,
        code=part.code,
        state=book.transitions[SPLIT].creates,
        received_at=body.total_since,
        changed_at=fact.at,
        seen=fact.gseq,
        entries=1,
        category=part.category,
        sla_class=part.sla_class,
        urgent=book.urgent(part.sla_class),
        channel=body.channel,
        what=part.what,
        place=part.place,
        links=(body.incident,),
        clocks=clockwork.start(clocks, ("dispatch",), fact.at),
    )


def _ref(fact: Fact, body: ReportReceived) -> ReportRef:
    """Nobody left a name or a number: there is no reporter, so none who wants an answer."""
    reporter = body.reporter
    known = reporter.name is not None or reporter.phone is not None
    return ReportRef(
        body.report, fact.eid, body.channel, fact.at, wants_answer=known and reporter.wants_answer
    )
