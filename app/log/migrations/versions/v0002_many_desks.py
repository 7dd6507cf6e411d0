"""Format 2: entries of other databases, what waits for a hub, epochs and marks, the tables of sign-in, and
the one row that numbers on PostgreSQL."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy import Column, ForeignKey, Integer, LargeBinary, Text

from app.log.migrations.kit import KEYED, LONG, STRICT

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Widen the entries, make the new tables, say that what stands here numbers by itself."""
    _entry()
    _waiting()
    _link()
    _safety()
    if op.get_bind().dialect.name == "postgresql":
        _many_hubs()
    _say()


def _entry() -> None:
    op.add_column("entry", Column("verdict", Text, nullable=False, server_default=""))
    # Inline: SQLite knows no other way to add a reference to a table that stands.
    op.add_column("entry", Column("home", Integer, ForeignKey("name.id")), inline_references=True)
    op.add_column("entry", Column("home_gseq", LONG))
    only = sa.column("home").is_not(None)
    op.create_index(
        "entry_home",
        "entry",
        ["home", "home_gseq"],
        unique=True,
        sqlite_where=only,
        postgresql_where=only,
    )


def _waiting() -> None:
    op.create_table(
        "pending",
        Column("oseq", LONG, primary_key=True, autoincrement=False),
        Column("eid", Text, nullable=False, unique=True),
        Column("at", LONG, nullable=False),
        Column("raw", LargeBinary, nullable=False),
        **STRICT,
    )
    op.create_table(
        "pending_subject",
        Column("subject", Text, primary_key=True),
        Column("oseq", LONG, ForeignKey("pending.oseq"), primary_key=True),
        **KEYED,
    )


def _link() -> None:
    op.create_table(
        "mark",
        Column("gseq", LONG, primary_key=True, autoincrement=False),
        Column("digest", Text, nullable=False),
        **STRICT,
    )
    op.create_table(
        "note", Column("key", Text, primary_key=True), Column("value", LargeBinary, nullable=False), **KEYED
    )
    op.create_table(
        "epoch",
        Column("epoch", Integer, primary_key=True, autoincrement=False),
        Column("first_gseq", LONG, nullable=False),
        Column("began_at", LONG, nullable=False),
        **STRICT,
    )
    op.create_table(
        "relayed",
        Column("stream", Text, primary_key=True),
        Column("device", Text, nullable=False),
        Column("epoch", Integer, nullable=False),
        Column("gseq", LONG, nullable=False),
        Column("hash", Text, nullable=False),
        Column("hub_time", LONG, nullable=False),
        **KEYED,
    )


def _safety() -> None:
    op.create_table(
        "account",
        Column("operator", Text, primary_key=True),
        Column("verifier", Text, nullable=False),
        Column("must_change", Integer, nullable=False),
        Column("failures", Integer, nullable=False),
        Column("locked_until", LONG, nullable=False),
        Column("totp", LargeBinary),
        Column("totp_step", LONG, nullable=False),
        Column("changed_at", LONG, nullable=False),
        **KEYED,
    )
    op.create_table(
        "bearer",
        Column("token", Text, primary_key=True),
        Column("secret_hash", LargeBinary, nullable=False),
        Column("operator", Text, nullable=False, index=True),
        Column("holder", Text, nullable=False),
        Column("issued_at", LONG, nullable=False),
        Column("expires_at", LONG, nullable=False),
        **KEYED,
    )
    op.create_table(
        "enrolment",
        Column("code_hash", LargeBinary, primary_key=True),
        Column("label", Text, nullable=False),
        Column("letters", Text, nullable=False),
        Column("expires_at", LONG, nullable=False),
        Column("used_at", LONG, nullable=False),
        Column("used_by", Text, nullable=False),
        Column("device", Text, nullable=False),
        **KEYED,
    )


def _many_hubs() -> None:
    # One row: who holds it numbers, and no other hub process meanwhile.
    op.create_table(
        "log_head",
        Column("stream", Text, primary_key=True),
        Column("epoch", Integer, nullable=False),
        Column("head", LONG, nullable=False),
        Column("hash", Text, nullable=False),
        Column("hub_time", LONG, nullable=False),
        Column("oseq", LONG, nullable=False),
        Column("oseq_hash", Text, nullable=False),
    )
    # A trigger for each row and reference doubles the cost of an append. What stands in these tables, the one
    # sequencer wrote, and every replica proves.
    for table, column in (("entry", "origin"), ("entry", "stream"), ("entry", "home"), ("subject", "gseq")):
        op.drop_constraint(f"{table}_{column}_fkey", table, type_="foreignkey")
    op.drop_constraint("unique_subject_gseq_fkey", "unique_subject", type_="foreignkey")
    # Compared as bytes, whatever the database's language: they are looked up, and never sorted for people.
    for table, column in (
        ("name", "text"),
        ("entry", "eid"),
        ("subject", "subject"),
        ("unique_subject", "subject"),
    ):
        op.alter_column(table, column, type_=Text(collation="C"))


def _say() -> None:
    # On a database that is only being made there is nothing to say yet: its maker does.
    op.execute("UPDATE meta SET value = '2' WHERE key = 'format'")
    op.execute("INSERT INTO meta(key, value) SELECT 'role', 'hub' FROM meta WHERE key = 'format'")
    meta = sa.table("meta", sa.column("key", Text), sa.column("value", Text))
    epoch = sa.table("epoch", sa.column("epoch"), sa.column("first_gseq"), sa.column("began_at"))
    number, began = meta.alias("number"), meta.alias("began")
    first = (
        sa.select(sa.cast(number.c.value, Integer), sa.literal(1), sa.cast(began.c.value, LONG))
        .select_from(number.join(began, began.c.key == "created_at"))
        .where(number.c.key == "epoch")
    )
    op.execute(sa.insert(epoch).from_select(["epoch", "first_gseq", "began_at"], first))
