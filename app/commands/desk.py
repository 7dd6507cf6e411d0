"""A desk that writes: the log it appends to, the hall it knows, its clock, ids and letters."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

import msgspec

from app.base.clock import Clock, Instant
from app.base.errors import WorldError
from app.base.ids import IdMaker
from app.commands.loading import fold_incident
from app.commands.minting import CodeMint, DayMint
from app.commands.sealing import Envelope
from app.domain.actor import Actor
from app.domain.incident import Incident
from app.domain.kinds import incident_subject, kind_of
from app.domain.rulebook import RuleBook
from app.log.entries import Draft, Numbered
from app.log.port import LogPort
from app.log.vault import Sealer
from app.projections.hall import Hall


class Replica(LogPort, Protocol):
    """The log as this PC holds it."""

    def history(self, subject: str) -> list[Numbered]: ...

    def by_unique(self, subject: str) -> int | None: ...


class Desk:
    """What every way of writing needs; holds no state of the cases themselves. `letters` are its two
    characters in case codes, given at enrolment."""

    def __init__(
        self,
        log: Replica,
        hall: Callable[[], Hall],
        clock: Clock,
        *,
        letters: str,
        ids: IdMaker | None = None,
        sealer: Sealer | None = None,
        hall_of: Callable[[str], Hall] = lambda _home: Hall(),
    ) -> None:
        """`hall_of` gives the hall of a hub below by its stream, an empty one where that is not known."""
        self.log = log
        self.clock = clock
        self.ids = ids or IdMaker()
        self.sealer = sealer or Sealer()
        self.letters = letters
        self.hall_of = hall_of
        self._hall = hall
        self._mint: CodeMint | None = None

    @property
    def hall(self) -> Hall:
        return self._hall()

    def book(self) -> RuleBook:
        """The rules in force; WorldError for a log that has adopted none."""
        book = self._hall().book
        if book is None:
            raise WorldError("no_rules")
        return book

    def mint(self, when: Instant) -> DayMint:
        if self._mint is None:
            founded = self._hall().founded
            if founded is None:
                raise WorldError("no_rules")
            self._mint = CodeMint(
                founded.district, self.letters, lambda s: self.log.by_unique(s) is not None, self.ids
            )
        return self._mint.at(when)

    def incident(self, incident: str) -> Incident | None:
        """The case as the log says at this moment."""
        return self.fold(self.log.history(incident_subject(incident)), incident)

    def fold(self, entries: Sequence[Numbered], incident: str) -> Incident | None:
        """The case as these entries about it make it; None when they make none."""
        return fold_incident(entries, self._hall().history, incident, self.log.history)

    def draft(
        self,
        body: msgspec.Struct,
        subjects: Sequence[str],
        actor: Actor,
        occurred_at: Instant,
        *,
        cmd: str = "",
        base: dict[str, int] | None = None,
        cause: str | None = None,
        envelope: Envelope | None = None,
        eid: str = "",
    ) -> Draft:
        kind = kind_of(body)
        return Draft(
            eid=eid or self.ids(self.clock.now()),
            kind=kind.name,
            kind_version=kind.version,
            body=body,
            subjects=tuple(subjects),
            base=base or {},
            cmd=cmd,
            cause=cause,
            actor=actor.operator,
            desk=actor.desk or self.letters,
            session=actor.session,
            occurred_at=occurred_at,
            secrets=tuple(envelope.secrets) if envelope is not None else (),
        )
