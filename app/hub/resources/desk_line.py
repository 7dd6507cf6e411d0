"""Desks and lower hubs on the line: WS /sync."""

from __future__ import annotations

from aiohttp import web

from app.hub.desks.peers import device_of
from app.hub.limits import HEARTBEAT_S, LINES_MAX
from app.hub.requests.problems import ProblemError
from app.hub.requests.routes import API, Call, Route
from app.sync.frames import FRAME_BYTES_MAX
from app.sync.relay.frames import RELAY_PROTOCOL


async def sync(call: Call) -> web.StreamResponse:
    """Keep a desk's log and the hub's the same, by WebSocket.

    For enrolled devices only, which prove themselves by the certificate of their line;
    frames are MessagePack. A lower hub asks for the subprotocol `muster.relay` and passes its log up.
    """
    origin, key = device_of(call)
    socket = web.WebSocketResponse(
        max_msg_size=FRAME_BYTES_MAX,
        compress=False,
        heartbeat=HEARTBEAT_S,
        protocols=(RELAY_PROTOCOL,) if call.front.hall.upper is not None else (),
    )
    if not socket.can_prepare(call.request):
        raise ProblemError("upgrade", headers={"Upgrade": "websocket"})
    if len(call.front.lines) >= LINES_MAX:
        raise ProblemError("busy", headers={"Retry-After": "30"})
    await socket.prepare(call.request)
    upper = call.front.hall.upper
    if upper is not None and socket.ws_protocol == RELAY_PROTOCOL:
        await call.front.lines.serve_hub(socket, origin, key, upper)
    else:
        await call.front.lines.serve(socket, origin, key)
    return socket


ROUTES = (Route("GET", f"{API}/sync", "sync", sync, {101: None}, open=True, upgrades=True, further=(403,)),)
