"""Many desks' lines in one process: real frames over TLS, read and acknowledged, nothing folded or kept."""

from __future__ import annotations

import asyncio
import sys
import time
from contextlib import AsyncExitStack
from pathlib import Path
from urllib.parse import urlsplit

import aiohttp
import msgspec
from aiohttp import ClientWebSocketResponse, WSMsgType

from app.base.clock import SystemClock
from app.base.errors import WorldError
from app.base.ids import IdMaker
from app.base.version import VERSION
from app.bootstrap.desk.opening import SYNC_PATH
from app.domain.refusal import Refusal
from app.hub.resources.log import HeadAnswer
from app.sync.desk.link import PING_MS
from app.sync.frames import FRAME_BYTES_MAX, PROTOCOL, Hello, News, Ping, Welcome, read_from_hub, write_frame
from app.sync.joining.device_key import DeviceFolder
from app.sync.joining.enrolling import join_hall
from app.sync.joining.tls import device_context
from app.sync.lines import numbered_lines


class LineDesk:
    """One desk's line. `heard` gets the monotonic time at which each number came in."""

    def __init__(self, socket: ClientWebSocketResponse, origin: str, head: HeadAnswer) -> None:
        self._socket = socket
        self._origin = origin
        self._stream = head.stream
        self._gseq = head.gseq
        self._hello = Hello(PROTOCOL, VERSION, origin, head.stream, head.epoch, head.gseq, head.hash, 0)
        self.heard: list[tuple[int, float]] = []

    async def live(self, welcomed: asyncio.Event) -> None:
        """From the hello on, until cancelled."""
        await self._socket.send_bytes(write_frame(self._hello))
        pinging = asyncio.create_task(self._ping())
        try:
            async for message in self._socket:
                if message.type is WSMsgType.BINARY:
                    self._take(message.data, welcomed)
            raise RuntimeError(f"the line of {self._origin} ended: {self._socket.close_code}")
        finally:
            pinging.cancel()

    def _take(self, data: bytes, welcomed: asyncio.Event) -> None:
        frame = read_from_hub(data)
        if isinstance(frame, News):
            for line in numbered_lines(frame, self._stream):
                self.heard.append((line.gseq, time.monotonic()))
                self._gseq = line.gseq
        elif isinstance(frame, Welcome):
            welcomed.set()

    async def _ping(self) -> None:
        while True:
            await asyncio.sleep(PING_MS / 1_000)
            boot = time.monotonic_ns() // 1_000_000
            await self._socket.send_bytes(write_frame(Ping(boot, self._gseq)))


async def _live(folder: Path, url: str, origins: list[str], head: HeadAnswer) -> None:
    way = f"wss://{urlsplit(url).netloc}{SYNC_PATH}"
    async with AsyncExitStack() as held:
        session = await held.enter_async_context(aiohttp.ClientSession())
        desks, welcomes = [], []
        async with asyncio.TaskGroup() as lives:
            for number, origin in enumerate(origins):
                context = device_context(DeviceFolder(folder / str(number)))
                calling = session.ws_connect(way, ssl=context, max_msg_size=FRAME_BYTES_MAX, compress=0)
                desk = LineDesk(await held.enter_async_context(calling), origin, head)
                welcomed = asyncio.Event()
                desks.append(desk)
                welcomes.append(welcomed)
                lives.create_task(desk.live(welcomed))
            for welcomed in welcomes:
                await welcomed.wait()
            print("ready", flush=True)
            await asyncio.to_thread(sys.stdin.readline)
            heard = [desk.heard for desk in desks]
            print("heard", msgspec.json.encode(heard).decode(), flush=True)
            await asyncio.to_thread(sys.stdin.readline)


def _join(folder: Path, url: str, codes: list[str]) -> list[str]:
    """Enrol a PC by each code; their origins."""
    ids, clock = IdMaker(), SystemClock()
    origins = [ids(clock.now()) for _ in codes]
    for number, (origin, code) in enumerate(zip(origins, codes, strict=True)):
        joined = join_hall(folder / str(number), url, code, origin)
        if isinstance(joined, Refusal):
            raise WorldError("not_done", reason=joined.code)
    return origins


def main() -> int:
    folder, url = Path(sys.argv[1]), sys.argv[2]
    origins = _join(folder, url, sys.stdin.readline().split())
    print("joined", flush=True)
    head = msgspec.json.decode(sys.stdin.readline(), type=HeadAnswer)
    asyncio.run(_live(folder, url, origins, head))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
