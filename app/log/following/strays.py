"""What a replica holds that its hub lost and numbered anew: where the two part, and the entries beyond."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
from sqlalchemy import Connection

from app.log import rows
from app.log.entries import Parcel
from app.log.epochs import Began, hash_at, parting, read_epochs
from app.log.parcels import parcel, parcel_bytes
from app.log.vault import VaultRows


class Strays(msgspec.Struct, frozen=True):
    """Entries of any origin, in the order they once had; `last` is the number of the last of them."""

    parcels: tuple[Parcel, ...]
    last: int


def parting_of(connection: Connection, head: int, theirs: Sequence[Began], their_head: int) -> int | None:
    """The last number the open log has in common with its hub's; None when they differ for no good reason."""
    common = parting(read_epochs(connection), head, theirs, their_head)
    if common is None or common >= head:
        return None
    told = [began.prev_hash for began in theirs if began.first_gseq == common + 1]
    # Where the hub has not said its hash, the next Hello asks for it.
    return common if not told or hash_at(connection, common) in told else None


def strays_after(connection: Connection, vault: VaultRows, gseq: int, limit: int, most_bytes: int) -> Strays:
    """The confirmed entries after `gseq` with their personal data, at most `limit` and about so many bytes,
    but one if there is any. WorldError when personal data was altered."""
    kept: list[Parcel] = []
    last, total = gseq, 0
    for numbered in rows.read_after(connection, gseq, limit):
        one = parcel(connection, vault, numbered.entry, numbered.raw)
        total += parcel_bytes(one)
        if kept and total > most_bytes:
            break
        kept.append(one)
        last = numbered.gseq
    return Strays(tuple(kept), last)
