"""Entries as rows: written in one stroke for a whole group, read back as they were written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection

from app.log.entries import Numbered, read_entry
from app.log.judging import once
from app.log.upcast import upcast

_ENTRY = "INSERT INTO entry VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
_SUBJECT = "INSERT INTO subject(subject, gseq) VALUES(?, ?)"
_UNIQUE = "INSERT INTO unique_subject(subject, gseq) VALUES(?, ?)"

_COLUMNS = "e.gseq, n.text, e.epoch, e.hub_time, e.at, e.prev_hash, e.hash, e.raw"
_FROM = "FROM entry AS e JOIN name AS n ON n.id = e.stream"
_AFTER = f"SELECT {_COLUMNS} {_FROM} WHERE e.gseq > ? ORDER BY e.gseq LIMIT ?"
_ONE = f"SELECT {_COLUMNS} {_FROM} WHERE e.eid = ?"
_HISTORY = (
    f"SELECT {_COLUMNS} FROM subject AS s CROSS JOIN entry AS e ON e.gseq = s.gseq "
    "JOIN name AS n ON n.id = e.stream WHERE s.subject = ? ORDER BY s.gseq"
)


def insert(connection: Connection, entries: Sequence[Numbered], names: Mapping[str, int]) -> None:
    """Write entries, their subjects and the subjects that may stand once, in the caller's transaction."""
    rows: list[tuple[Any, ...]] = []
    subjects: list[tuple[str, int]] = []
    unique: list[tuple[str, int]] = []
    for n in entries:
        e = n.entry
        place = (names[n.stream], n.epoch, n.hub_time, n.at, n.prev_hash, n.hash, n.raw)
        rows.append((n.gseq, names[e.origin], e.oseq, e.eid, e.kind, *place))
        subjects += [(subject, n.gseq) for subject in dict.fromkeys(e.subjects)]
        unique += [(subject, n.gseq) for subject in once(e.subjects)]
    for statement, many in ((_ENTRY, rows), (_SUBJECT, subjects), (_UNIQUE, unique)):
        if many:
            connection.exec_driver_sql(statement, many)


def read_after(connection: Connection, gseq: int, limit: int) -> list[Numbered]:
    """At most `limit` entries after `gseq`, in order, their bodies lifted to the newest version."""
    # Fetched in one call: row by row costs a third of the fold.
    return [_numbered(row) for row in connection.exec_driver_sql(_AFTER, (gseq, limit)).all()]


def read_history(connection: Connection, subject: str) -> list[Numbered]:
    """Every entry about `subject`, in order."""
    return [_numbered(row) for row in connection.exec_driver_sql(_HISTORY, (subject,))]


def read_one(connection: Connection, eid: str) -> Numbered | None:
    row = connection.exec_driver_sql(_ONE, (eid,)).first()
    return None if row is None else _numbered(row)


def read_unique(connection: Connection, subject: str) -> int | None:
    """The number of the one entry `subject` stands on; None when it stands on none."""
    row = connection.exec_driver_sql("SELECT gseq FROM unique_subject WHERE subject = ?", (subject,)).first()
    return None if row is None else int(row[0])


def _numbered(row: Sequence[Any]) -> Numbered:
    gseq, stream, epoch, hub_time, at, prev_hash, chained, raw = row
    return Numbered(gseq, stream, epoch, hub_time, at, prev_hash, chained, raw, upcast(read_entry(raw)))
