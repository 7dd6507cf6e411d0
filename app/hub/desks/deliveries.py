"""Orders on their way to their units: the hub writes down that one is delivered when the unit's PC has it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Iterable, Mapping
from concurrent.futures import Future
from itertools import islice
from typing import Protocol

import msgspec

from app.base.errors import MusterError
from app.base.logs import Condition, Logger
from app.commands.command import Outcome
from app.domain.actor import CENTRE_UNIT
from app.domain.incident import Incident
from app.log.entries import Numbered
from app.projections.cases import Known
from app.projections.facts import incidents_of

PAUSE_S = 0.5
"""Between two looks: an order shows as delivered within a second of lying on the unit's PC."""

PAGE = 500
"""Entries, or cases read together, looked at in one turn of the service's loop: some ms."""

MOVED_MAX = 20_000
"""Cases noted while nobody sits at a desk whom an order could reach; beyond it all cases are gone through
again when somebody does."""

PASSED_OVER = frozenset({"report_received", "report_imported", "personal_data_revealed", "limit_breached"})
"""Kinds that neither bring an order nor end one."""

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

    def cases(self, incidents: Collection[str]) -> Mapping[str, Incident]: ...

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
        self._moved: dict[str, None] = {}
        self._waiting: dict[str, _Waiting] = {}
        self._disk = Condition(_log, "hub.deliveries")

    def __len__(self) -> int:
        return len(self._waiting)

    async def run(self, sitting: Mapping[str, Sitting]) -> None:
        """Look again and again, until cancelled."""
        while True:
            try:
                await _through(self.hear)
                if any(pc.units for pc in sitting.values()):
                    await _through(self.look)
                for order, waiting in self.arrived(sitting.values()):
                    await asyncio.wrap_future(self._acting.delivered(waiting.incident, order))
                    self._waiting.pop(order, None)
            except MusterError as error:
                # The disk refuses: nothing was written, and the orders wait for the next look.
                self._disk.failed(error)
            else:
                self._disk.recovered()
            await asyncio.sleep(PAUSE_S)

    def hear(self) -> bool:
        """Note which cases moved; whether there may be more news."""
        news = self._source.read_after(self._read, PAGE)
        if news:
            self._read = news[-1].gseq
        for numbered in news:
            if numbered.entry.kind not in PASSED_OVER:
                self._moved.update(dict.fromkeys(incidents_of(numbered)))
        if len(self._moved) > MOVED_MAX:
            self._moved, self._filled = {}, -1
        return len(news) == PAGE

    def look(self) -> bool:
        """Take in what some of the cases have become: orders issued, reached, recalled; whether some that
        moved are left. Where nobody of any unit sits at a desk nothing can arrive, and nobody needs to
        look."""
        if self._filled is not None:
            page = self._source.cases_after(self._filled, PAGE)
            for known in page:
                self._take(known.incident)
            self._filled = page[-1].row if page else None
        moved = list(islice(self._moved, PAGE))
        for case in self._source.cases(moved).values():
            self._take(case)
        for incident in moved:
            del self._moved[incident]
        return bool(self._moved)

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


async def _through(step: Callable[[], bool]) -> None:
    """Take steps until one says that it was the last; others get their turn behind each."""
    more = True
    while more:
        more = step()
        await asyncio.sleep(0)
