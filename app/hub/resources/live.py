"""The live feed: WS /live tells followers which incidents changed, and the latest telemetry."""

from __future__ import annotations

import asyncio
from contextlib import suppress

from aiohttp import WSMsgType, web

from app.hub.limits import AGAIN_S, FOLLOWER_BYTES_MAX, FOLLOWERS_MAX, HEARTBEAT_S, PERSON_S, SEND_S
from app.hub.live.followers import Follower
from app.hub.requests.problems import ProblemError
from app.hub.requests.routes import API, Call, Route


async def follow(call: Call) -> web.StreamResponse:
    """Follow the hall by WebSocket.

    Messages are JSON: {"type": "board", gseq, incidents, anew} names incidents that are new or changed, and
    {"type": "telemetry", positions, readings} brings the latest values, all of them at first; each at most
    ten times a second. Units and callers limited to areas hear of their own incidents only.
    """
    sight, front = call.sight(), call.front
    socket = web.WebSocketResponse(
        heartbeat=HEARTBEAT_S, max_msg_size=FOLLOWER_BYTES_MAX, compress=False, timeout=SEND_S
    )
    if not socket.can_prepare(call.request):
        raise ProblemError("upgrade", headers={"Upgrade": "websocket"})
    if front.followers >= FOLLOWERS_MAX:
        raise ProblemError("busy", headers={"Retry-After": "30"})
    follower = Follower(front, sight)
    front.followers += 1
    try:
        await socket.prepare(call.request)
        telling = asyncio.create_task(_tell(socket, call, follower))
        front.sockets.add(socket)
        try:
            await _listen(socket)
        finally:
            telling.cancel()
            with suppress(asyncio.CancelledError, ConnectionError):
                await telling
            front.sockets.discard(socket)
    finally:
        front.followers -= 1
    return socket


async def _tell(socket: web.WebSocketResponse, call: Call, follower: Follower) -> None:
    news, beat, tokens, loop = call.front.news, -1, call.front.hall.tokens, asyncio.get_running_loop()
    begun = asked = loop.time()
    try:
        while not socket.closed:
            beat = await news.after(beat)
            now = loop.time()
            if call.grant.operator:
                # A person's session is not asked for again: listening must not count as being at work.
                if now - begun > PERSON_S:
                    break
            elif now - asked > AGAIN_S:
                asked = now
                if tokens.find(call.secret) is None:
                    break
            for frame in follower.next():
                await asyncio.wait_for(socket.send_str(frame.decode()), SEND_S)
    except (TimeoutError, ConnectionError):
        pass
    # Wakes the listening side too.
    await socket.close()


async def _listen(socket: web.WebSocketResponse) -> None:
    """Until the follower goes; what it says means nothing, and says that it is no follower."""
    async for message in socket:
        if message.type in (WSMsgType.TEXT, WSMsgType.BINARY):
            await socket.close(code=1008)
            return


ROUTES = (Route("GET", f"{API}/live", "live", follow, {101: None}, upgrades=True),)
