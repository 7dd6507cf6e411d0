"""News for followers: one beat for all of them, woken by commits and telemetry, at most ten a second."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from app.base.logs import Condition, Logger
from app.hub.answers.glance import Glance
from app.hub.limits import COALESCE_MS
from app.log.entries import Head
from app.log.port import LogPort

_log = Logger(__name__)


class News:
    """`beat` counts; who waits for the next one hears of everything that came before it, in one go."""

    def __init__(self, glance: Glance, log: LogPort) -> None:
        self._glance = glance
        self._log = log
        self._moved = asyncio.Event()
        self._next: asyncio.Future[None] | None = None
        self.beat = 0

    def moved(self) -> None:
        """Something is new; on the service's thread."""
        self._moved.set()

    async def after(self, beat: int) -> int:
        """The number of the next beat after `beat`, at once when it was already."""
        while self.beat == beat:
            if self._next is None:
                self._next = asyncio.get_running_loop().create_future()
            # Shielded: one follower that goes must not end the waiting of the others.
            await asyncio.shield(self._next)
        return self.beat

    @asynccontextmanager
    async def beating(self) -> AsyncIterator[None]:
        """Beat while the service runs. Columns are brought up to date here even when nobody looks, or what
        is handed over to them would pile up."""
        loop = asyncio.get_running_loop()

        def committed(_head: Head) -> None:
            # On the writer's thread; a loop that is closing needs no news.
            with suppress(RuntimeError):
                loop.call_soon_threadsafe(self._moved.set)

        unsubscribe = self._log.subscribe(committed)
        self._moved.set()
        task = loop.create_task(self._beats())
        try:
            yield
        finally:
            unsubscribe()
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task

    async def _beats(self) -> None:
        trouble = Condition(_log, "hub.news")
        while True:
            await self._moved.wait()
            self._moved.clear()
            try:
                self._glance.catch_up()
            except Exception as error:
                # The feed must outlive one bad moment of the read models.
                trouble.failed(error)
            else:
                trouble.recovered()
            self.beat += 1
            if self._next is not None:
                self._next.set_result(None)
                self._next = None
            await asyncio.sleep(COALESCE_MS / 1000)
