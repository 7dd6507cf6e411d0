"""Taking in a request of the hub above: this hub's own entry, and what it begins here."""

from __future__ import annotations

import msgspec

from app.commands.command import AlreadyDone, Done, NewReport, Outcome
from app.commands.desk import Desk
from app.commands.loading import incident_of
from app.commands.registering import register
from app.domain.actor import SYSTEM
from app.domain.incident import Incident
from app.domain.kinds import REQUEST, incident_subject, read_body
from app.domain.refusal import Refusal
from app.domain.requests import ADDRESSED, RequestMade, RequestReceived
from app.log.entries import Numbered
from app.log.port import Duplicate, Written

CHANNEL = "department"
"""The channel of what comes from another level."""

ABOVE = "above:"

_TRIES = 5
"""As for a person's command: a case that moved on as often as that is being fought over."""


def hear_request(desk: Desk, stream: str, numbered: Numbered) -> Outcome:
    """Take in the entry `numbered` of the upper hub `stream` once, however often it comes.

    A request that names no case of ours becomes a report, which a person accepts or declines as any other;
    one that names a case waits for a person's answer (app.commands.answering). Either way the request itself
    stands in the case's history. A refusal means that it never can be taken in.
    """
    body = _asked(numbered)
    if body is None:
        return Refusal("not_understood")
    once = f"ext:{report_id(stream, numbered.gseq)}"
    for _ in range(_TRIES):
        known = desk.log.by_unique(once)
        if known is not None:
            return AlreadyDone(incident_of(desk.log, known), known)
        outcome = _take_in(desk, stream, numbered, body, once)
        if outcome is not None:
            return outcome
    return Refusal("moved_on")


def report_id(stream: str, gseq: int) -> str:
    """The id under which a request without a case is written down as a report: once."""
    return f"{ABOVE}{stream}:{gseq}"


def _asked(numbered: Numbered) -> RequestMade | None:
    entry = numbered.entry
    try:
        body = read_body(entry.kind, entry.kind_version, entry.body)
    except msgspec.DecodeError:
        return None
    return body if isinstance(body, RequestMade) else None


def _take_in(desk: Desk, stream: str, numbered: Numbered, body: RequestMade, once: str) -> Outcome | None:
    """One attempt; None when the case moved on meanwhile."""
    entries = desk.log.history(incident_subject(body.incident)) if body.incident else []
    ours = desk.fold(entries, body.incident)
    case = _reported(desk, stream, numbered, body) if ours is None else ours
    if isinstance(case, Refusal):
        return case
    received = RequestReceived(
        body.request,
        stream,
        numbered.gseq,
        body.title,
        body.what,
        case.id,
        body.category,
        body.sla_class,
        body.due_at,
    )
    here = ADDRESSED + desk.log.head().stream
    subjects = (incident_subject(case.id), REQUEST + body.request, here, once)
    first = desk.draft(received, subjects, SYSTEM, desk.clock.now(), cmd="request_received")
    appended = desk.log.append([first]).result()
    if isinstance(appended, Written):
        return Done(case.id, case.code, appended.entries)
    if isinstance(appended, Duplicate) and appended.subject == once:
        return AlreadyDone(case.id, appended.gseq)
    return None


def _reported(desk: Desk, stream: str, numbered: Numbered, body: RequestMade) -> Incident | Refusal:
    """The new matter as a report, written once; a person decides what becomes of it."""
    book = desk.book()
    known = body.category in book.categories and bool(book.categories[body.category].parent)
    report = NewReport(
        id=report_id(stream, numbered.gseq),
        channel=CHANNEL,
        what="\n".join(filter(None, (body.title, body.what))),
        category=body.category if known else "",
        urgent=book.urgent(body.sla_class),
        wants_answer=False,
    )
    outcome = register(desk, report, SYSTEM)
    if isinstance(outcome, Refusal):
        return outcome
    case = desk.incident(outcome.incident)
    return case if case is not None else Refusal("no_incident", "incident", {"value": outcome.incident[:40]})
