"""Writing down that a limit ran out: one entry a rung of the ladder, once for ever."""

from __future__ import annotations

from app.commands.command import AlreadyDone, Done, Outcome
from app.commands.desk import Desk
from app.domain.actor import SYSTEM, Actor
from app.domain.effects.asking import breach_mark
from app.domain.incident import Incident
from app.domain.kinds import incident_subject
from app.domain.moves import LimitBreached
from app.domain.refusal import Refusal
from app.log.port import Duplicate, Written

BREACH = "breach"


def breach(desk: Desk, incident: Incident, seen: int, body: LimitBreached, actor: Actor = SYSTEM) -> Outcome:
    """Write `body` for the case as it stood at its entry `seen`; it waits until that is on disk.

    `moved_on` when the case changed since: whether the limit still ran out must be asked anew.
    """
    once = f"idem:{BREACH}/{incident.id}/{breach_mark(body)}"
    known = desk.log.by_unique(once)
    if known is not None:
        return AlreadyDone(incident.id, known)
    subject = incident_subject(incident.id)
    draft = desk.draft(body, (subject, once), actor, desk.clock.now(), cmd=BREACH, base={subject: seen})
    appended = desk.log.append([draft]).result()
    if isinstance(appended, Written):
        return Done(incident.id, incident.code, appended.entries)
    if isinstance(appended, Duplicate):
        return AlreadyDone(incident.id, appended.gseq)
    return Refusal("moved_on")
