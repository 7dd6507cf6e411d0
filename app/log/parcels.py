"""Entries made ready to travel: an origin's bytes with the personal data they refer to."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Connection

from app.log.entries import Entry, Parcel
from app.log.refs import refs_in
from app.log.vault import VaultRows


def parcel(connection: Connection, vault: VaultRows, entry: Entry, raw: bytes) -> Parcel:
    """One entry with what the vault still has of its personal data; WorldError when that was altered."""
    return Parcel(raw, tuple(vault.secrets(connection, refs_in(entry.body))))


def parcel_bytes(one: Parcel) -> int:
    """About how many bytes it takes on a line; a Chinese character has three in UTF-8."""
    return len(one.raw) + sum(
        3 * (len(s.value) + len(s.field)) + len(s.ref) + len(s.salt) for s in one.secrets
    )


def within(parcels: Iterable[Parcel], most_bytes: int) -> list[Parcel]:
    """The first of `parcels` that go together into so many bytes, and always one if there is any."""
    kept: list[Parcel] = []
    total = 0
    for one in parcels:
        total += parcel_bytes(one)
        if kept and total > most_bytes:
            break
        kept.append(one)
    return kept
