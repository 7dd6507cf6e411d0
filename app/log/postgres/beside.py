"""The tables that stand beside the log on a server only: contents of attachments, what processes share.

A database on files has files for them. They are made when they are missing, so that the log's format, which
files and servers have in common, need not speak of them.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Connection,
    ForeignKey,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    inspect,
)

beside_metadata = MetaData()

content = Table(
    "content",
    beside_metadata,
    Column("sha256", Text(collation="C"), primary_key=True),
    Column("bytes", BigInteger, nullable=False),
    # Without it nobody reads the pieces: it is what erasing destroys.
    Column("salt", LargeBinary, nullable=False),
    Column("whole", Boolean, nullable=False),
    # By the server's clock, in ms since 1970: the processes' own differ.
    Column("touched_at", BigInteger, nullable=False),
)

content_piece = Table(
    "content_piece",
    beside_metadata,
    Column("sha256", Text(collation="C"), ForeignKey("content.sha256", ondelete="CASCADE"), primary_key=True),
    Column("piece", Integer, primary_key=True, autoincrement=False),
    Column("cipher", LargeBinary, nullable=False),
)

keepsake = Table(
    "keepsake",
    beside_metadata,
    Column("name", Text(collation="C"), primary_key=True),
    Column("sealed", LargeBinary, nullable=False),
)

session_use = Table(
    "session_use",
    beside_metadata,
    Column("session", Text(collation="C"), primary_key=True),
    Column("used_at", BigInteger, nullable=False),
)

_AS_IT_IS = "ALTER TABLE content_piece ALTER COLUMN cipher SET STORAGE EXTERNAL"
"""Encrypted bytes do not shrink: the server must not try at each piece."""


def make_missing(connection: Connection) -> None:
    """Make those that are not there, inside the caller's transaction, beside which nobody else makes any."""
    if not inspect(connection).has_table(content_piece.name):
        beside_metadata.create_all(connection)
        connection.exec_driver_sql(_AS_IT_IS)
