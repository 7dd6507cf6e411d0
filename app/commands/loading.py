"""Loading a case for a decision: its entries folded anew, never a projection's row."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from app.domain.contest import Beside, nobody
from app.domain.evolve import evolve
from app.domain.fact import Fact
from app.domain.incident import Incident
from app.domain.kinds import incident_in, incident_subject, read_body
from app.domain.rulebook import RuleHistory
from app.log.entries import Numbered
from app.log.port import LogPort

Entries = Callable[[str], Sequence[Numbered]]
"""The entries about a subject, in order: the log's `history`."""


def incident_of(log: LogPort, gseq: int) -> str:
    """The incident that the entry at `gseq` is about, or empty."""
    return next((incident_in(numbered.entry.subjects) for numbered in log.read_after(gseq - 1, 1)), "")


def last_numbered(entries: Sequence[Numbered]) -> int:
    """What a decision on these entries has seen of the log: the last number a hub gave, 0 for none.

    Entries of one's own that wait are seen besides; whoever reads the decision later knows that.
    """
    return next((numbered.gseq for numbered in reversed(entries) if not numbered.pending), 0)


def fact_of(numbered: Numbered) -> Fact | None:
    """The fact in an entry; None in quarantine, or when this program does not know its kind or version."""
    entry = numbered.entry
    body = None if numbered.verdict else read_body(entry.kind, entry.kind_version, entry.body)
    if body is None:
        return None
    return Fact(
        body,
        numbered.at,
        numbered.gseq,
        entry.eid,
        entry.actor,
        entry.kind,
        entry.occurred_at,
        entry.cause,
        entry.origin,
        entry.base,
        entry.desk,
    )


def fold_incident(
    entries: Sequence[Numbered], history: RuleHistory, incident: str, of: Entries | None = None
) -> Incident | None:
    """The incident as its entries made it, each under the rules of its own place. What another hub numbered
    decides nothing here: its cases are None.

    `of` gives the entries of the other case of a merge, which may have moved on unseen by who merged; without
    it a merge is judged by this side alone.
    """
    state: Incident | None = None
    for numbered in entries:
        if numbered.home:
            continue
        book, fact = history.at(numbered.gseq), fact_of(numbered)
        if book is not None and fact is not None:
            beside = nobody if of is None else _beside(of, history, numbered)
            state = evolve(state, fact, book, incident, beside)
    return state


def _beside(of: Entries, history: RuleHistory, numbered: Numbered) -> Beside:
    """Another case as it stood before an entry, folded only when something happened to it unseen."""

    def find(name: str) -> Incident | None:
        subject = incident_subject(name)
        before = [n for n in of(subject) if n.gseq < numbered.gseq]
        if not before or before[-1].gseq <= numbered.entry.base.get(subject, 0):
            return None
        # Each step down looks at earlier entries only, so that two merged cases never ask for one another.
        return fold_incident(before, history, name, of)

    return find
