"""Drives one line at the hub over a WebSocket: a reading and a sending side, and no queue between."""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from typing import Any, Protocol

from aiohttp import WSCloseCode, WSMsgType, web

from app.log.files.failpoints import hit
from app.sync.hub.effects import End, Read, SendBytes, Step
from app.sync.ports import Moment
from app.sync.sockets import CLOSE_S, close_within, send_within


class LineEnd(Protocol):
    """The hub's core of one line, a desk's or a lower hub's."""

    @property
    def ending(self) -> str:
        """The code for which the line ends; empty while it does not."""
        ...

    def received(self, data: bytes, now: Moment) -> Any:
        """One message; what it wants done, or None. Nothing more is read before that is done."""
        ...

    def refuse(self, code: str, detail: str = "") -> None: ...

    def next(self, now: Moment) -> Step | None:
        """The next thing to do for the sending side; None: nothing until it is woken."""
        ...


class LinePump(ABC):
    """One line from its first message to its end. Made for `socket`, which is prepared already."""

    def __init__(self, socket: web.WebSocketResponse, end: LineEnd) -> None:
        self._socket = socket
        self._end = end
        self._woken = asyncio.Event()

    @abstractmethod
    def moment(self) -> Moment:
        """Now, at this hub."""

    @abstractmethod
    async def grant(self, wish: Any) -> None:
        """Do what a message wants and bring the outcome to the core."""

    @abstractmethod
    def read(self, step: Read) -> None:
        """Read entries and bring them to the core."""

    def wake(self) -> None:
        """There may be something to send. On the loop's thread."""
        self._woken.set()

    async def run(self) -> str:
        """Why the line ended: the code of a refusal, `silent`, `slow`, or `left` when the other side went."""
        reader = asyncio.create_task(self._read())
        sender = asyncio.create_task(self._send())
        try:
            await asyncio.wait((reader, sender), return_when=asyncio.FIRST_COMPLETED)
            if not sender.done() and self._end.ending:
                # The reading side ended the line: what it had to say goes out first.
                await asyncio.wait((sender,), timeout=CLOSE_S)
        finally:
            reader.cancel()
            sender.cancel()
            ends = await asyncio.gather(reader, sender, return_exceptions=True)
            refused = self._end.ending not in ("", "silent")
            code = WSCloseCode.POLICY_VIOLATION if refused else WSCloseCode.GOING_AWAY
            await close_within(self._socket, code)
        for end in ends:
            if isinstance(end, Exception) and not isinstance(end, ConnectionError | TimeoutError):
                raise end
        slow = any(isinstance(end, TimeoutError) for end in ends)
        return self._end.ending or ("slow" if slow else "left")

    async def _read(self) -> None:
        while not self._end.ending:
            message = await self._socket.receive()
            if message.type is WSMsgType.BINARY:
                wish = self._end.received(message.data, self.moment())
                if wish is not None:
                    await self.grant(wish)
            elif message.type is WSMsgType.TEXT:
                self._end.refuse("broken", "text")
            else:
                if getattr(message.data, "code", None) == WSCloseCode.MESSAGE_TOO_BIG:
                    # The library refused it before it was read, and has said so in its own way.
                    self._end.refuse("too_big")
                return
            self._woken.set()

    async def _send(self) -> None:
        while True:
            self._woken.clear()
            step = self._end.next(self.moment())
            match step:
                case SendBytes(data=data):
                    hit("before_frame_sent")
                    await send_within(self._socket, data)
                    hit("after_frame_sent")
                case Read():
                    self.read(step)
                case End():
                    return
                case None:
                    await self._woken.wait()
