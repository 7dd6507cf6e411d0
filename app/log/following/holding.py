"""Judging and sealing on a database that follows a hub: what waits is durable, numbered by nobody yet."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Self

import msgspec
from sqlalchemy import Connection

from app.log.entries import PENDING_FROM, Draft, Entry, Numbered, Secret, TimeClaim
from app.log.files.origin import OriginTail, seal
from app.log.files.schema import Meta
from app.log.following import pending
from app.log.judging import EID_PREFIX, Known, once
from app.log.numbering.group import Asked
from app.log.port import Appended, Written


class KnownHere(Known):
    """What confirmed and waiting entries say of the subjects that a group of appends asks about.

    A subject that may stand once stands on either. What has moved on is judged by confirmed numbers alone:
    this database's own waiting entries are behind every base that it seals.
    """

    @classmethod
    def load(
        cls, connection: Connection, appends: Iterable[Sequence[Draft]], entries: Sequence[Entry] = ()
    ) -> Self:
        appends = list(appends)
        known = super().load(connection, appends, entries)
        drafts = [draft for append in appends for draft in append]
        known._unique.update(pending.read_first(connection, {s for d in drafts for s in once(d.subjects)}))
        known._unique.update(pending.read_eids(connection, {d.eid for d in drafts}))
        return known

    def learn(self, entries: Iterable[Numbered]) -> None:
        for numbered in entries:
            self._unique[EID_PREFIX + numbered.entry.eid] = numbered.gseq
            self._unique.update(dict.fromkeys(once(numbered.entry.subjects), numbered.gseq))

    def confirmed(self, base: Mapping[str, int]) -> Mapping[str, int]:
        """`base` in numbers that every replica knows: where the decider saw waiting entries, the last
        confirmed number of that subject, 0 where it has none."""
        if max(base.values(), default=0) < PENDING_FROM:
            return base
        return {
            subject: self._latest.get(subject, 0) if seen >= PENDING_FROM else seen
            for subject, seen in base.items()
        }


class HeldGroup:
    """Appends on their way into one transaction: judged and sealed, not yet written."""

    def __init__(self, about: Meta, tail: OriginTail, known: KnownHere) -> None:
        self.tail = tail
        self.written: list[Numbered] = []
        self.secrets: list[Secret] = []
        self._about = about
        self._known = known

    def append(self, asked: Asked, claim: TimeClaim) -> Appended:
        """Seal the drafts, all at one instant, or say why not. UsageError when one is too big.

        Until a hub says otherwise they count from the hub's time as far as this PC can tell it.
        """
        refusal = self._known.judge(asked.drafts, asked.expect_base)
        if refusal is not None:
            return refusal
        at = claim.wall if claim.est_hub is None else claim.est_hub
        tail, held = self.tail, []
        for draft in asked.drafts:
            sound = msgspec.structs.replace(draft, base=self._known.confirmed(draft.base))
            entry, raw, tail = seal(sound, self._about.database, tail, claim, self._about.algorithm)
            held.append(pending.place(entry, raw, at))
        self.tail = tail
        self._known.learn(held)
        self.written += held
        self.secrets += [secret for draft in asked.drafts for secret in draft.secrets]
        return Written(tuple(held))
