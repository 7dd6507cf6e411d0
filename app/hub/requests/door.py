"""The door of every request: pace, who calls, language, limits, body; and every error as a problem."""

from __future__ import annotations

import asyncio
import math
import re
from collections.abc import Awaitable, Callable
from typing import Any

import msgspec
from aiohttp import hdrs, web

from app.base.clock import SECOND_MS
from app.base.errors import MusterError, UsageError
from app.base.logs import Logger
from app.domain.devices import DeviceEnrolled
from app.hub.answers.speech import Speech
from app.hub.desks.peers import device_without_token
from app.hub.front import Front
from app.hub.limits import BODY_S, KEY_MAX, PAUSE_S
from app.hub.openapi import KEY_PATTERN, PROBLEM_MEDIA
from app.hub.requests.bodies import read_body, read_query
from app.hub.requests.grants import Grant
from app.hub.requests.problems import Problem, ProblemError, RefusalError
from app.hub.requests.routes import Answer, Call, Route

REPEAT = "Idempotency-Key"
_BEARER = re.compile(r"Bearer +([\x21-\x7e]{1,300})", re.IGNORECASE)
_KEY = re.compile(KEY_PATTERN)
_JSON = "application/json"

_log = Logger(__name__)

Handle = Callable[[web.Request], Awaitable[web.StreamResponse]]


def handled(front: Front, route: Route) -> Handle:
    """The handler of a route as the router wants it."""
    decoder: msgspec.json.Decoder[Any] | None = None
    if route.body is not None:
        decoder = msgspec.json.Decoder(route.body)

    async def handle(request: web.Request) -> web.StreamResponse:
        speech = front.speech(request.headers.get(hdrs.ACCEPT_LANGUAGE, ""))
        try:
            _no_browser(route, request)
            device = device_without_token(front, request) if route.devices else None
            secret, grant = _admit(front, route, request) if device is None else _paced_device(front, device)
            query = read_query(_single(request), route.query) if route.query is not None else None
            body = read_body(await _body(route, request), decoder) if decoder is not None else None
            repeat = _repeat(request, grant) if route.repeatable else ""
            call = Call(front, request, speech, grant, query, body, repeat, secret, device)
            answer = await route.handler(call)
        except (ProblemError, RefusalError, MusterError) as error:
            if isinstance(error, ProblemError) and error.code == "rate":
                await asyncio.sleep(PAUSE_S)
            return refused(front, speech, error)
        except (asyncio.CancelledError, ConnectionError, web.HTTPException):
            raise
        except Exception as error:
            _log.error("hub.failed", error, route=route.name)
            return refused(front, speech, ProblemError("failed"))
        return answered(answer) if isinstance(answer, Answer) else answer

    return handle


def answered(answer: Answer) -> web.Response:
    media, _, parameters = answer.media.partition(";")
    body = answer.body if isinstance(answer.body, str) else msgspec.json.encode(answer.body)
    response = web.Response(
        status=answer.status, body=body.encode() if isinstance(body, str) else body, content_type=media
    )
    if parameters:
        response.headers[hdrs.CONTENT_TYPE] = answer.media
    return response


def refused(front: Front, speech: Speech, error: ProblemError | RefusalError | MusterError) -> web.Response:
    """The problem that an error is to the caller."""
    headers: dict[str, str] = {}
    problem: Problem
    if isinstance(error, UsageError):
        problem = speech.problem(ProblemError("too_big", rule=error.key))
    elif isinstance(error, MusterError):
        problem = speech.failure(error)
        headers["Retry-After"] = "1"
    else:
        problem = speech.problem(error)
        headers = error.headers if isinstance(error, ProblemError) else headers
    front.metrics.refused.add(problem.code)
    headers[hdrs.CONTENT_LANGUAGE] = speech.language.code
    return web.Response(
        status=problem.status, body=msgspec.json.encode(problem), content_type=PROBLEM_MEDIA, headers=headers
    )


def _admit(front: Front, route: Route, request: web.Request) -> tuple[str, Grant | None]:
    """Who calls, at a pace that leaves room for others; before anything of the request is read."""
    given = request.headers.getall(hdrs.AUTHORIZATION, [])
    match = _BEARER.fullmatch(given[0]) if len(given) == 1 else None
    grant = front.hall.tokens.find(match[1]) if match is not None else None
    if grant is None:
        paced_stranger(front, request)
        if route.open:
            return "", None
        challenge = 'Bearer realm="muster"' + (', error="invalid_token"' if given else "")
        raise ProblemError("unauthorised", headers={hdrs.WWW_AUTHENTICATE: challenge})
    _paced(front.callers.take(grant.token, front.hall.clock.boot(), token=grant.token))
    if route.permission and not front.book.permits(grant.role, route.permission):
        raise ProblemError("role_not_allowed", rule=route.permission, role=grant.role)
    return match[1] if match is not None else "", grant


def _paced_device(front: Front, device: DeviceEnrolled) -> tuple[str, None]:
    _paced(front.callers.take(f"device:{device.device}", front.hall.clock.boot(), token=device.device))
    return "", None


def _no_browser(route: Route, request: web.Request) -> None:
    """Any page on the web may have a browser open a WebSocket to loopback, and the browser says which page
    it was; our own programs are no pages."""
    if route.upgrades and hdrs.ORIGIN in request.headers:
        raise ProblemError("not_allowed", rule="browser")


def paced_stranger(front: Front, request: web.Request) -> None:
    """ProblemError for an address from which too much comes that shows no good token."""
    _paced(front.strangers.take(request.remote or "", front.hall.clock.boot()))


def _paced(wait_ms: int) -> None:
    if wait_ms:
        wait_s = math.ceil(wait_ms / SECOND_MS)
        raise ProblemError("rate", headers={"Retry-After": str(wait_s)}, seconds=wait_s)


def _single(request: web.Request) -> dict[str, str]:
    """The query's parameters; one that comes twice could mean either."""
    found: dict[str, str] = {}
    for name, value in request.query.items():
        if name in found:
            raise ProblemError("field", field=name[:40], rule="twice")
        found[name] = value
    return found


async def _body(route: Route, request: web.Request) -> bytes:
    """The body, never more of it than the route takes."""
    if request.headers.get(hdrs.CONTENT_ENCODING, "identity").lower() != "identity":
        raise ProblemError("media_type", rule="encoding")
    if request.content_type != _JSON:
        raise ProblemError("media_type")
    most = route.body_bytes_max
    if request.content_length is not None and request.content_length > most:
        raise ProblemError("too_big", most=most)
    read = bytearray()
    try:
        async with asyncio.timeout(BODY_S):
            async for chunk in request.content.iter_any():
                read += chunk
                if len(read) > most:
                    raise ProblemError("too_big", most=most)
    except TimeoutError:
        raise ProblemError("slow") from None
    return bytes(read)


def _repeat(request: web.Request, grant: Grant | None) -> str:
    """The key of the request, the caller's own: two clients may use the same."""
    given = request.headers.getall(REPEAT, [])
    if not given:
        return ""
    if len(given) > 1 or len(given[0]) > KEY_MAX or _KEY.match(given[0]) is None:
        raise ProblemError("field", field=REPEAT, rule="key")
    return f"{grant.token if grant is not None else ''}:{given[0]}"
