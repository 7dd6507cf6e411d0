"""Answering a request of the hub above: a person's word, and the step on the case that follows from a yes."""

from __future__ import annotations

from collections.abc import Sequence

from app.commands.administering import REASON_MAX
from app.commands.command import AlreadyDone, Done, Outcome
from app.commands.desk import Desk
from app.commands.loading import last_numbered
from app.commands.requesting import MAKE_REQUEST
from app.domain.actor import SYSTEM, Actor
from app.domain.incident import Incident
from app.domain.kinds import REQUEST, incident_subject, read_body
from app.domain.masking import mask_text
from app.domain.moves import CaseMoved
from app.domain.refusal import Refusal
from app.domain.requests import ADDRESSED, RequestAnswered, RequestReceived
from app.log.entries import Draft, Numbered
from app.log.port import Duplicate, Written

ANSWER_REQUEST = "answer_request"

INSTRUCT = "instruct"
"""The transition by which words from above come onto a case."""

_TRIES = 5
"""As for every command: a case that moved on as often as that is for the person to look at again."""


def answer_request(desk: Desk, request: str, accepted: bool, reason: str, actor: Actor) -> Outcome:
    """Accept the request, or turn it down for a reason; once, whoever is first.

    What is accepted becomes an instruction on the case where the rules know such a step from where it stands.
    Those may answer who may ask: they speak for this hall to other levels.
    """
    if not desk.book().permits(actor.role, MAKE_REQUEST):
        return Refusal("role_may_not", params={"role": actor.role, "action": ANSWER_REQUEST})
    if not accepted and not reason.strip():
        return Refusal("field_missing", "reason")
    if len(reason) > REASON_MAX:
        return Refusal("field_long", "reason", {"most": str(REASON_MAX)})
    once = f"ext:answer:{request}"
    for _ in range(_TRIES):
        received = _received(desk.log.history(REQUEST + request))
        if received is None:
            return Refusal("no_such_request", "request", {"value": request[:40]})
        known = desk.log.by_unique(once)
        if known is not None:
            return AlreadyDone(received.incident, known)
        entries = desk.log.history(incident_subject(received.incident))
        case = desk.fold(entries, received.incident)
        if case is None:
            return Refusal("no_incident", "incident", {"value": received.incident[:40]})
        base = last_numbered(entries)
        drafts = _drafts(desk, received, case, base, (accepted, mask_text(reason.strip())), actor, once)
        appended = desk.log.append(drafts).result()
        if isinstance(appended, Written):
            return Done(case.id, case.code, appended.entries)
        if isinstance(appended, Duplicate) and appended.subject == once:
            return AlreadyDone(case.id, appended.gseq)
    return Refusal("moved_on")


def _received(entries: Sequence[Numbered]) -> RequestReceived | None:
    """The request as it came in here."""
    for numbered in entries:
        entry = numbered.entry
        if entry.kind == "request_received" and not numbered.home and not numbered.verdict:
            body = read_body(entry.kind, entry.kind_version, entry.body)
            if isinstance(body, RequestReceived):
                return body
    return None


def _drafts(
    desk: Desk,
    received: RequestReceived,
    case: Incident,
    base: int,
    word: tuple[bool, str],
    actor: Actor,
    once: str,
) -> list[Draft]:
    accepted, reason = word
    now, subject = desk.clock.now(), incident_subject(case.id)
    here = ADDRESSED + desk.log.head().stream
    body = RequestAnswered(received.request, case.id, accepted, reason)
    subjects = (subject, REQUEST + received.request, here, once)
    answer = desk.draft(body, subjects, actor, now, cmd=ANSWER_REQUEST)
    transition = desk.book().transitions.get(INSTRUCT)
    if not accepted or transition is None or case.state not in transition.sources:
        return [answer]
    form: dict[str, object] = {"text": "\n".join(filter(None, (received.title, received.what)))}
    if received.due_at is not None:
        form["due"] = received.due_at
    moved = CaseMoved(case.id, INSTRUCT, form=form)
    step = desk.draft(moved, (subject,), SYSTEM, now, cmd=INSTRUCT, base={subject: base}, cause=answer.eid)
    return [answer, step]
