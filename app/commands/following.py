"""The system's own part of a step, written in the same breath as the step itself."""

from __future__ import annotations

from app.base.clock import Instant
from app.commands.desk import Desk
from app.domain.actor import SYSTEM
from app.domain.consequences import follows
from app.domain.evolve import evolve
from app.domain.fact import Fact
from app.domain.incident import Incident
from app.domain.kinds import incident_subject
from app.domain.moves import CaseMoved
from app.domain.rulebook import RuleBook
from app.log.entries import Draft


def as_fact(draft: Draft, before: Incident, now: Instant) -> Fact:
    """A draft as the fold will see it, decided on the case as it stands and so in nobody's way."""
    return Fact(draft.body, now, before.seen, draft.eid, draft.actor, draft.kind, now)


def consequences(desk: Desk, first: Draft, before: Incident, book: RuleBook, now: Instant) -> list[Draft]:
    """What follows by itself, decided on the case as it will be once the first entry is written."""
    after = evolve(before, as_fact(first, before, now), book, before.id)
    if after is None:
        return []
    return [
        desk.draft(
            CaseMoved(before.id, consequence.action, form=consequence.form),
            (incident_subject(before.id),),
            SYSTEM,
            now,
            cmd=consequence.action,
            cause=first.eid,
        )
        for consequence in follows(after, first.body, book)
        if after.state in book.transitions[consequence.action].sources
    ]
