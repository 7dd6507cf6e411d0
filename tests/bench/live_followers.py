"""Followers of the hub's live feed, each on a line of its own: how old each value is when it comes."""

from __future__ import annotations

import asyncio
import sys
import time
from contextlib import AsyncExitStack

import aiohttp
import msgspec
from aiohttp import ClientWebSocketResponse

from app.hub.live.followers import BoardNews, TelemetryNews
from app.hub.requests.routes import API
from tests.bench.hub_program import machine_tls

_decode = msgspec.json.Decoder(TelemetryNews | BoardNews).decode


class Ages:
    """What one follower heard: each value's age in ms when it came. Ages compare the source's time in the
    value with this machine's clock, by which the sources go too."""

    def __init__(self) -> None:
        self.counting = False
        self.ms: list[float] = []

    def take(self, data: str) -> None:
        news = _decode(data)
        if self.counting and isinstance(news, TelemetryNews):
            now = time.time() * 1_000
            self.ms += [now - position.at for position in news.positions]


async def _follow(socket: ClientWebSocketResponse, ages: Ages) -> None:
    async for message in socket:
        ages.take(message.data)
    raise RuntimeError(f"the feed ended: {socket.close_code}")


async def _live(url: str, token: str, count: int) -> None:
    headers = {"Authorization": f"Bearer {token}"}
    every = [Ages() for _ in range(count)]
    async with AsyncExitStack() as held:
        session = await held.enter_async_context(aiohttp.ClientSession(headers=headers))
        async with asyncio.TaskGroup() as lives:
            for ages in every:
                calling = session.ws_connect(f"{url}{API}/live", ssl=machine_tls(), max_msg_size=0)
                socket = await held.enter_async_context(calling)
                lives.create_task(_follow(socket, ages))
            print("ready", flush=True)
            await _count(every, True)
            await _count(every, False)
            print("ages", msgspec.json.encode([ages.ms for ages in every]).decode(), flush=True)
            await asyncio.to_thread(sys.stdin.readline)


async def _count(every: list[Ages], counting: bool) -> None:
    """From the next line on."""
    await asyncio.to_thread(sys.stdin.readline)
    for ages in every:
        ages.counting = counting


def main() -> int:
    asyncio.run(_live(sys.argv[1], sys.argv[2], int(sys.argv[3])))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
