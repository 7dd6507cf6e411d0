"""An enrolled device that does not keep to the rules: it says on the line whatever a test wants it to say."""

from __future__ import annotations

import asyncio
import contextlib
import socket as sockets
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
import msgspec

from app.base.clock import SystemClock
from app.log.entries import Draft, Parcel, TimeClaim
from app.log.port import Written
from app.log.replica import Replica, open_replica
from app.sync.frames import PROTOCOL, FromDesk, FromHub, Hello, Welcome, read_from_hub, write_frame
from app.sync.joining.device_key import DeviceFolder, HubFile
from app.sync.joining.enrolling import join_hall
from app.sync.joining.tls import device_context
from tests.helpers.counting import counted
from tests.helpers.replicas import Tally

HEARD_S = 20
MANY = 10_000_000


class Line:
    """One connection. `heard` are the frames that came, in order; `code` is why it was closed, once it is."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self._socket = socket
        self.heard: list[FromHub] = []
        self.code: int | None = None

    async def say(self, *frames: FromDesk | bytes | str) -> None:
        for frame in frames:
            if isinstance(frame, str):
                await self._socket.send_str(frame)
            else:
                await self._socket.send_bytes(frame if isinstance(frame, bytes) else write_frame(frame))

    async def hear(self, kind: type[FromHub]) -> FromHub:
        """The next frame of this kind; AssertionError when the line ends before."""
        while True:
            message = await self._socket.receive(HEARD_S)
            if message.type is not aiohttp.WSMsgType.BINARY:
                self.code = self._socket.close_code
                raise AssertionError(f"closed with {self.code} after {self.heard[-2:]}")
            frame = read_from_hub(message.data)
            self.heard.append(frame)
            if isinstance(frame, kind):
                return frame

    async def end(self) -> list[FromHub]:
        """Everything until the hub closes the line."""
        while True:
            message = await self._socket.receive(HEARD_S)
            if message.type is not aiohttp.WSMsgType.BINARY:
                self.code = self._socket.close_code
                return self.heard
            self.heard.append(read_from_hub(message.data))


class Rogue:
    """Its own database seals true entries; what it makes of them is the test's matter."""

    def __init__(self, data: Path, url: str, code: str) -> None:
        clock = SystemClock()

        def claim() -> TimeClaim:
            return TimeClaim(clock.now(), clock.boot(), clock.boot_id, clock.now(), 10)

        self.log: Replica = open_replica(data, clock, Tally(), claim)
        joined = join_hall(data, url, code, self.log.origin)
        assert isinstance(joined, HubFile), joined
        self.url = url
        self.stream = joined.stream
        self.context = device_context(DeviceFolder(data))

    def hello(self, **other: object) -> Hello:
        """A true Hello of a desk that has nothing of the log yet; `other` fields instead."""
        true = Hello(PROTOCOL, "rogue", self.log.origin, "", 0, 0, "", self.log.sealed())
        return msgspec.structs.replace(true, **other)

    def seal(self, *drafts: Draft) -> list[Parcel]:
        """Entries of its own, as it must send them, of an operator of the hall unless told."""
        before = self.log.sealed()
        given = drafts or (msgspec.structs.replace(counted(), actor="op-intake"),)
        assert isinstance(self.log.append(given).result(10), Written)
        return self.log.waiting(before, len(given), MANY)

    @asynccontextmanager
    async def line(self, context: ssl.SSLContext | None = None) -> AsyncIterator[Line]:
        """A connection with its own certificate, or another `context`."""
        async with (
            aiohttp.ClientSession() as session,
            session.ws_connect(
                self.url.replace("https", "wss") + "/api/v1/sync", ssl=context or self.context, max_msg_size=0
            ) as socket,
        ):
            wire = socket.get_extra_info("socket")
            try:
                yield Line(socket)
            finally:
                # What was not sent would be waited for, longer than this loop lives.
                with contextlib.suppress(OSError):
                    wire.shutdown(sockets.SHUT_RDWR)
                await asyncio.sleep(0.01)

    @asynccontextmanager
    async def welcomed(self) -> AsyncIterator[Line]:
        """A line on which the hub has let it in."""
        async with self.line() as line:
            await line.say(self.hello())
            await line.hear(Welcome)
            yield line

    def close(self) -> None:
        self.log.close()


def changed(parcel: Parcel, old: str, new: str) -> Parcel:
    """The parcel with other bytes in its entry."""
    assert old.encode() in parcel.raw
    return msgspec.structs.replace(parcel, raw=parcel.raw.replace(old.encode(), new.encode(), 1))
