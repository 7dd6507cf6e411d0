"""All lines of the service, desks' and lower hubs': one for each device, watched for being revoked."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass

from aiohttp import web

from app.base.logs import Logger
from app.base.version import VERSION
from app.hub.desks.deliveries import Deliveries, Sitting
from app.hub.desks.hall import DeskHall, Pushing, standing_of
from app.hub.desks.lower_hubs import LowerHub
from app.hub.desks.reclaiming import Reclaiming
from app.hub.hall import HubHall
from app.hub.limits import AGAIN_S
from app.hub.metrics import Metrics
from app.log.numbering.relaying import UpperLog
from app.sync.hub.announcer import Announcer
from app.sync.hub.line import HubLine
from app.sync.hub.line_pump import LinePump
from app.sync.hub.pump import HubPump
from app.sync.ports import Moment
from app.sync.relay.upper_line import UpperLine
from app.sync.relay.upper_pump import UpperPump

_log = Logger(__name__)


@dataclass(frozen=True, eq=False)
class Desk:
    """One line that is up; `key` is the fingerprint of its certificate's key, empty without one."""

    line: HubLine | UpperLine
    pump: LinePump
    task: asyncio.Task[str]
    key: str


class Lines:
    """Belongs to the service's thread. `sitting` says by origin how far a desk on the line has the log on its
    disk, and whose people sit at it."""

    def __init__(self, hall: HubHall, metrics: Metrics) -> None:
        self._hall = hall
        self._metrics = metrics
        self._pushing = Pushing(metrics)
        self._announcer = Announcer(hall.log, hall.reached)
        self._desks: set[Desk] = set()
        self._by_origin: dict[str, Desk] = {}
        self.sitting: dict[str, Sitting] = {}

    def __len__(self) -> int:
        return len(self._desks)

    @property
    def pushes_waiting(self) -> int:
        return self._pushing.waiting

    async def serve(self, socket: web.WebSocketResponse, certified: str, key: str) -> None:
        """One desk's line from its first message to its end."""
        clock = self._hall.clock
        line = HubLine(self._announcer.fan, VERSION, Moment(clock.boot(), clock.now()), certified)
        hall = DeskHall(self._hall, self._pushing, key, lambda origin: self._enter(origin, desk), self._note)
        pump = HubPump(socket, line, hall)
        desk = Desk(line, pump, asyncio.create_task(pump.run()), key)
        await self._live(desk)

    async def serve_hub(
        self, socket: web.WebSocketResponse, certified: str, key: str, upper: UpperLog
    ) -> None:
        """One lower hub's line from its first message to its end; its log goes into `upper`."""
        clock = self._hall.clock
        line = UpperLine(self._announcer.fan, VERSION, Moment(clock.boot(), clock.now()), certified)
        hall = LowerHub(self._hall, upper, self._pushing, key, lambda origin: self._enter(origin, desk))
        pump = UpperPump(socket, line, hall)
        desk = Desk(line, pump, asyncio.create_task(pump.run()), key)
        await self._live(desk)

    async def _live(self, desk: Desk) -> None:
        line, pump = desk.line, desk.pump
        self._desks.add(desk)
        try:
            with self._announcer.waking(pump.wake):
                why = await desk.task
        except asyncio.CancelledError:
            if not desk.task.cancelled():
                raise
            why = "replaced"
        finally:
            self._desks.discard(desk)
            if self._by_origin.get(line.origin) is desk:
                del self._by_origin[line.origin]
                self.sitting.pop(line.origin, None)
        if why not in ("left", "silent"):
            self._metrics.refused.add(f"sync_{why}")
        _log.info("hub.line_ended", origin=line.origin, why=why)

    async def hang_up(self) -> None:
        """End every line: desks do not hang up by themselves, and a service that stops would wait."""
        tasks = [desk.task for desk in self._desks]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _enter(self, origin: str, desk: Desk) -> None:
        """A device has one line: it calls again before the hub has noticed that the last one was cut."""
        before = self._by_origin.get(origin)
        if before is not None and before is not desk:
            before.task.cancel()
        self._by_origin[origin] = desk

    def _note(self, origin: str, gseq: int, units: tuple[str, ...]) -> None:
        self.sitting[origin] = Sitting(gseq, units)

    @asynccontextmanager
    async def announcing(self) -> AsyncIterator[None]:
        """Follow the log for all lines, and let go of those whose device was revoked, while the service
        runs."""
        deliveries = Deliveries(self._hall.reading, self._hall.acting, self._hall.log.head().gseq)
        lives = (self._announcer.run(), self._watch(), deliveries.run(self.sitting), self._reclaim())
        tasks = [asyncio.create_task(life) for life in lives]
        try:
            yield
        finally:
            for task in (*tasks, *(desk.task for desk in self._desks)):
                task.cancel()
            for task in tasks:
                with suppress(asyncio.CancelledError):
                    await task

    async def _watch(self) -> None:
        while True:
            await asyncio.sleep(AGAIN_S)
            self.check()

    def check(self) -> None:
        """Refuse the lines of devices that the log has put out meanwhile."""
        for desk in tuple(self._desks):
            if desk.line.origin and standing_of(self._hall, desk.line.origin, desk.key):
                desk.line.refuse("revoked")
                desk.pump.wake()

    async def _reclaim(self) -> None:
        """What a restored hub does first; then all desks call anew, and work begins."""
        if await Reclaiming(self._hall).run(self._gave_back):
            for desk in tuple(self._desks):
                desk.line.refuse("began")
                desk.pump.wake()

    def _gave_back(self) -> list[str]:
        lines = (desk.line for desk in self._desks)
        return [line.origin for line in lines if isinstance(line, HubLine) and line.gave_back]
