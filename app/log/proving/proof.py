"""Proving a log entry by entry: dense numbers, both chains, times, columns and subjects against the bytes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec
from sqlalchemy import Connection

from app.log.chain import ALGORITHMS, GENESIS, algorithm_of, digest, link
from app.log.entries import PENDING_FROM, Entry, Numbered, read_entry
from app.log.following import pending
from app.log.judging import once
from app.log.numbering.homes import subjects_here
from app.log.rows import eid_column
from app.log.upcast import upcast

PROBLEMS_MAX = 100
"""A broken disk breaks everything: a person needs the first hundred findings, not a million."""

_AFTER = (
    "SELECT e.gseq, o.text, e.oseq, e.eid, e.kind, s.text, e.epoch, e.hub_time, e.at, e.prev_hash, e.hash, "
    "e.raw, e.verdict, h.text, e.home_gseq FROM entry AS e LEFT JOIN name AS o ON o.id = e.origin "
    "LEFT JOIN name AS s ON s.id = e.stream LEFT JOIN name AS h ON h.id = e.home "
    "WHERE e.gseq > ? ORDER BY e.gseq LIMIT ?"
)
_PENDING = "SELECT oseq, eid, at, raw FROM pending WHERE oseq > ? ORDER BY oseq LIMIT ?"


class Problem(msgspec.Struct, frozen=True):
    """One thing that is not as it must be. `code` is a key of the language catalogue under `verify.`."""

    code: str
    gseq: int = 0
    detail: str = ""


class Problems:
    """Collects findings up to a limit."""

    def __init__(self) -> None:
        self.found: list[Problem] = []

    def add(self, code: str, gseq: int = 0, detail: str = "") -> None:
        if len(self.found) < PROBLEMS_MAX:
            self.found.append(Problem(code, gseq, detail))


class _Last(msgspec.Struct, frozen=True, gc=False):
    """What the next entry of an origin must follow."""

    oseq: int = 0
    raw: bytes = b""
    at: int = 0


class LogProof:
    """Goes through the log in order; give it every entry once, then what waits, then ask for the tables.

    `database` is the name under which what waits here was sealed.
    """

    _after = _AFTER

    def __init__(self, problems: Problems, database: str) -> None:
        self._problems = problems
        self._database = database
        self.gseq = 0
        self.pending = 0
        self._waited = -1
        self.hash = GENESIS
        self.epoch = 0
        self._hub_time = 0
        self._origins: dict[str, _Last] = {}
        # Sums do not depend on order, and Python's seeded hashes cannot be aimed at.
        self._subjects = SubjectSum()
        self._unique = SubjectSum()
        self._waiting_subjects = SubjectSum()

    def read(self, connection: Connection, batch: int) -> list[Numbered]:
        """Read and prove the next entries; gives those that can be read, for folding. Empty at the end."""
        entries: list[Numbered] = []
        while not entries:
            rows = connection.exec_driver_sql(self._after, (self.gseq, batch)).all()
            if not rows:
                break
            entries = [numbered for row in rows if (numbered := self._take(row)) is not None]
        return entries

    def check_subjects(self, connection: Connection) -> None:
        """Hold the tables of subjects against what the entries say."""
        tables = (
            ("subject", "gseq", self._subjects),
            ("unique_subject", "gseq", self._unique),
            ("pending_subject", "oseq", self._waiting_subjects),
        )
        for table, number, expected in tables:
            actual = SubjectSum()
            for row in connection.exec_driver_sql(f"SELECT subject, {number} FROM {table}"):
                actual.add(row[0], row[1])
            if actual.value != expected.value:
                self._problems.add("subjects_differ", detail=table)

    def read_pending(self, connection: Connection, batch: int) -> list[Numbered]:
        """Read and prove the next entries that wait for a number; those that can be read, none at the end."""
        entries: list[Numbered] = []
        while not entries:
            rows = connection.exec_driver_sql(_PENDING, (self._waited, batch)).all()
            if not rows:
                break
            entries = [numbered for row in rows if (numbered := self._take_pending(row)) is not None]
        return entries

    def _take_pending(self, row: Sequence[Any]) -> Numbered | None:
        oseq, eid, at, raw = row
        place = PENDING_FROM + oseq
        self.pending += 1
        self._waited = oseq
        entry = self._read(place, raw)
        if entry is None:
            return None
        if (entry.origin, entry.oseq, entry.eid) != (self._database, oseq, eid):
            self._problems.add("columns_differ", place)
        self._take_origin(place, entry, raw, at)
        for subject in dict.fromkeys(entry.subjects):
            self._waiting_subjects.add(subject, oseq)
        return pending.place(upcast(entry), raw, at)

    def _read(self, gseq: int, raw: bytes) -> Entry | None:
        try:
            return read_entry(raw)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            self._problems.add("entry_unreadable", gseq)
            return None

    def _take(self, row: Sequence[Any]) -> Numbered | None:
        gseq, origin, oseq, eid, kind, stream, epoch, hub_time, at, prev_hash, chained, raw, *beside = row
        verdict, home, home_gseq = beside[0], beside[1] or "", beside[2] or 0
        place = (stream, epoch, gseq, hub_time, at, raw, verdict, home, home_gseq)
        if gseq != self.gseq + 1:
            self._problems.add("number_gap", gseq)
        if prev_hash != self.hash:
            self._problems.add("chain_broken", gseq)
        algorithm = algorithm_of(chained)
        if algorithm not in ALGORITHMS:
            self._problems.add("hash_unknown", gseq)
        elif link(algorithm, prev_hash, *place) != chained:
            self._problems.add("hash_wrong", gseq)
        if hub_time < self._hub_time or (at > hub_time and not home) or epoch < self.epoch:
            self._problems.add("time_backwards", gseq)
        self.gseq, self.hash, self.epoch, self._hub_time = gseq, chained, epoch, hub_time
        entry = self._read(gseq, raw)
        if entry is None:
            return None
        shown = entry if verdict else upcast(entry)
        numbered = Numbered(
            gseq, stream, epoch, hub_time, at, prev_hash, chained, raw, shown, verdict, home, home_gseq
        )
        if (entry.origin, entry.oseq, eid_column(numbered), entry.kind) != (origin, oseq, eid, kind):
            self._problems.add("columns_differ", gseq)
        self._take_origin(gseq, entry, raw, at)
        found_under = subjects_here(numbered)
        for subject in dict.fromkeys(found_under):
            self._subjects.add(subject, gseq)
        if not verdict:
            for subject in once(found_under):
                self._unique.add(subject, gseq)
        return numbered

    def _take_origin(self, gseq: int, entry: Entry, raw: bytes, at: int) -> None:
        before = self._origins.get(entry.origin, _Last())
        if entry.oseq != before.oseq + 1:
            self._problems.add("origin_gap", gseq)
        if not _follows(entry, before):
            self._problems.add("origin_chain_broken", gseq)
        if at < before.at and gseq < PENDING_FROM:
            self._problems.add("time_backwards", gseq)
        self._origins[entry.origin] = _Last(entry.oseq, raw, at)


def _follows(entry: Entry, before: _Last) -> bool:
    # An origin need not hash as the stream does: every hash names its own algorithm.
    algorithm = algorithm_of(entry.prev_origin_hash)
    if not before.oseq:
        return entry.prev_origin_hash == GENESIS
    return algorithm in ALGORITHMS and digest(algorithm, before.raw) == entry.prev_origin_hash


class SubjectSum:
    """Tells whether two tables of subjects hold the same, in whatever order."""

    def __init__(self) -> None:
        self.value = 0

    def add(self, subject: str, gseq: int) -> None:
        self.value += hash((subject, gseq)) & 0xFFFF_FFFF_FFFF_FFFF
