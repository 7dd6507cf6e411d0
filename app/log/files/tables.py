"""The tables of a log's database, beside those of its projections and of sign-in."""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
)

metadata = MetaData()
"""The log, the vault, what waits for a hub, and where the projections stand."""

STRICT: dict[str, Any] = {"sqlite_strict": True}
KEYED: dict[str, Any] = {"sqlite_strict": True, "sqlite_with_rowid": False}

LONG = BigInteger().with_variant(Integer, "sqlite")
"""Numbers and instants: 64 bits, which SQLite's INTEGER has and PostgreSQL's has not."""

meta = Table(
    "meta", metadata, Column("key", Text, primary_key=True), Column("value", Text, nullable=False), **KEYED
)

# Origins and streams are few and long: entries hold their numbers.
name = Table(
    "name", metadata, Column("id", Integer, primary_key=True), Column("text", Text, unique=True), **STRICT
)

entry = Table(
    "entry",
    metadata,
    Column("gseq", LONG, primary_key=True, autoincrement=False),
    Column("origin", Integer, ForeignKey("name.id"), nullable=False),
    Column("oseq", LONG, nullable=False),
    Column("eid", Text, nullable=False, unique=True),
    Column("kind", Text, nullable=False),
    Column("stream", Integer, ForeignKey("name.id"), nullable=False),
    Column("epoch", Integer, nullable=False),
    Column("hub_time", LONG, nullable=False),
    Column("at", LONG, nullable=False),
    Column("prev_hash", Text, nullable=False),
    Column("hash", Text, nullable=False),
    Column("raw", LargeBinary, nullable=False),
    Column("verdict", Text, nullable=False, server_default=""),
    Column("home", Integer, ForeignKey("name.id")),
    Column("home_gseq", LONG),
    UniqueConstraint("origin", "oseq"),
    **STRICT,
)

# Only entries of other hubs have a home: those of one's own cost this index nothing.
Index(
    "entry_home",
    entry.c.home,
    entry.c.home_gseq,
    unique=True,
    sqlite_where=entry.c.home.is_not(None),
    postgresql_where=entry.c.home.is_not(None),
)

subject = Table(
    "subject",
    metadata,
    Column("subject", Text, primary_key=True),
    Column("gseq", LONG, ForeignKey("entry.gseq"), primary_key=True),
    **KEYED,
)

unique_subject = Table(
    "unique_subject",
    metadata,
    Column("subject", Text, primary_key=True),
    Column("gseq", LONG, ForeignKey("entry.gseq"), nullable=False),
    **KEYED,
)

vault_key = Table(
    "vault_key",
    metadata,
    Column("case_id", Text, primary_key=True),
    Column("wrapped", LargeBinary, nullable=False),
    **KEYED,
)

vault = Table(
    "vault",
    metadata,
    Column("ref", Text, primary_key=True),
    Column("case_id", Text, ForeignKey("vault_key.case_id"), nullable=False, index=True),
    Column("field", Text, nullable=False),
    Column("salt", LargeBinary, nullable=False),
    Column("nonce", LargeBinary, nullable=False),
    Column("cipher", LargeBinary, nullable=False),
    **STRICT,
)

position = Table(
    "position",
    metadata,
    Column("projection", Text, primary_key=True),
    Column("version", Integer, nullable=False),
    Column("gseq", LONG, nullable=False),
    **KEYED,
)

# What a database that follows a hub has sealed and no hub has numbered yet.
pending = Table(
    "pending",
    metadata,
    Column("oseq", LONG, primary_key=True, autoincrement=False),
    Column("eid", Text, nullable=False, unique=True),
    Column("at", LONG, nullable=False),
    Column("raw", LargeBinary, nullable=False),
    **STRICT,
)

pending_subject = Table(
    "pending_subject",
    metadata,
    Column("subject", Text, primary_key=True),
    Column("oseq", LONG, ForeignKey("pending.oseq"), primary_key=True),
    **KEYED,
)

# The state's digest at the numbers where replicas compare.
mark = Table(
    "mark",
    metadata,
    Column("gseq", LONG, primary_key=True, autoincrement=False),
    Column("digest", Text, nullable=False),
    **STRICT,
)

# Small things the link must know after a restart.
note = Table(
    "note",
    metadata,
    Column("key", Text, primary_key=True),
    Column("value", LargeBinary, nullable=False),
    **KEYED,
)

# A hub that lost its disk goes on in a new epoch, after the last number it still has or got back.
epoch = Table(
    "epoch",
    metadata,
    Column("epoch", Integer, primary_key=True, autoincrement=False),
    Column("first_gseq", LONG, nullable=False),
    Column("began_at", LONG, nullable=False),
    **STRICT,
)

# How far this log has the log of each lower hub, by that hub's numbers: what the next lines must continue.
relayed = Table(
    "relayed",
    metadata,
    Column("stream", Text, primary_key=True),
    Column("device", Text, nullable=False),
    Column("epoch", Integer, nullable=False),
    Column("gseq", LONG, nullable=False),
    Column("hash", Text, nullable=False),
    Column("hub_time", LONG, nullable=False),
    **KEYED,
)
