"""Sending and closing with an end: aiohttp waits for ever for a peer that takes nothing, and must not be
cancelled while it does.

Its writers share one waiter: cancelling a send that waits makes every later wait of that connection raise
CancelledError too, the closing one included. So a connection is broken off instead, and then all its waits
end by themselves.
"""

from __future__ import annotations

import asyncio
import socket as sockets
from collections.abc import Callable, Coroutine
from typing import Any

from aiohttp import ClientWebSocketResponse, WSCloseCode
from aiohttp.web import WebSocketResponse

SEND_S = 30
"""Who takes nothing for this long is let go and resumes later: a frame needs 30 s on a line of 1 Mbit/s."""

CLOSE_S = 2
"""The other side may be gone: how long its goodbye is waited for."""

Socket = WebSocketResponse | ClientWebSocketResponse


async def send_within(socket: Socket, data: bytes, limit_s: float | None = None) -> None:
    """Send one frame. TimeoutError when the peer takes nothing for `limit_s` (SEND_S), ConnectionError when
    the line is down; the connection is broken off then."""
    late = False

    def give_up() -> None:
        nonlocal late
        late = True
        break_off(socket)

    limit = asyncio.get_running_loop().call_later(SEND_S if limit_s is None else limit_s, give_up)
    try:
        await socket.send_bytes(data)
    except ConnectionError as error:
        if late:
            raise TimeoutError from error
        raise
    finally:
        limit.cancel()
    if late:
        raise TimeoutError


async def close_within(socket: Socket, code: int) -> None:
    """Say goodbye with `code`, wait a little for the other's, and let go of the connection in any case."""
    wire = _wire(socket)
    closing = asyncio.ensure_future(socket.close(code=code))
    await asyncio.wait((closing,), timeout=CLOSE_S)
    _shut(wire)
    closing.cancel()
    await asyncio.gather(closing, return_exceptions=True)


async def until_one_ends(socket: Socket, *parts: Callable[[], Coroutine[Any, Any, object]]) -> None:
    """Run the parts of one line beside each other until one of them ends; then the others are cancelled and
    the connection is closed. What is raised in a part and is no end of a line is raised here."""
    tasks = [asyncio.create_task(part()) for part in parts]
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
        ends = await asyncio.gather(*tasks, return_exceptions=True)
        await close_within(socket, WSCloseCode.GOING_AWAY)
    for end in ends:
        if isinstance(end, Exception) and not isinstance(end, ConnectionError | TimeoutError):
            raise end


def break_off(socket: Socket) -> None:
    """End the connection at once; whatever waits on it is told so by the loop."""
    _shut(_wire(socket))


def _wire(socket: Socket) -> sockets.socket | None:
    try:
        wire: sockets.socket | None = socket.get_extra_info("socket")
    except AttributeError:
        # A TLS transport that was closed twice has forgotten what it stood on.
        return None
    return wire


def _shut(wire: sockets.socket | None) -> None:
    if wire is not None:
        try:
            wire.shutdown(sockets.SHUT_RDWR)
        except OSError:
            # It was down already.
            return
