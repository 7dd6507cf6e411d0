"""What an append must not break: a subject that may stand once, and a subject that has moved on."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Self

import msgspec
from sqlalchemy import Connection

from app.log.entries import UNIQUE_PREFIXES, Draft, Entry, Numbered
from app.log.numbering.homes import subjects_here
from app.log.port import Duplicate, Stale
from app.log.proving.verdicts import EID_TAKEN, SUBJECT_TAKEN

EID_PREFIX = "eid:"
"""An entry's own id, as a subject that may stand once: an append repeated whole is a duplicate too."""


# CROSS JOIN holds SQLite to the few asked subjects first, whatever it thinks of the tables' sizes.
_UNIQUE = (
    "SELECT u.subject, u.gseq FROM json_each(?) AS j CROSS JOIN unique_subject AS u ON u.subject = j.value"
)
_EIDS = "SELECT e.eid, e.gseq FROM json_each(?) AS j CROSS JOIN entry AS e ON e.eid = j.value"
_LATEST = (
    "SELECT j.value, (SELECT s.gseq FROM subject AS s WHERE s.subject = j.value "
    "ORDER BY s.gseq DESC LIMIT 1) FROM json_each(?) AS j"
)


def once(subjects: Iterable[str]) -> list[str]:
    """Those of the subjects that may stand on one entry only."""
    found = [s for s in subjects if s.startswith(UNIQUE_PREFIXES)]
    return list(dict.fromkeys(found)) if len(found) > 1 else found


class Known:
    """What the log says of the subjects that a group of appends asks about, kept up while the group grows."""

    def __init__(self, unique: dict[str, int], latest: dict[str, int]) -> None:
        self._unique = unique
        self._latest = latest

    @classmethod
    def load(
        cls, connection: Connection, appends: Iterable[Sequence[Draft]], entries: Sequence[Entry] = ()
    ) -> Self:
        """Read it at once for all appends of a group and all entries of its pushes: a query for each would
        cost more than the writing."""
        drafts = [draft for append in appends for draft in append]
        every: list[Draft | Entry] = [*drafts, *entries]
        unique = _pairs(connection, _UNIQUE, {s for one in every for s in once(one.subjects)})
        eids = _pairs(connection, _EIDS, {one.eid for one in every})
        unique.update((EID_PREFIX + eid, gseq) for eid, gseq in eids.items())
        return cls(unique, _pairs(connection, _LATEST, {s for draft in drafts for s in draft.base}))

    def judge(self, drafts: Sequence[Draft], expect_base: bool) -> Duplicate | Stale | None:
        """Why these drafts may not be written; None when they may.

        All drafts of one append were decided together: they are judged by the log as it stood before them.
        """
        mine: set[str] = set()
        for index, draft in enumerate(drafts):
            for subject in (EID_PREFIX + draft.eid, *once(draft.subjects)):
                if subject in self._unique:
                    return Duplicate(index, subject, self._unique[subject])
                if subject in mine:
                    return Duplicate(index, subject, 0)
                mine.add(subject)
        if expect_base:
            for draft in drafts:
                for subject, seen in draft.base.items():
                    if self._latest.get(subject, 0) > seen:
                        return Stale(subject, self._latest[subject])
        return None

    def taken(self, entry: Entry) -> str:
        """The verdict on an entry that another database sealed and that must be numbered whatever it claims;
        empty when everything of it that may stand once is free."""
        if EID_PREFIX + entry.eid in self._unique:
            return EID_TAKEN
        return SUBJECT_TAKEN if any(s in self._unique for s in once(entry.subjects)) else ""

    def learn(self, entries: Iterable[Numbered]) -> None:
        """Take in what has just been numbered, for what comes behind it in the same group."""
        for numbered in entries:
            self._unique.setdefault(EID_PREFIX + numbered.entry.eid, numbered.gseq)
            subjects = subjects_here(numbered)
            for subject in subjects:
                self._latest[subject] = numbered.gseq
            if not numbered.verdict:
                for subject in once(subjects):
                    self._unique[subject] = numbered.gseq


def _pairs(connection: Connection, query: str, keys: set[str]) -> dict[str, int]:
    if not keys:
        return {}
    rows = connection.exec_driver_sql(query, (msgspec.json.encode(list(keys)).decode(),))
    return {str(row[0]): int(row[1]) for row in rows if row[1] is not None}
