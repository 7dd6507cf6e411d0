"""Every incident as it stands, kept whole, so that the fold of its next entry starts from there."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Iterator

import msgspec
from sqlalchemy import Connection

from app.domain.incident import Incident

CACHE_MAX = 20_000
"""Incidents held decoded while folding: a busy month of a county, about 60 MB."""

_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(Incident)

_UPSERT = (
    "INSERT INTO case_state(row, incident, code, what, address, state) VALUES(?, ?, ?, ?, ?, ?) "
    "ON CONFLICT(row) DO UPDATE SET what = excluded.what, address = excluded.address, state = excluded.state"
)


class Known(msgspec.Struct, frozen=True, gc=False):
    """An incident and its dense row number on the board."""

    row: int
    incident: Incident


class Cases:
    """Incidents by id during a fold; belongs to the writer's thread."""

    def __init__(self) -> None:
        self._cache: OrderedDict[str, Known] = OrderedDict()
        self._next_row = 0

    def load(self, connection: Connection) -> None:
        self._cache.clear()
        last = connection.exec_driver_sql("SELECT max(row) FROM case_state").scalar_one()
        self._next_row = 0 if last is None else int(last) + 1

    def fetch(self, connection: Connection, incidents: Iterable[str]) -> None:
        """Bring these into memory, all in one query: one for each would cost more than the fold itself."""
        missing = []
        for incident in incidents:
            if incident in self._cache:
                self._cache.move_to_end(incident)
            else:
                missing.append(incident)
        if not missing:
            return
        found = connection.exec_driver_sql(
            "SELECT c.row, c.state FROM json_each(?) AS j CROSS JOIN case_state AS c ON c.incident = j.value",
            (msgspec.json.encode(missing).decode(),),
        )
        for row, state in found:
            known = Known(int(row), _decoder.decode(state))
            self._cache[known.incident.id] = known

    def get(self, incident: str) -> Known | None:
        """An incident that was fetched or put; None when it does not exist."""
        return self._cache.get(incident)

    def put(self, incident: Incident, row: int | None) -> Known:
        """Hold the incident as it stands now; without a row it is new and gets the next one."""
        if row is None:
            row = self._next_row
            self._next_row += 1
        known = Known(row, incident)
        self._cache[incident.id] = known
        return known

    def save(self, connection: Connection, changed: Iterable[Known]) -> None:
        rows = [
            (
                k.row,
                k.incident.id,
                k.incident.code,
                k.incident.what,
                k.incident.place.address,
                _encoder.encode(k.incident),
            )
            for k in changed
        ]
        if rows:
            connection.exec_driver_sql(_UPSERT, rows)
        while len(self._cache) > CACHE_MAX:
            self._cache.popitem(last=False)

    def every(self, connection: Connection) -> Iterator[Known]:
        """All incidents, in order of their rows; for the day the rules change under all of them."""
        result = connection.exec_driver_sql("SELECT row, state FROM case_state ORDER BY row")
        while batch := result.fetchmany(1_000):
            for row, state in batch:
                yield Known(int(row), _decoder.decode(state))


def read_case(connection: Connection, incident: str) -> Incident | None:
    """The incident as folded, for showing; decisions fold the log instead."""
    found = connection.exec_driver_sql(
        "SELECT state FROM case_state WHERE incident = ?", (incident,)
    ).scalar()
    return None if found is None else _decoder.decode(found)


def find_code(connection: Connection, code: str) -> str | None:
    """The id of the incident with this code (an order's code finds its incident), or None."""
    base = "-".join(code.split("-")[:5])
    found = connection.exec_driver_sql("SELECT incident FROM case_state WHERE code = ?", (base,)).scalar()
    return None if found is None else str(found)
