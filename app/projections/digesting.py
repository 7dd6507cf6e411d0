"""A hash over every row of every projection: what proves that a stored fold is the log's."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

from sqlalchemy import Connection

from app.projections.board_row import COLUMNS, WORD_COLUMNS, unpack
from app.projections.words import Words

_PLAIN = (
    "SELECT gseq FROM hall_entry ORDER BY gseq",
    "SELECT gseq, kind, verdict, incident, origin, actor, at FROM quarantine ORDER BY gseq",
    "SELECT incident, state FROM overlaid ORDER BY incident",
    "SELECT incident, code, what, address, contested, home, state FROM case_state ORDER BY incident",
    "SELECT total FROM state_sum",
)

_BOARD = (
    "SELECT c.incident, b.packed FROM case_state AS c LEFT JOIN board AS b ON b.row = c.row "
    "ORDER BY c.incident"
)


def digest(connection: Connection) -> str:
    """Equal for equal entries, confirmed and waiting, however they came: cases by their id, for row numbers
    depend on the order in which a replica heard of them, and words by text, for ids depend on the groups."""
    total = hashlib.sha256()
    for row in _rows(connection):
        total.update(repr(row).encode())
    return f"sha256:{total.hexdigest()}"


def _rows(connection: Connection) -> Iterator[object]:
    for statement in _PLAIN:
        for row in connection.exec_driver_sql(statement):
            yield tuple(row)
    words = Words()
    words.load(connection)
    for incident, packed in connection.exec_driver_sql(_BOARD):
        yield incident, _spelled(words, packed) if packed is not None else None


def _spelled(words: Words, packed: bytes) -> list[object]:
    return [
        words.text(value) if name in WORD_COLUMNS else value
        for name, value in zip(COLUMNS, unpack(packed), strict=True)
        if name != "row"
    ]
