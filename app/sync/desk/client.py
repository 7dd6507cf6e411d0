"""A desk's link to its hub: calls until it is let in, keeps the line, calls again, says how it stands."""

from __future__ import annotations

import asyncio
import random as chance
import threading
from collections.abc import Callable, Coroutine, Sequence
from concurrent.futures import Future
from typing import Any

import aiohttp
import msgspec

from app.base.clock import MINUTE_MS
from app.base.errors import UsageError, WorldError
from app.base.logs import Condition, Logger
from app.log.entries import Head, Secret
from app.sync.desk.backoff import Backoff
from app.sync.desk.effects import Alarm, Close
from app.sync.desk.link import DeskLink
from app.sync.desk.pump import DeskPump
from app.sync.desk.questions import Questions, not_reached
from app.sync.desk.told import Listener, Told
from app.sync.desk.way import Way, refused_at_the_door
from app.sync.frames import FRAME_BYTES_MAX
from app.sync.hub.line import REFS_MAX
from app.sync.hub_clock import HubClock
from app.sync.ports import ReplicaPort
from app.sync.status import LinkStatus

CONNECT_S = 10
"""From the first packet to the upgraded socket; a hub in town answers in a fraction of a second."""

KEPT_CLOCK = "hub_clock"
"""The replica's note that HubClock goes on from."""

KEEP_CLOCK_MS = MINUTE_MS
"""A note is a write to disk; what is lost with a minute of it is far below what the boot clock is worth."""

UNREACHED = Close("unreached")

_log = Logger(__name__)


def _no_alarm(_alarm: Alarm) -> None:
    return None


