"""The cases a fold works on, held decoded: as they are seen, as the numbered entries alone make them."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Mapping
from typing import Any

import msgspec
from sqlalchemy import Connection

from app.domain.incident import Incident
from app.projections.cases import pack_case, unpack_case
from app.projections.state_sum import StateSum, case_part

CACHE_MAX = 20_000
"""Incidents held decoded while folding: a busy month of a county, about 60 MB."""

_FETCH = (
    "SELECT c.incident, c.row, c.home, c.state, o.incident IS NOT NULL, o.state FROM json_each(?) AS j "
    "CROSS JOIN case_state AS c ON c.incident = j.value LEFT JOIN overlaid AS o ON o.incident = c.incident"
)
_UPSERT = (
    "INSERT INTO case_state(row, incident, code, what, address, contested, home, state) "
    "VALUES(?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT(row) DO UPDATE SET what = excluded.what, "
    "address = excluded.address, contested = excluded.contested, state = excluded.state"
)
_REMOVE = "DELETE FROM case_state WHERE incident = ?"
_LAY = "REPLACE INTO overlaid(incident, state) VALUES(?, ?)"
_LIFT = "DELETE FROM overlaid WHERE incident = ?"


class Held(msgspec.Struct, gc=False):
    """A case that is seen. `confirmed` is what the numbered entries alone give, None when they give no case;
    without anything waiting it is what is seen. `part` is its part in the sum of the confirmed state, `laid`
    whether the table `overlaid` has it, `home` the stream of another hub that owns it."""

    row: int
    seen: Incident
    confirmed: Incident | None
    part: int = 0
    waiting: bool = False
    laid: bool = False
    home: str = ""


class HeldCases:
    """Cases by id during a fold, and their tables; belongs to the writer's thread."""

    def __init__(self) -> None:
        self._cache: OrderedDict[str, Held] = OrderedDict()
        self._next_row = 0
        self._sum = StateSum()

    def start(self, connection: Connection) -> None:
        """Begin with nothing, in empty tables."""
        self._cache.clear()
        self._next_row = 0
        self._sum.start(connection)

    def load(self, connection: Connection) -> None:
        self._cache.clear()
        # The board keeps the rows of cases that vanished, so that no other case ever gets their numbers.
        last = connection.exec_driver_sql("SELECT max(row) FROM board").scalar_one()
        self._next_row = 0 if last is None else int(last) + 1
        self._sum.load(connection)

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
        asked = msgspec.json.encode(missing).decode()
        for incident, row, home, state, waiting, below in connection.exec_driver_sql(_FETCH, (asked,)):
            seen = unpack_case(state)
            packed = below if waiting else state
            confirmed = seen if not waiting else unpack_case(below) if below is not None else None
            part = case_part(incident, packed) if packed is not None else 0
            self._cache[incident] = Held(row, seen, confirmed, part, bool(waiting), bool(waiting), home)

    def get(self, incident: str) -> Held | None:
        """A case that was fetched or put; None when it is not seen."""
        return self._cache.get(incident)

    def add_part(self, part: int) -> None:
        """Add to the sum of the confirmed state what is no case."""
        self._sum.move(0, part)

    def digest_with(self, made: Mapping[str, Incident], late: int) -> str:
        """The digest of the confirmed state, were the cases as in `made`; without `late`, the part of later
        entries."""
        moved = -late
        for me, incident in made.items():
            held = self._cache.get(me)
            moved += case_part(me, pack_case(incident)) - (0 if held is None else held.part)
        return self._sum.digest_with(moved)

    def any_laid(self, connection: Connection) -> bool:
        """Whether anything about any case waits for its number."""
        return connection.exec_driver_sql("SELECT 1 FROM overlaid LIMIT 1").first() is not None

    def put(self, seen: Incident, confirmed: Incident | None, *, waiting: bool, home: str = "") -> Held:
        """Hold the case as it stands now; a new one gets the next row, and is at `home` for ever. `save`
        works out its part."""
        held = self._cache.get(seen.id)
        if held is None:
            held = self._cache[seen.id] = Held(self._next_row, seen, confirmed, waiting=waiting, home=home)
            self._next_row += 1
        else:
            held.seen, held.confirmed, held.waiting = seen, confirmed, waiting
        return held

    def save(self, connection: Connection, changed: Iterable[Held]) -> None:
        """Write these cases, and what lies below those that wait."""
        rows: list[tuple[Any, ...]] = []
        laid: list[tuple[str, bytes | None]] = []
        lifted: list[tuple[str]] = []
        for held in changed:
            incident = held.seen
            packed = pack_case(incident)
            below: bytes | None = packed
            if held.confirmed is not incident:
                below = None if held.confirmed is None else pack_case(held.confirmed)
            if held.waiting:
                laid.append((incident.id, below))
            elif held.laid:
                lifted.append((incident.id,))
            held.laid = held.waiting
            part = 0 if below is None else case_part(incident.id, below)
            self._sum.move(held.part, part)
            held.part = part
            place, contested = incident.place.address, len(incident.contested)
            words = (incident.id, incident.code, incident.what, place)
            rows.append((held.row, *words, contested, held.home, packed))
        for statement, many in ((_UPSERT, rows), (_LAY, laid), (_LIFT, lifted)):
            if many:
                connection.exec_driver_sql(statement, many)
        self._sum.save(connection)
        while len(self._cache) > CACHE_MAX:
            self._cache.popitem(last=False)

    def remove(self, connection: Connection, vanished: Iterable[Held]) -> None:
        """These are seen no more: nothing with a number ever made them, so the sum stays as it is."""
        gone = [(held.seen.id,) for held in vanished]
        if gone:
            connection.exec_driver_sql(_REMOVE, gone)
            connection.exec_driver_sql(_LIFT, gone)
        for (incident,) in gone:
            self._cache.pop(incident, None)
