"""Entries that wait for their number, as rows: sealed and durable here, and not yet known to any hub."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import msgspec
from sqlalchemy import Connection

from app.base.clock import Instant
from app.log.entries import PENDING_FROM, Entry, Numbered, read_entry
from app.log.judging import EID_PREFIX
from app.log.upcast import upcast

_ENTRY = "INSERT INTO pending(oseq, eid, at, raw) VALUES(?, ?, ?, ?)"
_SUBJECT = "INSERT INTO pending_subject(subject, oseq) VALUES(?, ?)"
_NO_ENTRY = "DELETE FROM pending WHERE oseq = ?"
_NO_SUBJECT = "DELETE FROM pending_subject WHERE subject = ? AND oseq = ?"

_AFTER = "SELECT oseq, at, raw FROM pending WHERE oseq > ? ORDER BY oseq LIMIT ?"
_ONE = "SELECT oseq, at, raw FROM pending WHERE eid = ?"
# CROSS JOIN holds SQLite to the few asked subjects first, whatever it thinks of the tables' sizes.
_ABOUT = (
    "SELECT p.oseq, p.at, p.raw FROM (SELECT DISTINCT s.oseq AS oseq FROM json_each(?) AS j "
    "CROSS JOIN pending_subject AS s ON s.subject = j.value) AS t CROSS JOIN pending AS p ON p.oseq = t.oseq "
    "ORDER BY p.oseq"
)
_OSEQS = (
    "SELECT DISTINCT s.oseq FROM json_each(?) AS j CROSS JOIN pending_subject AS s ON s.subject = j.value "
    "ORDER BY s.oseq"
)
_THESE = "SELECT p.oseq, p.at, p.raw FROM json_each(?) AS j CROSS JOIN pending AS p ON p.oseq = j.value"
_FIRST = (
    "SELECT s.subject, min(s.oseq) FROM json_each(?) AS j CROSS JOIN pending_subject AS s "
    "ON s.subject = j.value GROUP BY s.subject"
)
_EIDS = "SELECT p.eid, p.oseq FROM json_each(?) AS j CROSS JOIN pending AS p ON p.eid = j.value"


def place(entry: Entry, raw: bytes, at: Instant) -> Numbered:
    """`entry` as readers see it while it waits: behind all that have a number, in no hub's stream."""
    return Numbered(PENDING_FROM + entry.oseq, "", 0, at, at, "", "", raw, entry)


def insert(connection: Connection, entries: Sequence[Numbered]) -> None:
    """Write waiting entries and their subjects, inside the caller's transaction."""
    connection.exec_driver_sql(_ENTRY, [(n.entry.oseq, n.entry.eid, n.at, n.raw) for n in entries])
    subjects = _subjects(n.entry for n in entries)
    if subjects:
        connection.exec_driver_sql(_SUBJECT, subjects)


def remove(connection: Connection, entries: Iterable[Entry]) -> None:
    """Take out entries that have their number now, inside the caller's transaction."""
    entries = list(entries)
    subjects = _subjects(entries)
    if subjects:
        connection.exec_driver_sql(_NO_SUBJECT, subjects)
    connection.exec_driver_sql(_NO_ENTRY, [(entry.oseq,) for entry in entries])


def read_after(connection: Connection, oseq: int, limit: int) -> list[Numbered]:
    """At most `limit` waiting entries after `oseq`, in order."""
    return [_numbered(row) for row in connection.exec_driver_sql(_AFTER, (oseq, limit)).all()]


def read_about(connection: Connection, subjects: Iterable[str]) -> list[Numbered]:
    """Every waiting entry about any of `subjects`, in order, each once."""
    return [_numbered(row) for row in connection.exec_driver_sql(_ABOUT, (_listed(subjects),)).all()]


def read_oseqs(connection: Connection, subjects: Iterable[str]) -> list[int]:
    """The numbers of the waiting entries about any of `subjects`, in order."""
    return list(connection.exec_driver_sql(_OSEQS, (_listed(subjects),)).scalars())


def read_these(connection: Connection, oseqs: Iterable[int]) -> list[Numbered]:
    """The waiting entries of these numbers."""
    asked = msgspec.json.encode(list(oseqs)).decode()
    return [_numbered(row) for row in connection.exec_driver_sql(_THESE, (asked,)).all()]


def read_one(connection: Connection, eid: str) -> Numbered | None:
    row = connection.exec_driver_sql(_ONE, (eid,)).first()
    return None if row is None else _numbered(row)


def read_raw(connection: Connection, up_to: int) -> dict[int, bytes]:
    """The bytes of all waiting entries up to and with number `up_to` of this database."""
    found = connection.exec_driver_sql("SELECT oseq, raw FROM pending WHERE oseq <= ?", (up_to,))
    return {int(row[0]): bytes(row[1]) for row in found}


def read_first(connection: Connection, subjects: Iterable[str]) -> dict[str, int]:
    """Of each subject that a waiting entry is about, the number of the first such entry as readers see it."""
    found = connection.exec_driver_sql(_FIRST, (_listed(subjects),))
    return {str(row[0]): PENDING_FROM + int(row[1]) for row in found}


def read_eids(connection: Connection, eids: Iterable[str]) -> dict[str, int]:
    """Of each id that a waiting entry has, as a subject, its number as readers see it."""
    found = connection.exec_driver_sql(_EIDS, (_listed(eids),))
    return {EID_PREFIX + str(row[0]): PENDING_FROM + int(row[1]) for row in found}


def count(connection: Connection) -> int:
    return int(connection.exec_driver_sql("SELECT count(*) FROM pending").scalar_one())


def last(connection: Connection) -> tuple[int, bytes] | None:
    """Number and bytes of the last waiting entry; None when none waits."""
    row = connection.exec_driver_sql("SELECT oseq, raw FROM pending ORDER BY oseq DESC LIMIT 1").first()
    return None if row is None else (int(row[0]), bytes(row[1]))


def _subjects(entries: Iterable[Entry]) -> list[tuple[str, int]]:
    return [(subject, entry.oseq) for entry in entries for subject in dict.fromkeys(entry.subjects)]


def _listed(texts: Iterable[str]) -> str:
    return msgspec.json.encode(list(texts)).decode()


def _numbered(row: Sequence[Any]) -> Numbered:
    _, at, raw = row
    return place(upcast(read_entry(raw)), raw, at)