class HubLink:
    """All methods may be called on any thread. `spawn` runs a coroutine on the loop the link lives on.

    Listeners and `alarmed` are called on that loop's thread and must be quick.
    """

    def __init__(
        self,
        replica: ReplicaPort,
        clock: HubClock,
        way: Way,
        spawn: Callable[[Coroutine[Any, Any, None]], None],
        *,
        program: str,
        random: Callable[[], float] = chance.random,
        alarmed: Callable[[Alarm], None] = _no_alarm,
        session: Callable[[], aiohttp.ClientSession] = aiohttp.ClientSession,
    ) -> None:
        self._replica = replica
        self._clock = clock
        self._way = way
        self._spawn = spawn
        self._alarmed = alarmed
        self._session = session
        self._backoff = Backoff(random)
        self._reached = Condition(_log, "sync.hub")
        self._link = DeskLink(
            replica.origin, program, way.hub, replica.head(), replica.sealed(), replica.pending_count()
        )
        self._told = Told(self._read_status())
        self._questions = Questions(way.hub)
        self._pump: DeskPump | None = None
        self._nudged = asyncio.Event()
        self._clock_kept_at: int | None = None
        self._lock = threading.Lock()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._task: asyncio.Task[Any] | None = None
        self._started = False
        self._stopping = False
        self._stopped: Future[None] = Future()
        self._held_told = False

    def start(self) -> None:
        """Begin to call the hub; once."""
        with self._lock:
            if self._started or self._stopping:
                return
            self._started = True
        self._spawn(self._live())

    def stop(self) -> Future[None]:
        """Close the line and call no more; the future resolves when that is done. Never wait for it on the
        link's own loop."""
        with self._lock:
            first, self._stopping = not self._stopping, True
            never = first and not self._started
        if never:
            self._stopped.set_result(None)
        elif first:
            self._on_loop(self._end)
        return self._stopped

    def status(self) -> LinkStatus:
        """How the line stands; at most half a second old while it is up."""
        return self._told.status

    def subscribe(self, listener: Listener) -> Callable[[], None]:
        """Call `listener` with each status that differs in more than its times; the returned function ends
        it."""
        return self._told.subscribe(listener)

    def seat(self, units: tuple[str, ...]) -> None:
        """Whose people sit at this desk from now on: orders for them count as delivered here."""
        self._link.seat(units)

    def call_now(self) -> None:
        """Do not wait for the next call: somebody has plugged the cable in."""
        self._on_loop(self._nudged.set)

    def secrets(self, refs: Sequence[str]) -> Future[list[Secret]]:
        """Personal data from the hub, kept here too before the future resolves; what was erased or may not be
        shown is left out. WorldError `hub_not_reached` from the future without a line; UsageError at once for
        more than REFS_MAX."""
        if len(refs) > REFS_MAX:
            raise UsageError("secrets_size", refs=len(refs), refs_max=REFS_MAX)
        future: Future[list[Secret]] = Future()
        if not refs:
            future.set_result([])
        elif not self._on_loop(lambda: self._ask(tuple(refs), future)):
            future.set_exception(not_reached(self._way.hub))
        return future

    def _on_loop(self, work: Callable[[], object]) -> bool:
        """Whether there is a loop that will do `work`."""
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
        self._task = asyncio.current_task()
        self._loop = asyncio.get_running_loop()
        leave = self._replica.subscribe(self._committed)
        try:
            async with self._session() as session:
                while not self._stopping:
                    await self._once(session)
        except asyncio.CancelledError:
            if not self._stopping:
                raise
        finally:
            leave()
            self._loop = None
            self._questions.drop()
            self._publish()
            await _ended(self._keep_clock())
            self._stopped.set_result(None)

    def _end(self) -> None:
        if self._task is not None:
            self._task.cancel()

    async def _once(self, session: aiohttp.ClientSession) -> None:
        """One call, the line that comes of it, and the pause after it."""
        began = self._clock.boot()
        # Here and not below: a cable plugged in while a call hangs on the dead line counts for the next call.
        self._nudged.clear()
        try:
            end = await self._call(session)
        except Exception as error:
            # A fault of ours must not leave the desk cut off for good.
            _log.error("sync.link_failed", error)
            end = Close("fault", slow=True)
        self._publish()
        lived = 0 if end is UNREACHED else self._clock.boot() - began
        try:
            async with asyncio.timeout(self._backoff.pause_ms(lived, slow=end.slow) / 1_000):
                await self._nudged.wait()
        except TimeoutError:
            return

    async def _call(self, session: aiohttp.ClientSession) -> Close:
        try:
            async with asyncio.timeout(CONNECT_S):
                socket = await session.ws_connect(
                    self._way.url,
                    ssl=self._way.tls if self._way.tls is not None else True,
                    headers=dict(self._way.headers),
                    max_msg_size=FRAME_BYTES_MAX,
                    compress=0,
                )
        except (aiohttp.ClientError, OSError, TimeoutError) as error:
            refused = refused_at_the_door(error)
            self._reached.failed(error)
            self._link.failed(self._clock.boot(), refused)
            return Close(refused, slow=True) if refused else UNREACHED
        self._reached.recovered()
        self._pump = DeskPump(
            socket,
            self._link,
            self._replica,
            self._clock,
            self._publish,
            self._questions.answered,
            self._alarm,
        )
        try:
            end = await self._pump.run()
        finally:
            self._pump = None
        _log.info("sync.line_ended", reason=end.code)
        return end

    def _committed(self, _head: Head) -> None:
        """On the writer's thread, after each commit: one wake for as many as come before it is heard."""
        with self._lock:
            told, self._held_told = self._held_told, True
        if not told and not self._on_loop(self._held):
            self._held_told = False

    def _held(self) -> None:
        with self._lock:
            self._held_told = False
        effects = self._link.held(self._replica.sealed())
        if self._pump is None:
            self._publish()
        else:
            self._pump.do(effects)

    def _ask(self, refs: tuple[str, ...], future: Future[list[Secret]]) -> None:
        number = self._questions.open(future)
        if self._pump is None:
            self._questions.answered(number, None)
        else:
            self._pump.do(self._link.ask(number, refs, self._clock.boot()))

    def _alarm(self, alarm: Alarm) -> None:
        _log.error("sync.alarm", what=alarm.code, gseq=alarm.gseq, rule=alarm.rule)
        self._alarmed(alarm)

    def _publish(self) -> None:
        if self._clock.verified:
            kept_at, now = self._clock_kept_at, self._clock.boot()
            if kept_at is None or now - kept_at >= KEEP_CLOCK_MS:
                self._keep_clock()
        self._told.say(self._read_status())

    def _read_status(self) -> LinkStatus:
        clock = self._clock
        status = self._link.status(clock.boot(), clock.now())
        return msgspec.structs.replace(status, clock_off_ms=clock.off_ms, clock_verified=clock.verified)

    def _keep_clock(self) -> Future[int] | None:
        kept = self._clock.kept()
        if not kept:
            return None
        self._clock_kept_at = self._clock.boot()
        try:
            return self._replica.notes.put(KEPT_CLOCK, kept)
        except WorldError as error:
            _log.info("sync.clock_not_kept", cause=error.key)
            return None


async def _ended(note: Future[int] | None) -> None:
    """Wait for a last write to disk, but not for a disk that hangs."""
    if note is not None:
        await asyncio.wait((asyncio.gather(asyncio.wrap_future(note), return_exceptions=True),), timeout=2)
