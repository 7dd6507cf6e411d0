"""Orders on their way to their units: the hub writes down that one is delivered when the unit's PC has it."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping
from concurrent.futures import Future
from typing import Protocol

import msgspec

from app.base.errors import MusterError
from app.base.logs import Condition, Logger
from app.commands.command import Outcome
from app.domain.actor import CENTRE_UNIT
from app.domain.incident import Incident
from app.domain.kinds import incident_in
from app.log.entries import Numbered
from app.projections.cases import Known

PAUSE_S = 0.5
"""Between two looks: an order shows as delivered within a second of lying on the unit's PC."""

PAGE = 500
"""Entries, or cases of the start's filling, looked at in one turn of the service's loop: a few ms."""

WAITING_MAX = 20_000
"""Orders looked after at once: a month's open orders of a large district. Beyond it the oldest are left to
the telephone."""

_log = Logger(__name__)


class Sitting(msgspec.Struct, frozen=True):
    """What a PC on the line last said: how far its log is on its disk, and whose people sit at it."""

    gseq: int
    units: tuple[str, ...] = ()


class _Waiting(msgspec.Struct, frozen=True):
    incident: str
    unit: str
    seen: int


class Source(Protocol):
    """The read models, as far as orders need them."""

    def case(self, incident: str) -> Incident | None: ...

    def cases_after(self, row: int, most: int) -> list[Known]: ...

    def read_after(self, gseq: int, limit: int) -> list[Numbered]: ...


class Acting(Protocol):
    """The hall's worker."""

    def delivered(self, incident: str, order: str) -> Future[Outcome]: ...


class Deliveries:
    """Belongs to the service's thread. `sitting` are the PCs on the line, by origin."""

    def __init__(self, source: Source, acting: Acting, head: int) -> None:
        self._source = source
        self._acting = acting
        self._read = head
        self._filled: int | None = -1
        self._waiting: dict[str, _Waiting] = {}
        self._disk = Condition(_log, "hub.deliveries")

    def __len__(self) -> int:
        return len(self._waiting)

    async def run(self, sitting: Mapping[str, Sitting]) -> None:
        """Look again and again, until cancelled."""
        while True:
            try:
                self.look()
                for order, waiting in self.arrived(sitting.values()):
                    await asyncio.wrap_future(self._acting.delivered(waiting.incident, order))
                    self._waiting.pop(order, None)
            except MusterError as error:
                # The disk refuses: nothing was written, and the orders wait for the next look.
                self._disk.failed(error)
            else:
                self._disk.recovered()
            await asyncio.sleep(PAUSE_S)

    def look(self) -> None:
        """Take in what is new: orders issued, reached, recalled."""
        if self._filled is not None:
            page = self._source.cases_after(self._filled, PAGE)
            for known in page:
                self._take(known.incident)
            self._filled = page[-1].row if page else None
        news = self._source.read_after(self._read, PAGE)
        if news:
            self._read = news[-1].gseq
        for incident in dict.fromkeys(incident_in(numbered.entry.subjects) for numbered in news):
            case = self._source.case(incident) if incident else None
            if case is not None:
                self._take(case)

    def arrived(self, sitting: Iterable[Sitting]) -> list[tuple[str, _Waiting]]:
        """The orders that lie on a PC of their unit now."""
        units: dict[str, int] = {}
        for pc in sitting:
            for unit in pc.units:
                units[unit] = max(pc.gseq, units.get(unit, 0))
        return [(order, w) for order, w in self._waiting.items() if units.get(w.unit, 0) >= w.seen]

    def _take(self, case: Incident) -> None:
        for order in case.orders:
            if order.in_force and not order.reached and order.unit != CENTRE_UNIT:
                if len(self._waiting) < WAITING_MAX:
                    self._waiting.setdefault(order.code, _Waiting(case.id, order.unit, case.seen))
            else:
                self._waiting.pop(order.code, None)
