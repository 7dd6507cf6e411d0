"""Calls a hub until it is let in, keeps the line while it lives, calls again after every cut."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from concurrent.futures import Future
from contextlib import AbstractAsyncContextManager
from typing import Any, Protocol

import aiohttp

from app.base.clock import Clock
from app.base.logs import Condition, Logger
from app.sync.calling.backoff import Backoff
from app.sync.calling.way import Way, refused_at_the_door
from app.sync.desk.effects import Close
from app.sync.frames import FRAME_BYTES_MAX

CONNECT_S = 10
"""From the first packet to the upgraded socket; a hub in town answers in a fraction of a second."""

UNREACHED = Close("unreached")

Spawn = Callable[[Coroutine[Any, Any, None]], None]
"""Runs a coroutine on the loop that the line lives on."""

_log = Logger(__name__)


class Talking(Protocol):
    """What is said on a line, by whoever has it called. All on the line's loop."""

    def alive(self) -> AbstractAsyncContextManager[None]:
        """Around the whole life of calls."""
        ...

    def talk(self, socket: aiohttp.ClientWebSocketResponse) -> Awaitable[Close]:
        """One line, from its first frame to its end."""
        ...

    def unreached(self, refused: str) -> None:
        """A call came to nothing; the code of a refusal, empty when nobody answered."""
        ...

    def paused(self) -> None:
        """A call is over, whatever came of it; the next comes after a while."""
        ...


class Caller:
    """All methods may be called on any thread. `name` is the log's word for the hub that is called."""

    def __init__(
        self,
        way: Way,
        clock: Clock,
        talking: Talking,
        spawn: Spawn,
        random: Callable[[], float],
        *,
        name: str,
        protocols: Sequence[str] = (),
        session: Callable[[], aiohttp.ClientSession] = aiohttp.ClientSession,
    ) -> None:
        self._way = way
        self._clock = clock
        self._talking = talking
        self._spawn = spawn
        self._protocols = tuple(protocols)
        self._session = session
        self._name = name
        self._backoff = Backoff(random)
        self._reached = Condition(_log, f"sync.{name}")
        self._nudged = asyncio.Event()
        self._lock = threading.Lock()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._task: asyncio.Task[Any] | None = None
        self._started = False
        self._stopping = False
        self._stopped: Future[None] = Future()

    def start(self) -> None:
        """Begin to call; once."""
        with self._lock:
            if self._started or self._stopping:
                return
            self._started = True
        self._spawn(self._live())

    def stop(self) -> Future[None]:
        """Close the line and call no more; the future resolves when that is done. Never wait for it on the
        line's own loop."""
        with self._lock:
            first, self._stopping = not self._stopping, True
            never = first and not self._started
        if never:
            self._stopped.set_result(None)
        elif first:
            self.on_loop(self._end)
        return self._stopped

    def call_now(self) -> None:
        """Do not wait for the next call: somebody has plugged the cable in."""
        self.on_loop(self._nudged.set)

    def on_loop(self, work: Callable[[], object]) -> bool:
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
        self._task, self._loop = asyncio.current_task(), asyncio.get_running_loop()
        try:
            async with self._talking.alive():
                await self._call_again_and_again()
        finally:
            self._stopped.set_result(None)

    async def _call_again_and_again(self) -> None:
        try:
            async with self._session() as session:
                while not self._stopping:
                    await self._once(session)
        except asyncio.CancelledError:
            if not self._stopping:
                raise
        finally:
            self._loop = None

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
            # A fault of ours must not cut this end off for good.
            _log.error("sync.line_failed", error, hub=self._name)
            end = Close("fault", slow=True)
        self._talking.paused()
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
                    protocols=self._protocols,
                    ssl=self._way.tls if self._way.tls is not None else True,
                    headers=dict(self._way.headers),
                    max_msg_size=FRAME_BYTES_MAX,
                    compress=0,
                )
        except (aiohttp.ClientError, OSError, TimeoutError) as error:
            refused = refused_at_the_door(error)
            self._reached.failed(error)
            self._talking.unreached(refused)
            return Close(refused, slow=True) if refused else UNREACHED
        self._reached.recovered()
        end = await self._talking.talk(socket)
        _log.info("sync.line_ended", hub=self._name, reason=end.code)
        return end
