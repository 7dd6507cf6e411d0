"""A bad line between a desk and its hub, as a TCP proxy: cuts, delays, halves, swallows, flaps."""

from __future__ import annotations

import asyncio
from types import TracebackType
from typing import Self

from app.bootstrap.loop_thread import LoopThread

FLAP_S = 0.3


class Proxy:
    """Carries connections to `to_port` from construction to `close`; its line is sound until told otherwise.

    All methods may be called on any thread and return when they have taken effect.
    """

    def __init__(self, to_port: int) -> None:
        self._to_port = to_port
        self._up = True
        self._swallowing = False
        self._delay_s = 0.0
        self._piece = 65_536
        self._cut_after: int | None = None
        self._flapping: asyncio.Task[None] | None = None
        self._ends: set[asyncio.StreamWriter] = set()
        self._lives: set[asyncio.Task[None]] = set()
        self._server: asyncio.Server | None = None
        self.carried = 0
        self.cuts = 0
        self._thread = LoopThread("proxy", self._failed)
        self.failures: list[BaseException] = []
        self.port = self._do(self._begin)

    def cut(self) -> None:
        """Reset every connection and refuse new ones until `plug`."""
        self._do(self._cut)

    def plug(self) -> None:
        """The line is sound again: no delay, no halves, nothing swallowed."""
        self._do(self._plug)

    def delay(self, seconds: float) -> None:
        """Each piece arrives so much later, in both directions."""
        self._delay_s = seconds

    def halve(self, most: int) -> None:
        """Nothing is carried in pieces of more than `most` bytes: every frame arrives torn."""
        self._piece = most

    def cut_after(self, most: int) -> None:
        """Cut, once, in the middle of whatever passes the next `most` bytes; new connections are taken."""
        self._cut_after = most

    def swallow(self) -> None:
        """Connections stay open and are taken, and nothing arrives any more: half open."""
        self._swallowing = True

    def flap(self) -> None:
        """Cut every 300 ms until `plug`; new connections are taken."""

        async def begin() -> None:
            self._flapping = asyncio.create_task(self._flap())

        self._do(begin)

    def close(self) -> None:
        self._do(self._end)
        self._thread.close()
        assert not self.failures, self.failures

    def _do(self, work):  # type: ignore[no-untyped-def]
        return asyncio.run_coroutine_threadsafe(work(), self._thread._loop).result(10)

    def _failed(self, error: BaseException) -> None:
        self.failures.append(error)

    async def _begin(self) -> int:
        self._server = await asyncio.start_server(self._carry, "127.0.0.1", 0)
        return int(self._server.sockets[0].getsockname()[1])

    async def _cut(self) -> None:
        self._up = False
        self._abort()

    async def _plug(self) -> None:
        if self._flapping is not None:
            self._flapping.cancel()
            self._flapping = None
        if self._swallowing:
            # What was swallowed is gone: the connections it was part of can never go on.
            self._abort()
        self._up, self._swallowing, self._delay_s, self._piece = True, False, 0.0, 65_536

    async def _flap(self) -> None:
        while True:
            await asyncio.sleep(FLAP_S)
            self._abort()

    async def _end(self) -> None:
        await self._plug()
        await self._cut()
        assert self._server is not None
        self._server.close()
        await asyncio.gather(*self._lives, return_exceptions=True)

    def _abort(self) -> None:
        self.cuts += bool(self._ends)
        for writer in tuple(self._ends):
            writer.transport.abort()

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        life = asyncio.current_task()
        assert life is not None
        self._lives.add(life)
        try:
            if self._up:
                await self._between(reader, writer)
        except OSError:
            # The hub is not there, which is its own test's matter.
            return
        finally:
            writer.transport.abort()
            self._lives.discard(life)

    async def _between(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        far_reader, far_writer = await asyncio.open_connection("127.0.0.1", self._to_port)
        mine = {writer, far_writer}
        self._ends |= mine
        try:
            await asyncio.gather(self._copy(reader, far_writer), self._copy(far_reader, writer))
        finally:
            self._ends -= mine
            far_writer.transport.abort()

    async def _copy(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await reader.read(self._piece):
            if self._delay_s:
                await asyncio.sleep(self._delay_s)
            if self._swallowing:
                continue
            if self._cut_after is not None and len(data) >= self._cut_after:
                writer.write(data[: self._cut_after])
                self._cut_after = None
                self._abort()
                return
            if self._cut_after is not None:
                self._cut_after -= len(data)
            self.carried += len(data)
            writer.write(data)
            await writer.drain()
        writer.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
