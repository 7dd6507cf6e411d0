"""Serving: the application behind an address, with or without TLS, until its context ends."""

from __future__ import annotations

import logging
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import NamedTuple

from aiohttp import web, web_response

from app.base.errors import UsageError, WorldError
from app.base.logs import Condition, Logger
from app.hub.front import Front
from app.hub.service import FRONT

SHUTDOWN_S = 5
"""Requests under way get this long when the service ends; commands that were given are written anyway."""

LINGER_S = 1
"""How long what is left of a refused body is read and dropped, so that the refusal itself arrives."""

BACKLOG = 512
"""Connections that may wait to be accepted: all desks of some halls coming back at once."""

_log = Logger(__name__)


class Listen(NamedTuple):
    """An address to listen on; port 0 takes a free one."""

    host: str
    port: int


def read_listen(text: str) -> Listen:
    """`HOST:PORT`, an IPv6 host in brackets; UsageError when it is none."""
    host, colon, port = text.rpartition(":")
    host = host.removeprefix("[").removesuffix("]")
    if not colon or not host or not port.isascii() or not port.isdigit() or int(port) > 65_535:
        raise UsageError("listen_wrong", address=text[:80])
    return Listen(host, int(port))


@asynccontextmanager
async def serve(
    service: web.Application, listen: Listen, context: ssl.SSLContext | None = None
) -> AsyncIterator[str]:
    """Serve until the block ends; gives the URL. WorldError when the address cannot be had."""
    # The library names itself in answers to what is no HTTP at all, where no hook is asked.
    web_response.SERVER_SOFTWARE = "muster"  # type: ignore[attr-defined]
    runner = web.AppRunner(
        service,
        access_log=None,
        logger=_Protocol(service[FRONT]),
        shutdown_timeout=SHUTDOWN_S,
        lingering_time=LINGER_S,
        auto_decompress=False,
    )
    await runner.setup()
    try:
        site = web.TCPSite(runner, listen.host, listen.port, ssl_context=context, backlog=BACKLOG)
        try:
            await site.start()
        except OSError as error:
            address = f"{listen.host}:{listen.port}"
            raise WorldError("listen_failed", address=address, detail=error.strerror or "") from error
        port = runner.addresses[0][1]
        host = f"[{listen.host}]" if ":" in listen.host else listen.host
        yield f"{'https' if context is not None else 'http'}://{host}:{port}"
    finally:
        await runner.cleanup()


class _Protocol(logging.Logger):
    """Takes what the library says of broken requests: counted, and told once, for every port scan would fill
    the log. Stands in no hierarchy, so that nothing is said twice."""

    def __init__(self, front: Front) -> None:
        super().__init__("app.hub.protocol", logging.WARNING)
        self._front = front
        self._broken = Condition(_log, "hub.protocol")

    def handle(self, record: logging.LogRecord) -> None:
        self._front.metrics.refused.add("protocol")
        self._broken.failed(record.exc_info[1] if record.exc_info else None)
