"""Full-text search over masked text only: what, where and code of every case."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Connection

from app.domain.area import AreaTree
from app.domain.incident import Incident
from app.projections.bigrams import index_text, query

FOUND_MAX = 5_000
"""Newest hits taken into a list: more than anybody scrolls through, and few enough to mark in a
millisecond."""


def index(connection: Connection, cases: Iterable[tuple[int, Incident]], areas: AreaTree) -> None:
    """Put new cases into the index by row number; one that is there already is indexed anew."""
    rows = [(row, index_text(_text(incident, areas))) for row, incident in cases]
    if rows:
        connection.exec_driver_sql("REPLACE INTO case_text(rowid, text) VALUES(?, ?)", rows)


def remove(connection: Connection, rows: Iterable[int]) -> None:
    """Take cases out of the index: their rows are not found any more."""
    gone = [(row,) for row in rows]
    if gone:
        connection.exec_driver_sql("DELETE FROM case_text WHERE rowid = ?", gone)


def _text(incident: Incident, areas: AreaTree) -> str:
    place = " ".join(area.label.zh for area in areas.path(incident.place.area))
    return f"{incident.what} {incident.place.address} {place} {incident.code}"


def find(connection: Connection, text: str, most: int = FOUND_MAX) -> list[int]:
    """Row numbers of the cases that hold every word of `text`, newest first; empty for a query of nothing."""
    wanted = query(text)
    if not wanted:
        return []
    # rowid order instead of rank: ranking reads every hit (490 ms on hot words), and newest is what is meant.
    rows = connection.exec_driver_sql(
        "SELECT rowid FROM case_text WHERE case_text MATCH ? ORDER BY rowid DESC LIMIT ?", (wanted, most)
    )
    return [int(row[0]) for row in rows]
