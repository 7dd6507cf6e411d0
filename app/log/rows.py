"""Entries as rows: written in one stroke for a whole group, read back as they were written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection

from app.log.entries import Numbered, read_entry
from app.log.judging import once
from app.log.numbering.homes import subjects_here
from app.log.proving.verdicts import EID_TAKEN
from app.log.upcast import upcast

_PLACE = "gseq, origin, oseq, eid, kind, stream, epoch, hub_time, at, prev_hash, hash, raw, verdict"
# Every empty value handed to the driver costs a microsecond: most entries have no home.
_ENTRY = f"INSERT INTO entry({_PLACE}) VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
_ENTRY_HOME = (
    f"INSERT INTO entry({_PLACE}, home, home_gseq) VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)
_SUBJECT = "INSERT INTO subject(subject, gseq) VALUES(?, ?)"
_UNIQUE = "INSERT INTO unique_subject(subject, gseq) VALUES(?, ?)"

_COLUMNS = (
    "e.gseq, n.text, e.epoch, e.hub_time, e.at, e.prev_hash, e.hash, e.raw, e.verdict, h.text, e.home_gseq"
)
_NAMES = "JOIN name AS n ON n.id = e.stream LEFT JOIN name AS h ON h.id = e.home"
_FROM = f"FROM entry AS e {_NAMES}"
_AFTER = f"SELECT {_COLUMNS} {_FROM} WHERE e.gseq > ? ORDER BY e.gseq LIMIT ?"
_ONE = f"SELECT {_COLUMNS} {_FROM} WHERE e.eid = ?"
_HISTORY = (
    f"SELECT {_COLUMNS} FROM subject AS s CROSS JOIN entry AS e ON e.gseq = s.gseq {_NAMES} "
    "WHERE s.subject = ? ORDER BY s.gseq"
)


def insert(connection: Connection, entries: Sequence[Numbered], names: Mapping[str, int]) -> None:
    """Write entries, their subjects and the subjects that may stand once, in the caller's transaction.

    `names` numbers every origin, stream and home of theirs. What has a verdict claims nothing that may stand
    once, but it does stand under its subjects: whoever looks at a case sees it.
    """
    rows: list[tuple[Any, ...]] = []
    homed: list[tuple[Any, ...]] = []
    subjects: list[tuple[str, int]] = []
    unique: list[tuple[str, int]] = []
    for n in entries:
        e = n.entry
        place = (names[n.stream], n.epoch, n.hub_time, n.at, n.prev_hash, n.hash, n.raw, n.verdict)
        eid = eid_column(n) if n.verdict else e.eid
        row = (n.gseq, names[e.origin], e.oseq, eid, e.kind, *place)
        if n.home:
            homed.append((*row, names[n.home], n.home_gseq))
        else:
            rows.append(row)
        found_under = subjects_here(n) if n.home else e.subjects
        subjects += [(subject, n.gseq) for subject in dict.fromkeys(found_under)]
        if not n.verdict:
            unique += [(subject, n.gseq) for subject in once(found_under)]
    written = ((_ENTRY, rows), (_ENTRY_HOME, homed), (_SUBJECT, subjects), (_UNIQUE, unique))
    for statement, many in written:
        if many:
            connection.exec_driver_sql(statement, many)


def eid_column(numbered: Numbered) -> str:
    """What stands in the column of ids: the entry's id, or where that is another entry's already, the id with
    the number after a line end, which no id holds."""
    eid = numbered.entry.eid
    return f"{eid}\n{numbered.gseq}" if numbered.verdict == EID_TAKEN else eid


def read_after(connection: Connection, gseq: int, limit: int) -> list[Numbered]:
    """At most `limit` entries after `gseq`, in order, their bodies lifted to the newest version."""
    # Fetched in one call: row by row costs a third of the fold.
    return [_numbered(row) for row in connection.exec_driver_sql(_AFTER, (gseq, limit)).all()]


def read_history(connection: Connection, subject: str) -> list[Numbered]:
    """Every entry about `subject`, in order."""
    return [_numbered(row) for row in connection.exec_driver_sql(_HISTORY, (subject,)).all()]


def read_one(connection: Connection, eid: str) -> Numbered | None:
    row = connection.exec_driver_sql(_ONE, (eid,)).first()
    return None if row is None else _numbered(row)


def read_unique(connection: Connection, subject: str) -> int | None:
    """The number of the one entry `subject` stands on; None when it stands on none."""
    row = connection.exec_driver_sql("SELECT gseq FROM unique_subject WHERE subject = ?", (subject,)).first()
    return None if row is None else int(row[0])


def _numbered(row: Sequence[Any]) -> Numbered:
    gseq, stream, epoch, hub_time, at, prev_hash, chained, raw, verdict, home, home_gseq = row
    entry = read_entry(raw)
    if not verdict:
        # A body that was judged unfit may not fit a lift either.
        entry = upcast(entry)
    return Numbered(
        gseq,
        stream,
        epoch,
        hub_time,
        at,
        prev_hash,
        chained,
        raw,
        entry,
        verdict,
        home or "",
        home_gseq or 0,
    )
