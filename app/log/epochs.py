"""Epochs: a hub that lost its disk goes on in a new one, and where two logs of one stream part."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
from sqlalchemy import Connection

from app.base.clock import Instant
from app.log.chain import GENESIS

_BEGAN = (
    "SELECT p.epoch, p.first_gseq, coalesce(e.hash, ''), coalesce(f.hash, '') FROM epoch AS p "
    "LEFT JOIN entry AS e ON e.gseq = p.first_gseq - 1 LEFT JOIN entry AS f ON f.gseq = p.first_gseq "
    "ORDER BY p.epoch"
)
_HASH = "SELECT hash FROM entry WHERE gseq = ?"


class Began(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """An epoch began at `first_gseq`, behind the entry with the hash `prev_hash`, with the one of
    `first_hash` (empty while there is none): a hub restored twice may begin two of the same number."""

    epoch: int
    first_gseq: int
    prev_hash: str
    first_hash: str = ""


def read_epochs(connection: Connection) -> tuple[Began, ...]:
    """All epochs of the open log, in order; none when it is a replica that has taken nothing yet."""
    rows = connection.exec_driver_sql(_BEGAN)
    found = [Began(int(row[0]), int(row[1]), str(row[2]), str(row[3])) for row in rows]
    if not found or found[0].first_gseq > 1:
        # A replica notes only where an epoch follows another.
        first = connection.exec_driver_sql("SELECT epoch, hash FROM entry WHERE gseq = 1").first()
        if first is not None:
            found.insert(0, Began(int(first[0]), 1, GENESIS, str(first[1])))
    return tuple(found)


def begin(connection: Connection, epoch: int, first_gseq: int, now: Instant) -> None:
    """Let `epoch` begin, inside the caller's transaction."""
    connection.exec_driver_sql(
        "INSERT INTO epoch(epoch, first_gseq, began_at) VALUES(?, ?, ?)", (epoch, first_gseq, now)
    )


def hash_at(connection: Connection, gseq: int) -> str | None:
    """The hash of the entry with this number; None when there is none."""
    if gseq == 0:
        return GENESIS
    row = connection.exec_driver_sql(_HASH, (gseq,)).first()
    return None if row is None else str(row[0])


def parting(own: Sequence[Began], head: int, theirs: Sequence[Began], their_head: int) -> int | None:
    """The last number that a replica's log, which ends at `head`, has in common with its hub's, by what both
    say of their epochs.

    None when the hub began no epoch that this log does not know: then nothing allows the two to differ, and
    whoever finds that they do has found a fault or a forgery.
    """
    shared = 0
    while shared < min(len(own), len(theirs)) and own[shared] == theirs[shared]:
        shared += 1
    if shared == len(theirs) or (shared == 0 and own):
        return None
    here = own[shared].first_gseq - 1 if shared < len(own) else head
    there = theirs[shared].first_gseq - 1
    return min(here, there, their_head)
