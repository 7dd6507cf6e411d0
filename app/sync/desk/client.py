"""A desk's link to its hub: calls until it is let in, keeps the line, calls again, says how it stands."""

from __future__ import annotations

import asyncio
import random as chance
from collections.abc import AsyncIterator, Callable, Sequence
from concurrent.futures import Future
from contextlib import asynccontextmanager

import aiohttp
import msgspec

from app.base.clock import MINUTE_MS
from app.base.errors import UsageError, WorldError
from app.base.logs import Logger
from app.log.entries import Secret
from app.sync.calling.caller import Caller, Spawn
from app.sync.calling.wake import Wake
from app.sync.calling.way import Way
from app.sync.desk.effects import Alarm, Close
from app.sync.desk.link import DeskLink
from app.sync.desk.pump import DeskPump
from app.sync.desk.questions import Questions, not_reached
from app.sync.desk.told import Listener, Told
from app.sync.hub.line import REFS_MAX
from app.sync.hub_clock import HubClock
from app.sync.ports import ReplicaPort
from app.sync.status import LinkStatus

KEPT_CLOCK = "hub_clock"
"""The replica's note that HubClock goes on from."""

KEEP_CLOCK_MS = MINUTE_MS
"""A note is a write to disk; what is lost with a minute of it is far below what the boot clock is worth."""

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
        spawn: Spawn,
        *,
        program: str,
        random: Callable[[], float] = chance.random,
        alarmed: Callable[[Alarm], None] = _no_alarm,
        session: Callable[[], aiohttp.ClientSession] = aiohttp.ClientSession,
    ) -> None:
        self._replica = replica
        self._clock = clock
        self._hub = way.hub
        self._alarmed = alarmed
        self._caller = Caller(way, clock, self, spawn, random, name="hub", session=session)
        self._link = DeskLink(
            replica.origin, program, way.hub, replica.head(), replica.sealed(), replica.pending_count()
        )
        self._told = Told(self._read_status())
        self._questions = Questions(way.hub)
        self._pump: DeskPump | None = None
        self._clock_kept_at: int | None = None

    def start(self) -> None:
        """See Caller."""
        self._caller.start()

    def stop(self) -> Future[None]:
        """See Caller."""
        return self._caller.stop()

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
        """See Caller."""
        self._caller.call_now()

    def secrets(self, refs: Sequence[str]) -> Future[list[Secret]]:
        """Personal data from the hub, kept here too before the future resolves; what was erased or may not be
        shown is left out. WorldError `hub_not_reached` from the future without a line; UsageError at once for
        more than REFS_MAX."""
        if len(refs) > REFS_MAX:
            raise UsageError("secrets_size", refs=len(refs), refs_max=REFS_MAX)
        future: Future[list[Secret]] = Future()
        if not refs:
            future.set_result([])
        elif not self._caller.on_loop(lambda: self._ask(tuple(refs), future)):
            future.set_exception(not_reached(self._hub))
        return future

    @asynccontextmanager
    async def alive(self) -> AsyncIterator[None]:
        """See Talking."""
        leave = self._replica.subscribe(Wake(self._caller.on_loop, self._held))
        try:
            yield
        finally:
            leave()
            self._questions.drop()
            self._publish()
            await _ended(self._keep_clock())

    async def talk(self, socket: aiohttp.ClientWebSocketResponse) -> Close:
        """See Talking."""
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
            return await self._pump.run()
        finally:
            self._pump = None

    def unreached(self, refused: str) -> None:
        """See Talking."""
        self._link.failed(self._clock.boot(), refused)

    def paused(self) -> None:
        """See Talking."""
        self._publish()

    def _held(self) -> None:
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
