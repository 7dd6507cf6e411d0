"""The log's tables, what a database says of itself, and where a database's log ends."""

from __future__ import annotations

from typing import Any

import msgspec
from sqlalchemy import (
    Column,
    Connection,
    ForeignKey,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
)

from app.base.clock import Instant
from app.log.chain import GENESIS, digest
from app.log.entries import Head
from app.log.origin import OriginTail
from app.log.sequencer import Tail

FORMAT = 1
"""The shape of the log's tables and of the sidecar. A database with a higher number is refused."""

_metadata = MetaData()
_STRICT: dict[str, Any] = {"sqlite_strict": True}
_KEYED: dict[str, Any] = {"sqlite_strict": True, "sqlite_with_rowid": False}

meta = Table(
    "meta", _metadata, Column("key", Text, primary_key=True), Column("value", Text, nullable=False), **_KEYED
)

# Origins and streams are few and long: entries hold their numbers.
name = Table(
    "name", _metadata, Column("id", Integer, primary_key=True), Column("text", Text, unique=True), **_STRICT
)

entry = Table(
    "entry",
    _metadata,
    Column("gseq", Integer, primary_key=True, autoincrement=False),
    Column("origin", Integer, ForeignKey("name.id"), nullable=False),
    Column("oseq", Integer, nullable=False),
    Column("eid", Text, nullable=False, unique=True),
    Column("kind", Text, nullable=False),
    Column("stream", Integer, ForeignKey("name.id"), nullable=False),
    Column("epoch", Integer, nullable=False),
    Column("hub_time", Integer, nullable=False),
    Column("at", Integer, nullable=False),
    Column("prev_hash", Text, nullable=False),
    Column("hash", Text, nullable=False),
    Column("raw", LargeBinary, nullable=False),
    UniqueConstraint("origin", "oseq"),
    **_STRICT,
)

subject = Table(
    "subject",
    _metadata,
    Column("subject", Text, primary_key=True),
    Column("gseq", Integer, ForeignKey("entry.gseq"), primary_key=True),
    **_KEYED,
)

unique_subject = Table(
    "unique_subject",
    _metadata,
    Column("subject", Text, primary_key=True),
    Column("gseq", Integer, ForeignKey("entry.gseq"), nullable=False),
    **_KEYED,
)

vault_key = Table(
    "vault_key",
    _metadata,
    Column("case_id", Text, primary_key=True),
    Column("wrapped", LargeBinary, nullable=False),
    **_KEYED,
)

vault = Table(
    "vault",
    _metadata,
    Column("ref", Text, primary_key=True),
    Column("case_id", Text, ForeignKey("vault_key.case_id"), nullable=False, index=True),
    Column("field", Text, nullable=False),
    Column("salt", LargeBinary, nullable=False),
    Column("nonce", LargeBinary, nullable=False),
    Column("cipher", LargeBinary, nullable=False),
    **_STRICT,
)

position = Table(
    "position",
    _metadata,
    Column("projection", Text, primary_key=True),
    Column("version", Integer, nullable=False),
    Column("gseq", Integer, nullable=False),
    **_KEYED,
)


class Meta(msgspec.Struct, frozen=True):
    """What a database says of itself. `database` names it as origin; `mark` is empty, `demo` or `drill`."""

    format: int
    database: str
    stream: str
    epoch: int
    mark: str
    algorithm: str
    created_by: str
    created_at: Instant


def create(connection: Connection, about: Meta) -> None:
    """Make the log's tables in an empty database, inside the caller's transaction."""
    _metadata.create_all(connection)
    rows = [(key, str(value)) for key, value in msgspec.to_builtins(about).items()]
    connection.exec_driver_sql("INSERT INTO meta(key, value) VALUES(?, ?)", rows)
    connection.exec_driver_sql(
        "INSERT OR IGNORE INTO name(text) VALUES(?)", [(about.database,), (about.stream,)]
    )


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


def read_tail(connection: Connection, about: Meta) -> Tail:
    """Where the log ends: what the next append builds on."""
    last = connection.exec_driver_sql(
        "SELECT gseq, hash, hub_time, epoch FROM entry ORDER BY gseq DESC LIMIT 1"
    ).first()
    own = connection.exec_driver_sql(
        "SELECT oseq, raw FROM entry WHERE origin = (SELECT id FROM name WHERE text = ?) "
        "ORDER BY oseq DESC LIMIT 1",
        (about.database,),
    ).first()
    written = OriginTail() if own is None else OriginTail(int(own[0]), digest(about.algorithm, own[1]))
    if last is None:
        return Tail(Head(about.stream, about.epoch, 0, GENESIS), 0, about.database, written)
    head = Head(about.stream, int(last[3]), int(last[0]), str(last[1]))
    return Tail(head, int(last[2]), about.database, written)
