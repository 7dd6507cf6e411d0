"""Format 1: a log that numbers by itself, its vault, and where the projections stand."""

from __future__ import annotations

from alembic import op
from sqlalchemy import Column, ForeignKey, Integer, LargeBinary, Text, UniqueConstraint

from app.log.migrations.kit import KEYED, LONG, STRICT

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "meta", Column("key", Text, primary_key=True), Column("value", Text, nullable=False), **KEYED
    )
    op.create_table(
        "name", Column("id", Integer, primary_key=True), Column("text", Text, unique=True), **STRICT
    )
    _log()
    _vault()
    op.create_table(
        "position",
        Column("projection", Text, primary_key=True),
        Column("version", Integer, nullable=False),
        Column("gseq", LONG, nullable=False),
        **KEYED,
    )


def _log() -> None:
    op.create_table(
        "entry",
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
        UniqueConstraint("origin", "oseq"),
        **STRICT,
    )
    op.create_table(
        "subject",
        Column("subject", Text, primary_key=True),
        Column("gseq", LONG, ForeignKey("entry.gseq"), primary_key=True),
        **KEYED,
    )
    op.create_table(
        "unique_subject",
        Column("subject", Text, primary_key=True),
        Column("gseq", LONG, ForeignKey("entry.gseq"), nullable=False),
        **KEYED,
    )


def _vault() -> None:
    op.create_table(
        "vault_key",
        Column("case_id", Text, primary_key=True),
        Column("wrapped", LargeBinary, nullable=False),
        **KEYED,
    )
    op.create_table(
        "vault",
        Column("ref", Text, primary_key=True),
        Column("case_id", Text, ForeignKey("vault_key.case_id"), nullable=False, index=True),
        Column("field", Text, nullable=False),
        Column("salt", LargeBinary, nullable=False),
        Column("nonce", LargeBinary, nullable=False),
        Column("cipher", LargeBinary, nullable=False),
        **STRICT,
    )
