"""The desk's carrier of attachments: brings what its entries name, fetches what somebody here opens.

It never speaks on the line of entries, and begins no piece while entries wait to go.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Coroutine
from concurrent.futures import Future
from typing import Any

import aiohttp
from msgspec.structs import replace

from app.base.logs import Logger
from app.sync.attachments.bringing import Bringing
from app.sync.attachments.calls import AttachmentCalls
from app.sync.attachments.carrying import Carriage, CarryStatus
from app.sync.attachments.fetching import Fetched, Fetching
from app.sync.desk.questions import not_reached

Listener = Callable[[CarryStatus], None]

_log = Logger(__name__)


class AttachmentCarrier:
    """All methods may be called on any thread. `spawn` runs a coroutine on the loop the carrier lives on.

    `calls` makes the way to the hub on an open session.
    """

    def __init__(
        self,
        carriage: Carriage,
        calls: Callable[[aiohttp.ClientSession], AttachmentCalls],
        spawn: Callable[[Coroutine[Any, Any, None]], object],
    ) -> None:
        self._carriage = carriage
        self._calls = calls
        self._spawn = spawn
        self._status = CarryStatus()
        self._bringing = Bringing(carriage, lambda up: self._say(replace(self._status, up=up)))
        self._fetching = Fetching(carriage, lambda down: self._say(replace(self._status, down=down)))
        self._lock = threading.Lock()
        self._listeners: dict[object, Listener] = {}
        self._loop: asyncio.AbstractEventLoop | None = None
        self._task: asyncio.Task[Any] | None = None
        self._started = self._stopping = False
        self._stopped: Future[None] = Future()

    def start(self) -> None:
        """Begin to carry; once."""
        with self._lock:
            if self._started or self._stopping:
                return
            self._started = True
        self._spawn(self._live())

    def stop(self) -> Future[None]:
        """Carry no more; the future resolves when that is done. What is half-way stays so, for the next
        start. Never wait for it on the carrier's own loop."""
        with self._lock:
            first, self._stopping = not self._stopping, True
            never = first and not self._started
        if never:
            self._stopped.set_result(None)
        elif first:
            self._on_loop(self._end)
        return self._stopped

    def woken(self) -> None:
        """Something was numbered or attached: look what must be brought."""
        self._on_loop(self._bringing.woken.set)

    def call_now(self) -> None:
        """The line to the hub is up again: do not wait for the next try."""
        self._on_loop(self._carriage.nudged.set)

    def fetch(self, sha256: str) -> Future[Fetched]:
        """Have a content here; how it stands once it is whole, or why the hub will not: `attachment_pending`
        while it has not come there. WorldError from the future when the hub is away or the disk refuses;
        asked again it goes on where it was."""
        future: Future[Fetched] = Future()
        if not self._on_loop(lambda: self._fetching.want(sha256, future)):
            future.set_exception(not_reached(self._carriage.hub))
        return future

    def status(self) -> CarryStatus:
        """How both directions stand."""
        return self._status

    def subscribe(self, listener: Listener) -> Callable[[], None]:
        """Call `listener` (on the carrier's loop; it must be quick) with each new status; the returned
        function ends it."""
        key = object()
        with self._lock:
            self._listeners[key] = listener

        def leave() -> None:
            with self._lock:
                self._listeners.pop(key, None)

        return leave

    async def _live(self) -> None:
        self._task, self._loop = asyncio.current_task(), asyncio.get_running_loop()
        try:
            if not self._stopping:
                async with aiohttp.ClientSession() as session, asyncio.TaskGroup() as group:
                    calls = self._calls(session)
                    group.create_task(self._bringing.run(calls))
                    group.create_task(self._fetching.run(calls))
        except asyncio.CancelledError:
            if not self._stopping:
                raise
        finally:
            self._loop = None
            self._fetching.drop()
            self._stopped.set_result(None)

    def _end(self) -> None:
        if self._task is not None:
            self._task.cancel()

    def _say(self, status: CarryStatus) -> None:
        if self._status == status:
            return
        self._status = status
        with self._lock:
            listeners = tuple(self._listeners.values())
        for listener in listeners:
            try:
                listener(status)
            except Exception as error:
                # A window's fault must not keep pictures from travelling.
                _log.error("sync.listener_failed", error)

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
