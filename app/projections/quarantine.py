"""What came in and breaks a rule: numbered, kept and shown with its reason, and in no other read model."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec
from sqlalchemy import Connection

from app.base.clock import Instant
from app.domain.kinds import incident_in
from app.log.entries import Numbered

_COLUMNS = "gseq, kind, verdict, incident, origin, actor, at"


class Quarantined(msgspec.Struct, frozen=True):
    """One entry in quarantine. `verdict` is the code of the rule, `incident` is empty where it names none,
    `at` its effective time in ms UTC."""

    gseq: int
    kind: str
    verdict: str
    incident: str
    origin: str
    actor: str
    at: Instant


def record(connection: Connection, entries: Iterable[Numbered]) -> None:
    """Keep those of the entries that have a verdict."""
    rows = [
        (n.gseq, n.entry.kind, n.verdict, incident_in(n.entry.subjects), n.entry.origin, n.entry.actor, n.at)
        for n in entries
        if n.verdict
    ]
    if rows:
        connection.exec_driver_sql(f"INSERT INTO quarantine({_COLUMNS}) VALUES(?, ?, ?, ?, ?, ?, ?)", rows)


def newest(connection: Connection, limit: int) -> list[Quarantined]:
    """The last `limit` of them, newest first."""
    found = connection.exec_driver_sql(
        f"SELECT {_COLUMNS} FROM quarantine ORDER BY gseq DESC LIMIT ?", (limit,)
    )
    return [Quarantined(*row) for row in found]


def count(connection: Connection) -> int:
    return int(connection.exec_driver_sql("SELECT count(*) FROM quarantine").scalar_one())
