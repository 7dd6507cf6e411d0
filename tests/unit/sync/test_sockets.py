"""A peer that takes nothing is given up in time, and the goodbye to it does not hang either."""

from __future__ import annotations

import asyncio

import aiohttp
import pytest
from aiohttp import web

from app.sync import sockets
from app.sync.sockets import close_within, send_within

FRAME = bytes(3 * 1024 * 1024)


async def deaf(request: web.Request) -> web.WebSocketResponse:
    socket = web.WebSocketResponse()
    await socket.prepare(request)
    assert request.transport is not None
    request.transport.pause_reading()  # type: ignore[attr-defined]
    await asyncio.sleep(30)
    return socket


async def fill(socket: aiohttp.ClientWebSocketResponse) -> None:
    """More than the system's own buffers take."""
    for _ in range(10):
        await send_within(socket, FRAME, 0.2)


async def test_a_peer_that_takes_nothing_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sockets, "CLOSE_S", 0.2)
    app = web.Application()
    app.router.add_get("/", deaf)
    runner = web.AppRunner(app, shutdown_timeout=0.05)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    port = runner.addresses[0][1]
    async with aiohttp.ClientSession() as session:
        socket = await session.ws_connect(f"http://127.0.0.1:{port}/")
        # Without the limits it would hang for ever.
        async with asyncio.timeout(20):
            with pytest.raises(TimeoutError):
                await fill(socket)
            with pytest.raises(ConnectionError):
                await send_within(socket, FRAME, 0.2)
            await close_within(socket, 1001)
    await runner.cleanup()
