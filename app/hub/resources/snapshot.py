"""A snapshot of the log for new desks: GET /snapshot offers one, GET /snapshot/file gives it in ranges."""

from __future__ import annotations

import asyncio
import os
from typing import Annotated, Literal

import msgspec
from aiohttp import hdrs, web
from msgspec import Meta

from app.hub.desks.snapshots import Snapshots
from app.hub.limits import SEND_S
from app.hub.requests.problems import ProblemError
from app.hub.requests.routes import Answer, Call, Route
from app.hub.requests.spans import span_asked
from app.hub.resources.log import READ_LOG
from app.sync.joining.snapshots import SNAPSHOT_FILE_PATH, SNAPSHOT_PATH, SnapshotOffer

PIECE_BYTES = 1024 * 1024


class OfferAsked(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """With `always` 1 also of a log that is quicker to take line by line; with `least` up to this number."""

    always: Literal[0, 1] = 0
    least: Annotated[int, Meta(ge=0, le=2**53)] = 0


class FileAsked(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The file with this hash, as the offer names it."""

    sha256: Annotated[str, Meta(pattern="^[0-9a-f]{64}$")]


async def offer(call: Call) -> Answer:
    """Offer a snapshot of the log.

    Made when it is asked for: until it is ready the answer says how far it is. It holds neither personal data
    nor anything of sign-in.
    """
    asked: OfferAsked = call.query
    recovery = call.front.hall.recovery
    if recovery is not None and recovery.reclaiming:
        # What is there now is not all there will be in a moment.
        raise ProblemError("busy", headers={"Retry-After": "30"})
    found = _snapshots(call).offer(call.front.hall.clock.boot(), always=asked.always == 1, least=asked.least)
    return Answer(found)


async def read(call: Call) -> web.StreamResponse:
    """Read the file of a snapshot, or a range of it."""
    asked: FileAsked = call.query
    path = _snapshots(call).file(asked.sha256)
    if path is None:
        raise ProblemError("not_found")
    # The library's own file answer takes a cut TLS line for a fault of the program.
    with path.open("rb") as file:
        size = os.fstat(file.fileno()).st_size
        span = span_asked(call.request, size)
        response = web.StreamResponse(status=206 if span.part else 200)
        response.content_type = "application/octet-stream"
        response.content_length = span.stop - span.start
        response.headers[hdrs.ACCEPT_RANGES] = "bytes"
        if span.part:
            response.headers[hdrs.CONTENT_RANGE] = f"bytes {span.start}-{span.stop - 1}/{size}"
        await response.prepare(call.request)
        file.seek(span.start)
        left = span.stop - span.start
        while left:
            piece = await asyncio.to_thread(file.read, min(PIECE_BYTES, left))
            left -= len(piece)
            await asyncio.wait_for(response.write(piece), SEND_S)
        await response.write_eof()
    return response


def _snapshots(call: Call) -> Snapshots:
    found = call.front.snapshots
    if found is None:
        raise ProblemError("not_found")
    return found


ROUTES = (
    Route(
        "GET",
        SNAPSHOT_PATH,
        "snapshot.offer",
        offer,
        {200: SnapshotOffer},
        query=OfferAsked,
        permission=READ_LOG,
        devices=True,
        further=(404,),
        quiet=True,
    ),
    Route(
        "GET",
        SNAPSHOT_FILE_PATH,
        "snapshot.file",
        read,
        {200: None, 206: None},
        query=FileAsked,
        permission=READ_LOG,
        devices=True,
        further=(404, 416),
    ),
)
