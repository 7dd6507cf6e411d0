"""What a database says of itself, how it is made, and where its log ends."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec
from sqlalchemy import Connection

from app.base.clock import Instant
from app.log.chain import GENESIS, digest
from app.log.entries import Head
from app.log.files.origin import OriginTail
from app.log.files.tables import metadata
from app.log.numbering.sequencer import Tail
from app.log.safety.tables import safety_metadata

FORMAT = 2
"""The shape of the log's tables and of the sidecar: the number of the last script in `migrations`. A database
with a higher number is refused, one with a lower is lifted on opening."""

HUB = "hub"
DESK = "desk"


class Meta(msgspec.Struct, frozen=True):
    """What a database says of itself. `database` names it as origin; `mark` is empty, `demo` or `drill`.

    `role` is `hub` for one that numbers by itself and `desk` for one that follows a hub; the `stream` of the
    latter is empty until it has met its hub.
    """

    format: int
    database: str
    stream: str
    epoch: int
    mark: str
    algorithm: str
    created_by: str
    created_at: Instant
    role: str = HUB


def create(connection: Connection, about: Meta) -> None:
    """Make the log's tables in an empty database, inside the caller's transaction."""
    metadata.create_all(connection)
    safety_metadata.create_all(connection)
    rows = [(key, str(value)) for key, value in msgspec.to_builtins(about).items()]
    connection.exec_driver_sql("INSERT INTO meta(key, value) VALUES(?, ?)", rows)
    names = [(text,) for text in dict.fromkeys((about.database, about.stream)) if text]
    connection.exec_driver_sql("INSERT INTO name(text) VALUES(?)", names)
    if about.role == HUB:
        began = (about.epoch, 1, about.created_at)
        connection.exec_driver_sql("INSERT INTO epoch(epoch, first_gseq, began_at) VALUES(?, ?, ?)", began)


def read_meta(connection: Connection) -> Meta | None:
    """What the open database says of itself; None when it is not one of ours."""
    tables = connection.exec_driver_sql("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'meta'")
    if tables.first() is None:
        return None
    rows = connection.exec_driver_sql("SELECT key, value FROM meta").all()
    try:
        return msgspec.convert({str(row[0]): str(row[1]) for row in rows}, Meta, strict=False)
    except msgspec.ValidationError:
        return None


def name_ids(connection: Connection) -> dict[str, int]:
    """The numbers under which entries hold origins and streams."""
    return {str(row[0]): int(row[1]) for row in connection.exec_driver_sql("SELECT text, id FROM name")}


def add_names(connection: Connection, names: dict[str, int], texts: Iterable[str]) -> None:
    """Number those of `texts` that have no number in `names` yet, inside the caller's transaction."""
    for text in sorted(set(texts) - names.keys()):
        new = connection.exec_driver_sql("INSERT INTO name(text) VALUES(?) RETURNING id", (text,))
        names[text] = int(new.scalar_one())


def read_tail(connection: Connection, about: Meta) -> Tail:
    """Where the log ends: what the next append builds on."""
    last = connection.exec_driver_sql(
        "SELECT gseq, hash, hub_time, epoch FROM entry ORDER BY gseq DESC LIMIT 1"
    ).first()
    # An epoch may have begun in which nothing is numbered yet.
    began = connection.exec_driver_sql("SELECT max(epoch) FROM epoch").scalar()
    own = connection.exec_driver_sql(
        "SELECT oseq, raw FROM entry WHERE origin = (SELECT id FROM name WHERE text = ?) "
        "ORDER BY oseq DESC LIMIT 1",
        (about.database,),
    ).first()
    written = OriginTail() if own is None else OriginTail(int(own[0]), digest(about.algorithm, own[1]))
    if last is None:
        return Tail(Head(about.stream, int(began or about.epoch), 0, GENESIS), 0, about.database, written)
    head = Head(about.stream, max(int(last[3]), int(began or 0)), int(last[0]), str(last[1]))
    return Tail(head, int(last[2]), about.database, written)
