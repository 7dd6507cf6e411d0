"""A desk and its hub with nothing between them but a test: what waits, what comes back, in whatever order."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import msgspec
from msgspec.structs import replace
from sqlalchemy import Connection

from app.commands.loading import fold_incident
from app.domain.incident import Incident
from app.domain.kinds import incident_subject
from app.log import rows as log_rows
from app.log.entries import ENTRY_FORMAT, PENDING_FROM, Entry, Numbered, TimeClaim
from app.log.files import schema
from app.log.files.database import transaction
from app.log.following import pending as log_pending
from app.projections.projector import HallProjector
from tests.helpers.lives import Life
from tests.helpers.memory_hall import memory_hall

OWN = "own"
HUB = "hub"


@cache
def founding() -> tuple[Numbered, ...]:
    """The entries every hall begins with."""
    return tuple(memory_hall().store.entries)


def entries_of(life: Life) -> list[Numbered]:
    """A life lived in memory as the entries a log would hold of it, behind those of the founding."""
    facts = {fact.gseq: fact for facts in life.facts.values() for fact in facts}
    entries = list(founding())
    for number in sorted(facts):
        fact = facts[number]
        subjects = tuple(incident_subject(me) for me, mine in life.facts.items() if fact in mine)
        entries.append(_numbered(len(entries) + 1, fact.eid, fact.kind, fact.body, subjects, fact))
    return entries


def _numbered(
    gseq: int, eid: str, kind: str, body: msgspec.Struct, subjects: tuple[str, ...], fact: object
) -> Numbered:
    at = getattr(fact, "at", 0)
    entry = Entry(
        v=ENTRY_FORMAT,
        eid=eid,
        origin=HUB,
        oseq=gseq,
        prev_origin_hash="",
        kind=kind,
        kind_version=1,
        cmd="",
        cause=getattr(fact, "cause", None),
        subjects=subjects,
        base={},
        actor=getattr(fact, "actor", ""),
        desk="",
        session="",
        occurred_at=at,
        time=TimeClaim(at, at, "boot"),
        body=msgspec.Raw(msgspec.json.encode(body)),
    )
    return Numbered(gseq, "stream", 1, at, at, "", "", msgspec.json.encode(entry), entry)


class CutOff:
    """A desk's projections, driven as its log drives them. Entries of the plan that are `own` are held first
    and numbered later; `refused` of them come back quarantined. Numbers follow the order of the plan."""

    def __init__(
        self,
        projector: HallProjector,
        connection: Connection,
        plan: Sequence[Numbered],
        own: frozenset[str],
        refused: frozenset[str] = frozenset(),
    ) -> None:
        self.projector = projector
        self.connection = connection
        self._own = [n for n in plan if n.entry.eid in own]
        self._plan = list(plan)
        self._refused = refused
        self.confirmed: list[Numbered] = []
        self.told: dict[int, str] = {}
        self.waiting: list[Numbered] = []
        self._held: dict[str, Entry] = {}

    @property
    def done(self) -> bool:
        return len(self.confirmed) == len(self._plan)

    def hold(self, count: int) -> None:
        """The desk writes its next own entries, knowing only what has come in so far."""
        fresh = []
        while self._own and len(fresh) < count:
            numbered = self._own.pop(0)
            base = {s: self._last(s) for s in numbered.entry.subjects if s.startswith("incident:")}
            oseq = len(self._held) + 1
            entry = replace(numbered.entry, origin=OWN, oseq=oseq, base=base)
            raw = msgspec.json.encode(entry)
            fresh.append(Numbered(PENDING_FROM + oseq, "", 0, numbered.at, numbered.at, "", "", raw, entry))
            self._held[entry.eid] = entry
        if fresh:
            with transaction(self.connection):
                log_pending.insert(self.connection, fresh)
                self.projector.overlay(self.connection, fresh)
            self.projector.committed(fresh)
            self.waiting += fresh

    def take(self, count: int, mark: int = 0) -> None:
        """The hub's next numbers come in; own ones among them must be held already, or are held now. `mark`,
        where it is one of these numbers and not the last: the digest there is `told`."""
        group = self._plan[len(self.confirmed) : len(self.confirmed) + count]
        if not group:
            return
        missing = [n for n in group if any(n is own for own in self._own)]
        self.hold(len(missing))
        lines = [self._line(n) for n in group]
        own = [n.entry for n in lines if n.entry.origin == OWN]
        names = {entry.eid for entry in own}
        self.waiting = [n for n in self.waiting if n.entry.eid not in names]
        touched = {subject for n in lines for subject in n.entry.subjects}
        with transaction(self.connection):
            log_rows.insert(self.connection, lines, self._names(lines))
            if own:
                log_pending.remove(self.connection, own)
            above = [n for n in self.waiting if touched & set(n.entry.subjects)]
            if lines[0].gseq <= mark < lines[-1].gseq:
                self.told[mark] = self.projector.fold_past(self.connection, lines, above, mark)
            else:
                self.projector.fold(self.connection, lines, above)
        self.projector.committed(lines)
        self.confirmed += lines

    def _names(self, lines: Sequence[Numbered]) -> dict[str, int]:
        texts = sorted({text for n in lines for text in (n.stream, n.entry.origin)})
        self.connection.exec_driver_sql("INSERT OR IGNORE INTO name(text) VALUES(?)", [(t,) for t in texts])
        return schema.name_ids(self.connection)

    def _line(self, numbered: Numbered) -> Numbered:
        entry = self._held.get(numbered.entry.eid)
        if entry is None:
            return numbered
        verdict = "not_permitted" if entry.eid in self._refused else ""
        return replace(numbered, entry=entry, raw=msgspec.json.encode(entry), verdict=verdict)

    def _last(self, subject: str) -> int:
        return max((n.gseq for n in self.confirmed if subject in n.entry.subjects), default=0)

    def incidents(self) -> list[str]:
        """Every incident that any entry of the plan is about."""
        subjects = {s for n in self._plan for s in n.entry.subjects if s.startswith("incident:")}
        return sorted(subject.removeprefix("incident:") for subject in subjects)

    def folded(self, incident: str) -> Incident | None:
        """The incident as a decision would fold it from the log: confirmed, then waiting."""

        def history(subject: str) -> list[Numbered]:
            return [n for n in (*self.confirmed, *self.waiting) if subject in n.entry.subjects]

        entries = history(incident_subject(incident))
        return fold_incident(entries, self.projector.hall.history, incident, history)
