"""A real log served to desks over a real socket, and a cable between that can be pulled out."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from concurrent.futures import Future
from contextlib import asynccontextmanager

from aiohttp import web

from app.base.clock import SystemClock
from app.log.entries import Numbered, Parcel, Secret
from app.log.following.taking import Mismatch, Taken
from app.log.port import Pushed
from app.log.store import Store
from app.sync.frames import FRAME_BYTES_MAX, Hello
from app.sync.hub.adopting import adopt
from app.sync.hub.announcer import Announcer
from app.sync.hub.examining import look_up
from app.sync.hub.line import HubLine
from app.sync.hub.pump import HubPump
from app.sync.ports import Found, Moment

WAIT_S = 15


async def until(true: Callable[[], bool], wait_s: float = WAIT_S) -> None:
    """Wait for it; fails when it does not come."""
    async with asyncio.timeout(wait_s):
        while not true():  # noqa: ASYNC110 - what is waited for lies on other threads and disks
            await asyncio.sleep(0.005)


class LogHall:
    """A LineHall over a store. `standings` says of each origin that is not welcome how it stands; `shown` are
    the references whose data may leave the hub."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.clock = SystemClock()
        self.standings: dict[str, str] = {}
        self.shown: set[str] = set()
        self.delivered: dict[str, int] = {}
        self.refusing: Callable[[], Future[Pushed]] | None = None

    def moment(self) -> Moment:
        return Moment(self.clock.boot(), self.clock.now())

    async def look(self, hello: Hello) -> Found:
        return look_up(self.store, hello, self.standings.get(hello.origin, ""), self.store.recovery)

    def take_back(self, lines: Sequence[Numbered]) -> Future[Taken | Mismatch]:
        assert self.store.recovery is not None
        return self.store.recovery.take_back(lines)

    async def adopt(self, parcels: Sequence[Parcel]) -> None:
        await adopt(self.store, parcels)

    def keep_back(self, secrets: Sequence[Secret]) -> Future[int]:
        assert self.store.recovery is not None
        return self.store.recovery.give_back(secrets)

    def push(self, origin: str, parcels: Sequence[Parcel]) -> Future[Pushed]:
        return self.store.push(origin, parcels) if self.refusing is None else self.refusing()

    def read_after(self, gseq: int, limit: int) -> list[Numbered]:
        return self.store.read_after(gseq, limit)

    async def show(self, _origin: str, refs: Sequence[str]) -> Sequence[Secret]:
        return self.store.secrets([ref for ref in refs if ref in self.shown])

    def reached(self, origin: str, gseq: int, units: tuple[str, ...]) -> None:
        self.delivered[origin] = gseq


class ServedLog:
    """The service around it: one route, as the hub has it."""

    def __init__(self, hall: LogHall) -> None:
        self.hall = hall
        self.announcer = Announcer(hall.store)
        self.ends: list[str] = []
        self.lines: set[HubLine] = set()
        self.port = 0

    async def desk(self, request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse(max_msg_size=FRAME_BYTES_MAX, compress=False)
        await socket.prepare(request)
        line = HubLine(self.announcer.fan, "0.1.0", self.hall.moment())
        pump = HubPump(socket, line, self.hall)
        self.lines.add(line)
        try:
            with self.announcer.waking(pump.wake):
                self.ends.append(await pump.run())
        finally:
            self.lines.discard(line)
        return socket


@asynccontextmanager
async def served(hall: LogHall, port: int = 0) -> AsyncIterator[ServedLog]:
    """Serve `hall` on loopback for the block; port 0 takes a free one."""
    service = ServedLog(hall)
    app = web.Application()
    app.router.add_get("/sync", service.desk)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", port)
    await site.start()
    service.port = runner.addresses[0][1]
    follow = asyncio.create_task(service.announcer.run())
    try:
        yield service
    finally:
        follow.cancel()
        await asyncio.gather(follow, return_exceptions=True)
        await runner.cleanup()


class Cable:
    """Carries bytes between desks and a hub's port. Pulled out, everything on it is gone."""

    def __init__(self, to_port: Callable[[], int]) -> None:
        self._to_port = to_port
        self._server: asyncio.Server | None = None
        self._ends: set[asyncio.StreamWriter] = set()
        self._plugged = True
        # Bytes carried towards the desk before the cable is pulled out by itself; None: never.
        self.pull_after: int | None = None
        self.port = 0

    async def __aenter__(self) -> Cable:
        self._server = await asyncio.start_server(self._carry, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_error: object) -> None:
        assert self._server is not None
        self._server.close()
        self.pull()
        await asyncio.sleep(0)

    def pull(self) -> None:
        self._plugged = False
        for writer in tuple(self._ends):
            writer.transport.abort()

    def plug(self) -> None:
        self._plugged = True

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if not self._plugged:
            writer.transport.abort()
            return
        try:
            far_reader, far_writer = await asyncio.open_connection("127.0.0.1", self._to_port())
        except OSError:
            writer.transport.abort()
            return
        self._ends |= {writer, far_writer}
        try:
            await asyncio.gather(
                self._copy(reader, far_writer, None), self._copy(far_reader, writer, self._count)
            )
        finally:
            self._ends -= {writer, far_writer}

    async def _copy(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, count: Callable[[int], None] | None
    ) -> None:
        try:
            while data := await reader.read(4_096):
                if count is not None:
                    count(len(data))
                writer.write(data)
                await writer.drain()
        except OSError:
            pass
        finally:
            writer.close()

    def _count(self, carried: int) -> None:
        if self.pull_after is not None:
            self.pull_after -= carried
            if self.pull_after <= 0:
                self.pull_after = None
                self.pull()
                self.plug()
