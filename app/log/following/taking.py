"""Proving what a hub sends before any of it is believed: places, times, both chains, and one's own bytes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

import msgspec

from app.base.clock import Instant
from app.log.chain import ALGORITHMS, GENESIS, algorithm_of, digest, link
from app.log.entries import Head, Numbered
from app.log.numbering.pushing import End


class Taken(msgspec.Struct, frozen=True, tag=True):
    """Durable here: the log stands at `head`, and every own entry up to `settled` has its number."""

    head: Head
    settled: int


class Mismatch(msgspec.Struct, frozen=True, tag=True):
    """Nothing was taken: the line at `gseq` does not continue this log. `rule` says how, a key of the
    catalogue under `mismatch.`: `number`, `stream`, `epoch`, `time`, `hash`, `origin_number`,
    `origin_chain`, `own` or `twice`."""

    gseq: int
    rule: str


class OriginEnds(Protocol):
    """Where each origin's entries end in this log."""

    def get(self, origin: str) -> End: ...

    def hash_of(self, origin: str, algorithm: str) -> str:
        """The hash of the origin's last bytes by `algorithm`."""
        ...


class Standing(msgspec.Struct, frozen=True):
    """Where the log ends that the lines must continue: its head, the last hub time, this database's name."""

    head: Head
    hub_time: Instant
    database: str


def prove(
    lines: Sequence[Numbered], standing: Standing, ends: OriginEnds, own: Mapping[int, bytes]
) -> Standing | Mismatch:
    """Where the log stands after `lines`, or why they are not what must come next.

    `own` are the bytes of the own entries that wait. Costs two hashes a line.
    """
    head, hub_time = standing.head, standing.hub_time
    origins = Origins(ends, standing.database, own)
    for line in lines:
        rule = misplaced(line, head, hub_time) or origins.follow(line)
        if rule:
            return Mismatch(line.gseq, rule)
        head, hub_time = Head(line.stream, line.epoch, line.gseq, line.hash), line.hub_time
    return Standing(head, hub_time, standing.database)


def misplaced(line: Numbered, head: Head, hub_time: Instant) -> str:
    """Why `line` is not the next of a log that ends at `head`; empty when it is. Costs a hash."""
    if line.gseq != head.gseq + 1:
        return "number"
    if line.stream != head.stream:
        return "stream"
    if line.epoch < head.epoch:
        return "epoch"
    # What another hub numbered keeps the effective time of its home, whose clock may go before this hub's.
    if line.hub_time < hub_time or (line.at > line.hub_time and not line.home):
        return "time"
    algorithm = algorithm_of(line.hash)
    if line.prev_hash != head.hash or algorithm not in ALGORITHMS:
        return "hash"
    chained = link(
        algorithm,
        line.prev_hash,
        line.stream,
        line.epoch,
        line.gseq,
        line.hub_time,
        line.at,
        line.raw,
        line.verdict,
        line.home,
        line.home_gseq,
    )
    return "" if chained == line.hash else "hash"


class Origins:
    """Follows the chain of each origin through lines, from where it ends in this log. `database` is the name
    under which this log writes, `own` the bytes it wrote that have no number yet."""

    def __init__(self, ends: OriginEnds, database: str, own: Mapping[int, bytes]) -> None:
        self._ends = ends
        self._database = database
        self._own = own
        self._last: dict[str, tuple[int, bytes]] = {}

    def last(self, origin: str) -> int:
        """The number of the last entry of `origin`, of these lines or in the log."""
        last = self._last.get(origin)
        return last[0] if last is not None else self._ends.get(origin).oseq

    def follow(self, line: Numbered) -> str:
        """Why `line` is not the next of its origin; empty when it is."""
        entry = line.entry
        last = self._last.get(entry.origin)
        oseq = last[0] if last is not None else self._ends.get(entry.origin).oseq
        if entry.oseq != oseq + 1:
            return "origin_number"
        if entry.prev_origin_hash != self._hash(entry.origin, oseq, last, entry.prev_origin_hash):
            return "origin_chain"
        if entry.origin == self._database and self._own.get(entry.oseq) != line.raw:
            # The hub has what this database never wrote: one of the two was set back, or is a copy.
            return "own"
        self._last[entry.origin] = (entry.oseq, line.raw)
        return ""

    def _hash(self, origin: str, oseq: int, last: tuple[int, bytes] | None, claimed: str) -> str | None:
        # An origin may hash by another algorithm than the stream, and change it.
        algorithm = algorithm_of(claimed)
        if oseq == 0:
            return GENESIS
        if algorithm not in ALGORITHMS:
            return None
        return digest(algorithm, last[1]) if last is not None else self._ends.hash_of(origin, algorithm)
