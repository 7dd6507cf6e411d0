"""Proving a log entry by entry: dense numbers, both chains, times, columns and subjects against the bytes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec
from sqlalchemy import Connection

from app.log.chain import ALGORITHMS, GENESIS, algorithm_of, digest, link
from app.log.entries import Entry, Numbered, read_entry
from app.log.judging import once
from app.log.origin import OriginTail
from app.log.upcast import upcast

PROBLEMS_MAX = 100
"""A broken disk breaks everything: a person needs the first hundred findings, not a million."""

_AFTER = (
    "SELECT e.gseq, o.text, e.oseq, e.eid, e.kind, s.text, e.epoch, e.hub_time, e.at, e.prev_hash, e.hash, "
    "e.raw FROM entry AS e LEFT JOIN name AS o ON o.id = e.origin LEFT JOIN name AS s ON s.id = e.stream "
    "WHERE e.gseq > ? ORDER BY e.gseq LIMIT ?"
)


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


class LogProof:
    """Goes through the log in order; give it every entry once, then ask for the tables beside it."""

    def __init__(self, problems: Problems) -> None:
        self._problems = problems
        self.gseq = 0
        self.hash = GENESIS
        self.epoch = 0
        self._hub_time = 0
        self._origins: dict[str, OriginTail] = {}
        # Sums do not depend on order, and Python's seeded hashes cannot be aimed at.
        self._subjects = _Sum()
        self._unique = _Sum()

    def read(self, connection: Connection, batch: int) -> list[Numbered]:
        """Read and prove the next entries; gives those that can be read, for folding. Empty at the end."""
        entries: list[Numbered] = []
        while not entries:
            rows = connection.exec_driver_sql(_AFTER, (self.gseq, batch)).all()
            if not rows:
                break
            entries = [numbered for row in rows if (numbered := self._take(row)) is not None]
        return entries

    def check_subjects(self, connection: Connection) -> None:
        """Hold the two tables of subjects against what the entries say."""
        for table, expected in (("subject", self._subjects), ("unique_subject", self._unique)):
            actual = _Sum()
            for row in connection.exec_driver_sql(f"SELECT subject, gseq FROM {table}"):
                actual.add(row[0], row[1])
            if actual.value != expected.value:
                self._problems.add("subjects_differ", detail=table)

    def _take(self, row: Sequence[Any]) -> Numbered | None:
        gseq, origin, oseq, eid, kind, stream, epoch, hub_time, at, prev_hash, chained, raw = row
        if gseq != self.gseq + 1:
            self._problems.add("number_gap", gseq)
        if prev_hash != self.hash:
            self._problems.add("chain_broken", gseq)
        algorithm = algorithm_of(chained)
        if algorithm not in ALGORITHMS:
            self._problems.add("hash_unknown", gseq)
        elif link(algorithm, prev_hash, stream, epoch, gseq, hub_time, at, raw) != chained:
            self._problems.add("hash_wrong", gseq)
        if hub_time < self._hub_time or at > hub_time or epoch < self.epoch:
            self._problems.add("time_backwards", gseq)
        self.gseq, self.hash, self.epoch, self._hub_time = gseq, chained, epoch, hub_time
        try:
            entry = read_entry(raw)
        except (msgspec.DecodeError, UnicodeDecodeError):
            self._problems.add("entry_unreadable", gseq)
            return None
        if (entry.origin, entry.oseq, entry.eid, entry.kind) != (origin, oseq, eid, kind):
            self._problems.add("columns_differ", gseq)
        self._take_origin(gseq, entry, raw, algorithm)
        for subject in dict.fromkeys(entry.subjects):
            self._subjects.add(subject, gseq)
        for subject in once(entry.subjects):
            self._unique.add(subject, gseq)
        return Numbered(gseq, stream, epoch, hub_time, at, prev_hash, chained, raw, upcast(entry))

    def _take_origin(self, gseq: int, entry: Entry, raw: bytes, algorithm: str) -> None:
        before = self._origins.get(entry.origin, OriginTail())
        if entry.oseq != before.oseq + 1:
            self._problems.add("origin_gap", gseq)
        if entry.prev_origin_hash != before.hash:
            self._problems.add("origin_chain_broken", gseq)
        if algorithm in ALGORITHMS:
            self._origins[entry.origin] = OriginTail(entry.oseq, digest(algorithm, raw))


class _Sum:
    def __init__(self) -> None:
        self.value = 0

    def add(self, subject: str, gseq: int) -> None:
        self.value += hash((subject, gseq)) & 0xFFFF_FFFF_FFFF_FFFF
