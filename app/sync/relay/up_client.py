"""A lower hub's link to the hub above: calls until it is let in, passes the log up, calls again."""

from __future__ import annotations

import random as chance
from collections.abc import AsyncIterator, Callable
from concurrent.futures import Future
from contextlib import asynccontextmanager

import msgspec
from aiohttp import ClientWebSocketResponse

from app.base.clock import Clock
from app.base.errors import WorldError
from app.base.logs import Logger
from app.sync.calling.caller import Caller, Spawn
from app.sync.calling.wake import Wake
from app.sync.calling.way import Way
from app.sync.desk.effects import Close
from app.sync.relay.frames import RELAY_PROTOCOL
from app.sync.relay.up_link import UpLink
from app.sync.relay.up_pump import Hear, LowerLog, UpPump
from app.sync.status import LinkStatus

KEPT = "uplink"
"""The log's note of how far the upper hub has it, and of the last request from above."""

_log = Logger(__name__)


class _Kept(msgspec.Struct, frozen=True):
    upper: int = 0
    above: int = 0


class HubUplink:
    """All methods may be called on any thread. `spawn` runs a coroutine on the loop the link lives on; `hear`
    is called there, and must only start its work."""

    def __init__(
        self,
        log: LowerLog,
        clock: Clock,
        way: Way,
        hear: Hear,
        spawn: Spawn,
        *,
        program: str,
        random: Callable[[], float] = chance.random,
    ) -> None:
        self._log = log
        self._clock = clock
        self._hear = hear
        self._caller = Caller(way, clock, self, spawn, random, name="upper_hub", protocols=(RELAY_PROTOCOL,))
        self._kept = _read(log.notes.get(KEPT))
        self._link = UpLink(log.origin, program, way.hub, log.head(), self._kept.upper, self._kept.above)
        self._status = self._read_status()
        self._pump: UpPump | None = None

    @property
    def upper(self) -> int:
        """How far the upper hub has this log: the third level of acknowledgement."""
        return self._link.upper

    def status(self) -> LinkStatus:
        """How the line stands; at most half a second old while it is up."""
        return self._status

    def start(self) -> None:
        """See Caller."""
        self._caller.start()

    def stop(self) -> Future[None]:
        """See Caller."""
        return self._caller.stop()

    @asynccontextmanager
    async def alive(self) -> AsyncIterator[None]:
        """See Talking."""
        leave = self._log.subscribe(Wake(self._caller.on_loop, self._moved))
        try:
            yield
        finally:
            leave()
            self._keep()

    async def talk(self, socket: ClientWebSocketResponse) -> Close:
        """See Talking."""
        self._pump = UpPump(socket, self._link, self._log, self._clock, self._hear, self._publish)
        try:
            return await self._pump.run()
        finally:
            self._pump = None

    def unreached(self, refused: str) -> None:
        """See Talking."""
        self._link.failed(self._clock.boot(), refused)
        self._publish()

    def paused(self) -> None:
        """See Talking."""
        self._keep()

    def _moved(self) -> None:
        effects = self._link.moved(self._log.head())
        if self._pump is not None:
            self._pump.do(effects)

    def _publish(self) -> None:
        self._status = self._read_status()

    def _read_status(self) -> LinkStatus:
        return self._link.status(self._clock.boot(), self._clock.now())

    def _keep(self) -> None:
        """A restart must not tell desks that the upper hub has less than it has. What is lost with a kill is
        learned again at the next Welcome, and a request that comes twice is taken in once."""
        kept = _Kept(self._link.upper, self._link.above)
        if kept == self._kept:
            return
        try:
            self._log.notes.put(KEPT, msgspec.json.encode(kept))
        except WorldError as error:
            # A full disk must not end the line for good; it is kept with the next call's end.
            _log.warning("sync.uplink_not_kept", error)
        else:
            self._kept = kept


def _read(kept: bytes | None) -> _Kept:
    return _Kept() if kept is None else msgspec.json.decode(kept, type=_Kept)
