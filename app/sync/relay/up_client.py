"""A lower hub's link to the hub above: calls until it is let in, passes the log up, calls again."""

from __future__ import annotations

import asyncio
import random as chance
import threading
from collections.abc import Callable, Coroutine
from concurrent.futures import Future
from typing import Any

import aiohttp
import msgspec

from app.base.clock import Clock
from app.base.errors import WorldError
from app.base.logs import Condition, Logger
from app.log.entries import Head
from app.sync.desk.backoff import Backoff
from app.sync.desk.client import CONNECT_S, UNREACHED
from app.sync.desk.effects import Close
from app.sync.desk.way import Way, refused_at_the_door
from app.sync.frames import FRAME_BYTES_MAX
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
        spawn: Callable[[Coroutine[Any, Any, None]], None],
        *,
        program: str,
        random: Callable[[], float] = chance.random,
    ) -> None:
        self._log = log
        self._clock = clock
        self._way = way
        self._hear = hear
        self._spawn = spawn
        self._backoff = Backoff(random)
        self._reached = Condition(_log, "sync.upper_hub")
        self._kept = _read(log.notes.get(KEPT))
        self._link = UpLink(log.origin, program, way.hub, log.head(), self._kept.upper, self._kept.above)
        self._status = self._read_status()
        self._pump: UpPump | None = None
        self._lock = threading.Lock()
        self._moved_told = False
        self._loop: asyncio.AbstractEventLoop | None = None
        self._task: asyncio.Task[Any] | None = None
        self._stopping = False
        self._stopped: Future[None] = Future()

    @property
    def upper(self) -> int:
        """How far the upper hub has this log: the third level of acknowledgement."""
        return self._link.upper

    def status(self) -> LinkStatus:
        """How the line stands; at most half a second old while it is up."""
        return self._status

    def start(self) -> None:
        """Begin to call the upper hub; once."""
        self._spawn(self._live())

    def stop(self) -> Future[None]:
        """Close the line and call no more; the future resolves when that is done. Never wait for it on the
        link's own loop."""
        self._stopping = True
        if not self._on_loop(self._end) and not self._stopped.done():
            self._stopped.set_result(None)
        return self._stopped

    def _on_loop(self, work: Callable[[], object]) -> bool:
        loop = self._loop
        if loop is None:
            return False
        try:
            loop.call_soon_threadsafe(work)
        except RuntimeError:
            # Closed between the look and the call.
            return False
        return True

    async def _live(self) -> None:
        self._task, self._loop = asyncio.current_task(), asyncio.get_running_loop()
        leave = self._log.subscribe(self._committed)
        try:
            async with aiohttp.ClientSession() as session:
                while not self._stopping:
                    await self._once(session)
        except asyncio.CancelledError:
            if not self._stopping:
                raise
        finally:
            leave()
            self._loop = None
            self._keep()
            self._stopped.set_result(None)

    def _end(self) -> None:
        if self._task is not None:
            self._task.cancel()

    async def _once(self, session: aiohttp.ClientSession) -> None:
        """One call, the line that comes of it, and the pause after it."""
        began = self._clock.boot()
        try:
            end = await self._call(session)
        except Exception as error:
            # A fault of ours must not leave the upper hub blind for good.
            _log.error("sync.uplink_failed", error)
            end = Close("fault", slow=True)
        self._keep()
        lived = 0 if end is UNREACHED else self._clock.boot() - began
        await asyncio.sleep(self._backoff.pause_ms(lived, slow=end.slow) / 1_000)

    async def _call(self, session: aiohttp.ClientSession) -> Close:
        try:
            async with asyncio.timeout(CONNECT_S):
                socket = await session.ws_connect(
                    self._way.url,
                    protocols=(RELAY_PROTOCOL,),
                    ssl=self._way.tls if self._way.tls is not None else True,
                    headers=dict(self._way.headers),
                    max_msg_size=FRAME_BYTES_MAX,
                    compress=0,
                )
        except (aiohttp.ClientError, OSError, TimeoutError) as error:
            refused = refused_at_the_door(error)
            self._reached.failed(error)
            self._link.failed(self._clock.boot(), refused)
            self._publish()
            return Close(refused, slow=True) if refused else UNREACHED
        self._reached.recovered()
        self._pump = UpPump(socket, self._link, self._log, self._clock, self._hear, self._publish)
        try:
            end = await self._pump.run()
        finally:
            self._pump = None
        _log.info("sync.uplink_ended", reason=end.code, upper=self._link.upper)
        return end

    def _committed(self, _head: Head) -> None:
        """On the writer's thread, after each commit: one wake for as many as come before it is heard."""
        with self._lock:
            told, self._moved_told = self._moved_told, True
        if not told and not self._on_loop(self._moved):
            self._moved_told = False

    def _moved(self) -> None:
        with self._lock:
            self._moved_told = False
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
