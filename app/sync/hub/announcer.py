"""Follows the hub's log for all its lines: reads what is new once, and wakes them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from app.base.errors import WorldError
from app.base.logs import Condition, Logger
from app.log.entries import Head
from app.log.port import DIGEST_EVERY, SequencedLog
from app.sync.frames import PAGE_ENTRIES_MAX
from app.sync.hub.fan_out import FanOut

POLL_S = 0.25
"""The head is looked at this often besides: an announcement may be lost, and another process may append."""

GATHER_S = 0.02
"""What is written within this goes as one frame to each desk; nobody sees the difference on the glass."""

WAKE_EVERY = 4
"""Polls between two wakes with nothing new: lines look at their own times once a second."""

_log = Logger(__name__)


class Announcer:
    """One for all lines of a service, on its loop. `upper` says how far the upper hub has the log; 0 without
    one."""

    def __init__(self, log: SequencedLog, upper: Callable[[], int] = lambda: 0) -> None:
        self._log = log
        self._upper = upper
        self.fan = FanOut(log.head())
        self._wakes: dict[object, Callable[[], None]] = {}
        self._reading = Condition(_log, "sync.reading")

    @contextmanager
    def waking(self, wake: Callable[[], None]) -> Iterator[None]:
        """Call `wake` whenever there may be something to send, for the block."""
        key = object()
        self._wakes[key] = wake
        try:
            yield
        finally:
            del self._wakes[key]

    @property
    def lines(self) -> int:
        """How many lines are woken."""
        return len(self._wakes)

    async def run(self) -> None:
        """Until cancelled."""
        loop, moved = asyncio.get_running_loop(), asyncio.Event()

        def announced(_head: Head) -> None:
            try:
                loop.call_soon_threadsafe(moved.set)
            except RuntimeError:
                # The loop is gone before the listener was: nobody is left to be told.
                return

        leave = self._log.subscribe(announced)
        try:
            await self._follow(moved)
        finally:
            leave()

    async def _follow(self, moved: asyncio.Event) -> None:
        quiet = 0
        while True:
            quiet = 0 if await self._catch_up() else quiet + 1
            if quiet % WAKE_EVERY == 0:
                self._wake()
            await asyncio.sleep(GATHER_S)
            try:
                async with asyncio.timeout(POLL_S):
                    await moved.wait()
            except TimeoutError:
                continue
            moved.clear()

    async def _catch_up(self) -> bool:
        """Whether anything was new."""
        fan = self.fan
        news = fan.upper != self._upper()
        fan.upper = self._upper()
        try:
            while self._log.head().gseq > fan.head.gseq:
                entries = self._log.read_after(fan.head.gseq, PAGE_ENTRIES_MAX)
                if not entries:
                    break
                fan.add(entries)
                self._mark()
                news = True
                self._wake()
                # A long page burst must not keep the lines' own tasks from running.
                await asyncio.sleep(0)
        except WorldError as error:
            self._reading.failed(error)
        else:
            self._reading.recovered()
        return news

    def _mark(self) -> None:
        gseq = self.fan.head.gseq // DIGEST_EVERY * DIGEST_EVERY
        if gseq > self.fan.digest_gseq:
            digest = self._log.digest_at(gseq)
            if digest is not None:
                self.fan.digest_gseq, self.fan.digest = gseq, digest

    def _wake(self) -> None:
        for wake in tuple(self._wakes.values()):
            wake()
