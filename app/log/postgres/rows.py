"""Entries as rows on PostgreSQL: copied in by the group, read on in order."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection

from app.log.entries import Numbered, read_entry
from app.log.postgres.server import Server, driver_of
from app.log.postgres.subject_rows import SubjectRows
from app.log.rows import eid_column
from app.log.upcast import upcast

# In binary: half the bytes and two thirds of the server's work of text.
_ENTRY = (
    "COPY entry(gseq, origin, oseq, eid, kind, stream, epoch, hub_time, at, prev_hash, hash, raw, verdict, "
    "home, home_gseq) FROM STDIN (FORMAT BINARY)"
)
_ENTRY_TYPES = (
    *("int8", "int4", "int8", "text", "text", "int4", "int4", "int8", "int8"),
    *("text", "text", "bytea", "text", "int4", "int8"),
)

_AFTER = (
    "SELECT e.gseq, n.text, e.epoch, e.hub_time, e.at, e.prev_hash, e.hash, e.raw, e.verdict, h.text, "
    "e.home_gseq FROM entry AS e JOIN name AS n ON n.id = e.stream LEFT JOIN name AS h ON h.id = e.home "
    "WHERE e.gseq > %s ORDER BY e.gseq LIMIT %s"
)
_HASH = "SELECT hash FROM entry WHERE gseq = %s"


def insert(
    server: Server,
    connection: Connection,
    batches: Iterable[Sequence[Numbered]],
    names: Mapping[str, int],
) -> None:
    """As `app.log.rows.insert`, in the caller's transaction, which holds the head. `batches` are taken one by
    one while the server works; nothing else may be asked of the connection meanwhile."""
    subjects = SubjectRows()
    with server.errors_told(), driver_of(connection).cursor() as cursor:
        with cursor.copy(_ENTRY) as copy:
            copy.set_types(_ENTRY_TYPES)
            for entries in batches:
                for n in entries:
                    copy.write_row(_row(n, names))
                subjects.add(entries)
        for table, rows in subjects.copied():
            with cursor.copy(f"COPY {table}(subject, gseq) FROM STDIN (FORMAT BINARY)") as copy:
                copy.write(rows)


def _row(n: Numbered, names: Mapping[str, int]) -> tuple[Any, ...]:
    home = (names[n.home], n.home_gseq) if n.home else (None, None)
    place = (names[n.stream], n.epoch, n.hub_time, n.at, n.prev_hash, n.hash, n.raw, n.verdict)
    eid = eid_column(n) if n.verdict else n.entry.eid
    return (n.gseq, names[n.entry.origin], n.entry.oseq, eid, n.entry.kind, *place, *home)


def read_after(connection: Connection, gseq: int, limit: int) -> list[Numbered]:
    """At most `limit` entries after `gseq`, in order."""
    return [_numbered(row) for row in connection.exec_driver_sql(_AFTER, (gseq, limit)).all()]


def hash_at(connection: Connection, gseq: int) -> str | None:
    """The hash of the entry at `gseq`; None when there is none."""
    found = connection.exec_driver_sql(_HASH, (gseq,)).scalar()
    return None if found is None else str(found)


def name_ids(connection: Connection) -> dict[str, int]:
    """The numbers under which entries hold origins and streams."""
    return {str(row[0]): int(row[1]) for row in connection.exec_driver_sql("SELECT text, id FROM name")}


def add_names(connection: Connection, names: dict[str, int], texts: Iterable[str]) -> None:
    """Number those of `texts` that are not in `names` yet; the caller's transaction holds the head."""
    missing = sorted(set(texts) - names.keys())
    if not missing:
        return
    # Another process may have numbered them since they were last read.
    names.update(name_ids(connection))
    for text in missing:
        if text not in names:
            new = connection.exec_driver_sql("INSERT INTO name(text) VALUES(%s) RETURNING id", (text,))
            names[text] = int(new.scalar_one())


def _numbered(row: Sequence[Any]) -> Numbered:
    gseq, stream, epoch, hub_time, at, prev_hash, chained, raw, verdict, home, home_gseq = row
    entry = read_entry(raw)
    # A body that was judged unfit may not fit a lift either.
    shown = entry if verdict else upcast(entry)
    place = (gseq, stream, epoch, hub_time, at, prev_hash, chained, bytes(raw), shown, verdict)
    return Numbered(*place, home or "", home_gseq or 0)
