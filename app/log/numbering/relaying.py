"""What a lower hub passes up: lines of its own log, proved against its own chain, to be numbered here too."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Future
from typing import Protocol

import msgspec
from sqlalchemy import Connection, delete, insert, select

from app.base.clock import Instant
from app.log.chain import GENESIS
from app.log.entries import Entry, Head, Numbered
from app.log.files.origin import ENTRY_BYTES_MAX
from app.log.files.tables import relayed
from app.log.following.taking import Mismatch, OriginEnds, Origins, misplaced
from app.log.numbering.homes import claims_here, home_of
from app.log.numbering.pushing import well_formed

LINES_PER_RELAY_MAX = 1_000
"""One relay is numbered in one transaction that others wait for, as one push is."""


class RelayedBy(msgspec.Struct, frozen=True):
    """Lines of `stream` as its hub numbered them, in order, sent by the hub that writes as `device`. With
    `doubted` they are numbered with a verdict whatever they say: folding them failed."""

    device: str
    stream: str
    lines: tuple[Numbered, ...]
    doubted: bool = False


class LowerHead(msgspec.Struct, frozen=True):
    """How far this log has the log of a lower hub, by that hub's own numbers, and who passed it on last."""

    device: str = ""
    epoch: int = 0
    gseq: int = 0
    hash: str = GENESIS
    hub_time: Instant = 0


class Relayed(msgspec.Struct, frozen=True, tag=True):
    """Durable here: everything of the lower hub's log up to its number `gseq`."""

    gseq: int


class UpperLog(Protocol):
    """The log of a hub that stands above others, as it takes in theirs."""

    def relay(self, device: str, stream: str, lines: Sequence[Numbered]) -> Future[Relayed | Mismatch]:
        """Number the next lines of the lower hub's log `stream`, as `device` sent them: bytes, effective
        times and verdicts stay those of their home. Lines that are here already, or that went down from here,
        are passed over, for ever. All or none; WorldError from the future when the disk refuses."""
        ...

    def relayed(self, stream: str) -> LowerHead:
        """How far this log has the log of a lower hub."""
        ...


class FreshLine(msgspec.Struct, frozen=True, gc=False):
    """A line that has no number here yet, and where it is at home."""

    line: Numbered
    home: str
    home_gseq: int


def read_lower(connection: Connection, stream: str) -> LowerHead:
    """How far the log has `stream`; nothing of it yet is number 0."""
    wanted = select(relayed.c.device, relayed.c.epoch, relayed.c.gseq, relayed.c.hash, relayed.c.hub_time)
    row = connection.execute(wanted.where(relayed.c.stream == stream)).first()
    return LowerHead() if row is None else LowerHead(*row)


def write_lower(connection: Connection, stream: str, lower: LowerHead) -> None:
    """Inside the caller's transaction."""
    connection.execute(delete(relayed).where(relayed.c.stream == stream))
    connection.execute(insert(relayed).values(stream=stream, **msgspec.structs.asdict(lower)))


def claims(relay: RelayedBy) -> list[Entry]:
    """What the lines of a relay claim here that may stand once."""
    return [claims_here(line.entry, home_of(line, relay.stream)[0]) for line in relay.lines]


def sift(
    relay: RelayedBy, lower: LowerHead, ends: OriginEnds, here: Head, origin: str
) -> tuple[list[FreshLine], LowerHead] | Mismatch:
    """Those lines that are to get a number here, in order, and how far the lower log is had then; or why they
    are not what comes next in it.

    Left out are repeats, lines that are at home in this very log (they went down and came up again), and
    those that came another way. `here` is where this log ends, `origin` the name under which it writes.
    """
    fresh: list[FreshLine] = []
    head, hub_time = Head(relay.stream, lower.epoch, lower.gseq, lower.hash), lower.hub_time
    chains = Origins(ends, origin, {})
    for line in _new(relay.lines, lower.gseq):
        rule = _unfit(line) or misplaced(line, head, hub_time)
        if rule:
            return Mismatch(line.gseq, rule)
        head, hub_time = Head(line.stream, line.epoch, line.gseq, line.hash), line.hub_time
        home, home_gseq = home_of(line, relay.stream)
        if home == here.stream or line.entry.oseq <= chains.last(line.entry.origin):
            continue
        rule = chains.follow(line)
        if rule:
            return Mismatch(line.gseq, rule)
        fresh.append(FreshLine(line, home, home_gseq))
    return fresh, LowerHead(relay.device, head.epoch, head.gseq, head.hash, hub_time)


def _unfit(line: Numbered) -> str:
    if len(line.raw) > ENTRY_BYTES_MAX:
        return "too_big"
    return "" if well_formed(line.entry) else "format"


def _new(lines: Sequence[Numbered], gseq: int) -> Sequence[Numbered]:
    """The connection may have been cut before the lower hub knew: what it repeats is passed over."""
    return [line for line in lines if line.gseq > gseq]
