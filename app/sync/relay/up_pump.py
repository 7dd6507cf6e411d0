"""Drives a lower hub's side of one connection to the hub above: the socket, its own log, the tick."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from typing import Any, Protocol

from aiohttp import ClientWebSocketResponse, WSMsgType

from app.base.clock import Clock
from app.base.errors import WorldError
from app.base.logs import Logger
from app.log.entries import Head, Numbered
from app.sync.desk.effects import Close
from app.sync.desk.pump import LEFT
from app.sync.ports import NotesPort
from app.sync.relay.up_effects import HearRequest, ReadOn, SendUp, UpEffect
from app.sync.relay.up_link import UpLink
from app.sync.sockets import send_within, until_one_ends

TICK_S = 0.5

Hear = Callable[[str, Numbered], Future[Any]]
"""Takes in an entry of the upper hub, whose stream is named first, as a request; done when it is durable."""

_log = Logger(__name__)


class LowerLog(Protocol):
    """The log that is passed up."""

    @property
    def origin(self) -> str: ...

    @property
    def notes(self) -> NotesPort: ...

    def head(self) -> Head: ...

    def read_after(self, gseq: int, limit: int) -> list[Numbered]: ...

    def subscribe(self, listener: Callable[[Head], None]) -> Callable[[], None]: ...


class UpPump:
    """One connection from its Hello to its end, on one loop. `changed` is called after whatever happened."""

    def __init__(
        self,
        socket: ClientWebSocketResponse,
        link: UpLink,
        log: LowerLog,
        clock: Clock,
        hear: Hear,
        changed: Callable[[], None],
    ) -> None:
        self._socket = socket
        self._link = link
        self._log = log
        self._clock = clock
        self._hear = hear
        self._changed = changed
        self._loop = asyncio.get_running_loop()
        # Bounded by what the link sends ahead of the upper hub's acknowledgements.
        self._out: deque[bytes] = deque()
        self._something = asyncio.Event()
        self._ended = asyncio.Event()
        self._close = LEFT

    async def run(self) -> Close:
        """Until the line is down."""
        self.do(self._link.connected(self._log.head(), self._clock.boot()))
        try:
            await until_one_ends(self._socket, self._read, self._send, self._tick, self._ended.wait)
        finally:
            self._link.lost(self._clock.boot())
            self._changed()
        return self._close

    def do(self, effects: Sequence[UpEffect]) -> None:
        """Carry out what the link wants, and what it wants because of that. On the loop's thread."""
        waiting = deque(effects)
        while waiting:
            waiting.extend(self._one(waiting.popleft()))
        self._changed()

    def _one(self, effect: UpEffect) -> list[UpEffect]:
        match effect:
            case SendUp():
                self._out.append(effect.data)
                self._something.set()
            case Close():
                self._close = effect
                self._ended.set()
            case ReadOn():
                try:
                    entries = self._log.read_after(effect.after, effect.limit)
                except WorldError as error:
                    _log.warning("sync.relay_reading", error)
                    return self._link.not_heard(self._clock.boot())
                return self._link.page(entries, self._clock.boot())
            case HearRequest():
                self._take_in(effect.numbered)
        return []

    def _take_in(self, numbered: Numbered) -> None:
        def done(future: Future[Any]) -> None:
            try:
                self._loop.call_soon_threadsafe(self._heard, numbered.gseq, future)
            except RuntimeError:
                # The loop ended before the disk did; the upper hub sends it again.
                return

        self._hear(self._link.upper_stream, numbered).add_done_callback(done)

    def _heard(self, gseq: int, future: Future[Any]) -> None:
        error = future.exception()
        if error is None:
            self.do(self._link.heard(gseq))
        else:
            _log.warning("sync.request_not_heard", error, gseq=gseq)
            self.do(self._link.not_heard(self._clock.boot()))

    async def _read(self) -> None:
        while True:
            message = await self._socket.receive()
            if message.type is not WSMsgType.BINARY:
                return
            self.do(self._link.received(message.data, self._clock.boot()))

    async def _send(self) -> None:
        while True:
            while self._out:
                await send_within(self._socket, self._out.popleft())
            self._something.clear()
            await self._something.wait()

    async def _tick(self) -> None:
        while True:
            await asyncio.sleep(TICK_S)
            self.do(self._link.tick(self._clock.boot()))
