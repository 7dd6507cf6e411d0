"""The hub's service: an application made from the table of routes around one open hall."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from functools import cache

import msgspec
from aiohttp import WSCloseCode, hdrs, web
from aiohttp.typedefs import Handler

from app.base.logs import Logger
from app.hub.front import Front
from app.hub.hall import HubHall
from app.hub.openapi import description
from app.hub.requests.door import handled, paced_stranger, refused
from app.hub.requests.problems import ProblemError
from app.hub.sweeping import sweeping
from app.hub.table import ROUTES

FRONT = web.AppKey("front", Front)

HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
"""On every answer: nothing here is for a browser to keep, to run or to frame."""

STRICT_TRANSPORT = "max-age=31536000"
"""Where the line is encrypted: whoever came by TLS once does so for a year."""

QUIET = frozenset(route.name for route in ROUTES if route.quiet)

_log = Logger(__name__)


def make_service(hall: HubHall) -> web.Application:
    """The service of `hall`; run it on one loop, whose thread alone then touches `hall.reading`."""
    front = Front(hall)
    # Made when first asked for: few ask, and it takes longer than everything else here.
    front.describe = cache(lambda: msgspec.json.encode(description(ROUTES)).decode())
    service = web.Application(middlewares=[_seen])
    service[FRONT] = front
    for route in ROUTES:
        service.router.add_route(route.method, route.path, handled(front, route), name=route.name)
    service.on_response_prepare.append(_dress)
    service.cleanup_ctx.append(_beat)
    service.on_shutdown.append(_hang_up)
    return service


@web.middleware
async def _seen(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Counts and logs each request by its route's name; what the router itself refuses becomes a problem."""
    front, begun = request.app[FRONT], time.perf_counter()
    status = 500
    try:
        response = await handler(request)
        status = response.status
        return response
    except web.HTTPException as error:
        response = _routers_no(front, request, error)
        status = response.status
        return response
    finally:
        route = request.match_info.route.name or "none"
        front.metrics.requests.add(route, str(status))
        # Who runs wild is logged once, by their pace, and not a thousand times a second here; what comes
        # each second by its nature would wash everything else out of the log.
        if status != 429 and not (status < 400 and route in QUIET):
            ms = round((time.perf_counter() - begun) * 1000, 1)
            _log.info("hub.request", route=route, method=request.method, status=status, ms=ms)


def _routers_no(front: Front, request: web.Request, error: web.HTTPException) -> web.Response:
    speech = front.speech(request.headers.get(hdrs.ACCEPT_LANGUAGE, ""))
    if isinstance(error, web.HTTPMethodNotAllowed):
        allow = ", ".join(sorted(error.allowed_methods))
        return refused(front, speech, ProblemError("method", headers={hdrs.ALLOW: allow}))
    try:
        paced_stranger(front, request)
    except ProblemError as wild:
        return refused(front, speech, wild)
    code = "not_found" if error.status == 404 else "malformed"
    return refused(front, speech, ProblemError(code))


async def _dress(request: web.Request, response: web.StreamResponse) -> None:
    response.headers.update(HEADERS)
    if request.secure:
        response.headers["Strict-Transport-Security"] = STRICT_TRANSPORT
    # What we run on is nobody's business; the name alone keeps the library from adding its own.
    response.headers[hdrs.SERVER] = "muster"


async def _beat(service: web.Application) -> AsyncIterator[None]:
    front = service[FRONT]
    async with front.news.beating(), front.lines.announcing(), sweeping(front.hall):
        yield


async def _hang_up(service: web.Application) -> None:
    front = service[FRONT]
    for socket in tuple(front.sockets):
        await socket.close(code=WSCloseCode.GOING_AWAY)
    await front.lines.hang_up()
    if front.snapshots is not None:
        await front.snapshots.close()
