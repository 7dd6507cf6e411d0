"""The logs at both ends of a line, in memory: a hub that numbers, a replica that follows, real hashes."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from app.base.clock import Instant
from app.log.chain import GENESIS, digest, link
from app.log.entries import Draft, Entry, Head, Numbered, Parcel, Secret, TimeClaim, read_entry
from app.log.files.origin import OriginTail, seal
from app.log.following.taking import Mismatch, Taken
from app.log.port import Accepted, Forked, Gap, Pushed
from app.sync.frames import Hello
from app.sync.ports import Found

STREAM = "0198c0de-0000-7000-8000-000000000001"
ALGORITHM = "sha256"
DIGEST_EVERY_HERE = 4
"""Digests lie closer than in the product, so that short lives compare some."""


class Said(msgspec.Struct, frozen=True):
    """The body of an entry that means nothing."""

    text: str


def state_digest(entries: Sequence[Numbered]) -> str:
    """What stands in for the digest of a fold: the order of all bytes so far."""
    return digest(ALGORITHM, b"".join(numbered.raw for numbered in entries))


class MemoryHub:
    """Numbers what is pushed; what a commit made durable is `entries`."""

    def __init__(self, stream: str = STREAM) -> None:
        self.stream = stream
        self.entries: list[Numbered] = []
        self._tails: dict[str, OriginTail] = {}
        self.revoked: set[str] = set()
        self.vault: dict[str, Secret] = {}

    def head(self) -> Head:
        if not self.entries:
            return Head(self.stream, 1, 0, GENESIS)
        last = self.entries[-1]
        return Head(last.stream, last.epoch, last.gseq, last.hash)

    def read_after(self, gseq: int, limit: int) -> list[Numbered]:
        return self.entries[gseq : gseq + limit]

    def digest_at(self, gseq: int) -> str | None:
        return state_digest(self.entries[:gseq]) if gseq % DIGEST_EVERY_HERE == 0 else None

    def last_of(self, origin: str) -> int:
        return self._tails.get(origin, OriginTail()).oseq

    def found(self, hello: Hello) -> Found:
        known = 0 < hello.gseq <= len(self.entries)
        return Found(
            head=self.head(),
            hash=self.entries[hello.gseq - 1].hash if known else None,
            oseq=self.last_of(hello.origin),
            standing="revoked" if hello.origin in self.revoked else "",
        )

    def push(self, origin: str, parcels: Sequence[Parcel], now: Instant) -> Pushed:
        tail, head = self._tails.get(origin, OriginTail()), self.head()
        fresh: list[Numbered] = []
        for parcel in parcels:
            entry = read_entry(parcel.raw)
            assert entry.origin == origin
            if entry.oseq <= tail.oseq:
                if not fresh and self._raw(origin, entry.oseq) != parcel.raw:
                    return Forked(entry.oseq)
                continue
            if entry.oseq != tail.oseq + 1:
                return Gap(tail.oseq + 1)
            assert entry.prev_origin_hash == tail.hash
            numbered, head = _number(head, entry, parcel.raw, now)
            fresh.append(numbered)
            tail = OriginTail(entry.oseq, digest(ALGORITHM, parcel.raw))
        self.entries += fresh
        self._tails[origin] = tail
        for parcel in parcels:
            self.vault.update((secret.ref, secret) for secret in parcel.secrets)
        own = [numbered.gseq for numbered in self.entries if numbered.entry.origin == origin]
        return Accepted(tail.oseq, own[-1] if own else 0)

    def _raw(self, origin: str, oseq: int) -> bytes:
        return next(n.raw for n in self.entries if n.entry.origin == origin and n.entry.oseq == oseq)


class MemoryReplica:
    """What one desk has on its disk: confirmed entries and its own that wait."""

    def __init__(self, origin: str) -> None:
        self.origin = origin
        self.stream = ""
        self.confirmed: list[Numbered] = []
        self.pending: list[tuple[Entry, bytes]] = []
        self.kept: list[Secret] = []
        self.written: list[str] = []
        self._secrets: dict[int, tuple[Secret, ...]] = {}
        self._tail = OriginTail()
        self._tails: dict[str, OriginTail] = {}

    def head(self) -> Head:
        if not self.confirmed:
            return Head(self.stream, 1, 0, GENESIS)
        last = self.confirmed[-1]
        return Head(last.stream, last.epoch, last.gseq, last.hash)

    def sealed(self) -> int:
        return self._tail.oseq

    def write(self, claim: TimeClaim, text: str = "", secrets: tuple[Secret, ...] = ()) -> str:
        """Seal one entry; its id."""
        eid = f"{self.origin}-{self._tail.oseq + 1}"
        draft = Draft(
            eid=eid,
            kind="said",
            kind_version=1,
            body=Said(text),
            subjects=("incident:1",),
            actor="op-1",
            occurred_at=claim.wall,
        )
        entry, raw, self._tail = seal(draft, self.origin, self._tail, claim, ALGORITHM)
        self.pending.append((entry, raw))
        self._secrets[entry.oseq] = secrets
        self.written.append(eid)
        return eid

    def waiting(self, after_oseq: int, limit: int, most_bytes: int) -> list[Parcel]:
        found: list[Parcel] = []
        size = 0
        for entry, raw in self.pending:
            if entry.oseq > after_oseq and len(found) < limit and (not found or size < most_bytes):
                found.append(Parcel(raw, self._secrets[entry.oseq]))
                size += len(raw)
        return found

    def take(self, lines: Sequence[Numbered]) -> Taken | Mismatch:
        tails, head = dict(self._tails), self.head()
        own = {entry.oseq: raw for entry, raw in self.pending}
        for line in lines:
            rule = _rule(line, head, tails.get(line.entry.origin, OriginTail()))
            if not rule and line.entry.origin == self.origin and own.get(line.entry.oseq) != line.raw:
                rule = "own"
            if rule:
                return Mismatch(line.gseq, rule)
            tails[line.entry.origin] = OriginTail(line.entry.oseq, digest(ALGORITHM, line.raw))
            head = Head(line.stream, line.epoch, line.gseq, line.hash)
        self._tails = tails
        self.confirmed += lines
        settled = tails.get(self.origin, OriginTail()).oseq
        self.pending = [(entry, raw) for entry, raw in self.pending if entry.oseq > settled]
        return Taken(self.head(), settled)

    def digest_at(self, gseq: int) -> str | None:
        kept = gseq % DIGEST_EVERY_HERE == 0 and gseq <= len(self.confirmed)
        return state_digest(self.confirmed[:gseq]) if kept else None


def _number(head: Head, entry: Entry, raw: bytes, now: Instant) -> tuple[Numbered, Head]:
    gseq = head.gseq + 1
    chained = link(ALGORITHM, head.hash, head.stream, head.epoch, gseq, now, now, raw)
    numbered = Numbered(gseq, head.stream, head.epoch, now, now, head.hash, chained, raw, entry)
    return numbered, Head(head.stream, head.epoch, gseq, chained)


def _rule(line: Numbered, head: Head, tail: OriginTail) -> str:
    """Which rule a line breaks that must come after `head`; empty for none."""
    if line.gseq != head.gseq + 1:
        return "number"
    if line.stream != head.stream:
        return "stream"
    place = (line.stream, line.epoch, line.gseq, line.hub_time, line.at)
    if line.prev_hash != head.hash or line.hash != link(ALGORITHM, head.hash, *place, line.raw):
        return "hash"
    if line.entry.oseq != tail.oseq + 1 or line.entry.prev_origin_hash != tail.hash:
        return "origin_chain"
    return ""
