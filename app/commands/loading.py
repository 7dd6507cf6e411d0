"""Loading a case for a decision: its entries folded anew, never a projection's row."""

from __future__ import annotations

from collections.abc import Sequence

from app.domain.evolve import evolve
from app.domain.fact import Fact
from app.domain.incident import Incident
from app.domain.kinds import incident_in, read_body
from app.domain.rulebook import RuleHistory
from app.log.entries import Numbered
from app.log.port import LogPort


def incident_of(log: LogPort, gseq: int) -> str:
    """The incident that the entry at `gseq` is about, or empty."""
    return next((incident_in(numbered.entry.subjects) for numbered in log.read_after(gseq - 1, 1)), "")


def fact_of(numbered: Numbered) -> Fact | None:
    """The fact in an entry, or None when this program does not know its kind or version."""
    entry = numbered.entry
    body = read_body(entry.kind, entry.kind_version, entry.body)
    if body is None:
        return None
    return Fact(
        body, numbered.at, numbered.gseq, entry.eid, entry.actor, entry.kind, entry.occurred_at, entry.cause
    )


def fold_incident(entries: Sequence[Numbered], history: RuleHistory, incident: str) -> Incident | None:
    """The incident as its entries made it, each under the rules of its own place."""
    state: Incident | None = None
    for numbered in entries:
        book, fact = history.at(numbered.gseq), fact_of(numbered)
        if book is not None and fact is not None:
            state = evolve(state, fact, book, incident)
    return state
