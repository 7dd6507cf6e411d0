"""Cutting a replica's log back to what a hub that lost its disk still has, without losing an entry."""

from __future__ import annotations

import msgspec
from sqlalchemy import Connection

from app.log.entries import Head, Parcel, read_entry
from app.log.following import pending
from app.log.following.overlaying import demand_anew
from app.log.parcels import parcel
from app.log.proving import marks
from app.log.vault import VaultRows

_ABOVE = (
    "SELECT n.text, e.at, e.raw FROM entry AS e JOIN name AS n ON n.id = e.origin "
    "WHERE e.gseq > ? ORDER BY e.gseq"
)
_TABLES = ("subject", "unique_subject", "entry")


class WasCut(msgspec.Struct, frozen=True, tag=True):
    """Durable here: the log ends at `head`, the own entries above it wait again. `foreign` are the entries of
    others that stood above it, in their old order, for a hub that wants them back."""

    head: Head
    foreign: tuple[Parcel, ...]


def cut(connection: Connection, vault: VaultRows, database: str, gseq: int) -> tuple[Parcel, ...]:
    """Drop everything above `gseq`, inside the caller's transaction; the entries of others among it.

    Own entries wait again with the same bytes and numbers, in front of those that waited already. The
    projections are to be made anew.
    """
    foreign: list[Parcel] = []
    own = []
    for origin, at, raw in connection.exec_driver_sql(_ABOVE, (gseq,)).all():
        entry = read_entry(raw)
        if origin == database:
            own.append(pending.place(entry, raw, at))
        else:
            foreign.append(parcel(connection, vault, entry, raw))
    for table in _TABLES:
        connection.exec_driver_sql(f"DELETE FROM {table} WHERE gseq > ?", (gseq,))
    connection.exec_driver_sql("DELETE FROM epoch WHERE first_gseq > ?", (gseq,))
    marks.drop_after(connection, gseq)
    if own:
        pending.insert(connection, own)
    demand_anew(connection)
    return tuple(foreign)
