"""The tables of all projections, and the version of each fold."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import Connection

VERSIONS: Mapping[str, int] = {"hall": 2, "cases": 3, "board": 3, "search": 2}
"""Version of each fold: change it with the fold, and every replica rebuilds."""

_TABLES = {
    "word": "CREATE TABLE word(id INTEGER PRIMARY KEY, text TEXT NOT NULL UNIQUE) STRICT",
    "hall_entry": "CREATE TABLE hall_entry(gseq INTEGER PRIMARY KEY) STRICT",
    # What is seen: the numbered entries and, on top of them, those that wait for their number. Two cases may
    # show one code while one of them waits and is about to be quarantined for it. `home` is the stream of the
    # hub that owns the case, empty for this log's own.
    "case_state": (
        "CREATE TABLE case_state(row INTEGER PRIMARY KEY, incident TEXT NOT NULL UNIQUE, code TEXT NOT NULL, "
        "what TEXT NOT NULL, address TEXT NOT NULL, contested INTEGER NOT NULL, home TEXT NOT NULL, "
        "state BLOB NOT NULL) STRICT"
    ),
    # What the numbered entries alone give, of each case that has others; NULL where they give none.
    "overlaid": "CREATE TABLE overlaid(incident TEXT PRIMARY KEY, state BLOB) STRICT",
    "state_sum": (
        "CREATE TABLE state_sum(one INTEGER PRIMARY KEY CHECK (one = 1), total BLOB NOT NULL) STRICT"
    ),
    "quarantine": (
        "CREATE TABLE quarantine(gseq INTEGER PRIMARY KEY, kind TEXT NOT NULL, verdict TEXT NOT NULL, "
        "incident TEXT NOT NULL, origin TEXT NOT NULL, actor TEXT NOT NULL, at INTEGER NOT NULL) STRICT"
    ),
    "board": "CREATE TABLE board(row INTEGER PRIMARY KEY, packed BLOB NOT NULL) STRICT",
    "case_text": (
        "CREATE VIRTUAL TABLE case_text USING fts5("
        "text, content='', contentless_delete=1, tokenize='unicode61')"
    ),
}

_INDEXES = (
    "CREATE INDEX case_code ON case_state(code)",
    # Few are: the index costs a case that is not contested nothing.
    "CREATE INDEX case_contested ON case_state(row) WHERE contested > 0",
)


def make(connection: Connection) -> None:
    """Drop and make all tables, empty, inside the caller's transaction."""
    for name, statement in _TABLES.items():
        connection.exec_driver_sql(f"DROP TABLE IF EXISTS {name}")
        connection.exec_driver_sql(statement)
    for statement in _INDEXES:
        connection.exec_driver_sql(statement)
