"""Contents of attachments: POST and PUT bring them piece by piece, GET and HEAD read them."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Callable
from typing import Literal, TypeVar

from aiohttp import hdrs, web

from app.commands.attaching import cases_naming
from app.domain.attachment import HEAD_BYTES, MEDIA, AttachmentAdded, attachment_subject, media_of
from app.domain.refusal import Refusal
from app.hub.limits import PIECE_S, PIECES_AT_ONCE_MAX, SEND_S
from app.hub.requests.problems import ProblemError, RefusalError
from app.hub.requests.routes import Answer, Call, Route
from app.hub.requests.spans import Span, span_asked, stretches
from app.log.attachments.port import PIECE_BYTES, Attachments, Standing, is_sha256
from app.sync.attachments.attached import (
    ATTACHMENTS_PATH,
    PENDING,
    PIECE_HASH,
    AttachmentAsked,
    AttachmentStanding,
)

Result = TypeVar("Result")


async def begin(call: Call) -> Answer:
    """Begin to bring a content, or go on: says which pieces the hub has.

    Nothing of a content is shown to anybody before all of it is there and a case names it. 413 for one that
    is too big, 415 for what may not be attached.
    """
    asked: AttachmentAsked = call.body
    store = _contents(call)
    if asked.media not in MEDIA.values():
        raise RefusalError(_wrong_kind())
    return _told(await _on_disk(lambda: store.begin(asked.sha256, asked.bytes)))


async def put_piece(call: Call) -> Answer:
    """Bring one piece, 0 for the first; a repeat is harmless.

    The header Muster-Piece-Sha256 is the hash of this piece. With the last piece the whole is proved, which
    takes a second for each GB; when its hash is wrong, all of it is thrown away.
    """
    store, sha256 = _contents(call), call.path("sha256")
    index = _index(call.path("piece"))
    length = call.request.content_length
    if length is None:
        raise ProblemError("malformed", rule="length")
    if length > PIECE_BYTES:
        raise ProblemError("too_big", most=PIECE_BYTES)
    if call.request.content_type != "application/octet-stream":
        raise ProblemError("media_type")
    front = call.front
    if front.pieces >= PIECES_AT_ONCE_MAX:
        raise ProblemError("busy", headers={"Retry-After": "1"})
    front.pieces += 1
    try:
        piece = await _read(call.request, length)
        if hashlib.sha256(piece).hexdigest() != call.request.headers.get(PIECE_HASH, ""):
            raise RefusalError(Refusal("piece_hash", "piece"))
        if index == 0 and media_of(piece[:HEAD_BYTES]) not in MEDIA.values():
            raise RefusalError(_wrong_kind())
        return _told(await _on_disk(lambda: store.put(sha256, index, piece)))
    finally:
        front.pieces -= 1


async def read(call: Call) -> web.StreamResponse:
    """Read a content, or a range of it, that a case names which the caller sees.

    404 with the rule `attachment_pending` while it has not come yet. A range is one stretch of bytes.
    """
    store, sha256 = _contents(call), call.path("sha256")
    named = _named(call, sha256)
    standing = await _on_disk(lambda: store.standing(sha256))
    if standing is None or not standing.whole:
        raise RefusalError(Refusal(PENDING))
    span = span_asked(call.request, standing.bytes)
    response = _dressed(named, standing, span)
    if call.request.method == hdrs.METH_HEAD:
        await response.prepare(call.request)
        return response
    for place, stretch in enumerate(stretches(span)):
        piece = await _piece(store, sha256, stretch.piece)
        if place == 0:
            # Only now: a first piece that cannot be read is still told as a problem.
            await response.prepare(call.request)
        await asyncio.wait_for(response.write(piece[stretch.start : stretch.stop]), SEND_S)
    await response.write_eof()
    return response


async def _piece(store: Attachments, sha256: str, index: int) -> bytes:
    return await _on_disk(lambda: store.piece(sha256, index))


def _contents(call: Call) -> Attachments:
    """Where the hub keeps contents, for a caller who may ask at all."""
    if call.device is None:
        call.sight()
    found = call.front.hall.attachments
    if found is None:
        raise ProblemError("not_found")
    return found


def _named(call: Call, sha256: str) -> AttachmentAdded:
    """How the content is called in a case that the caller sees. A desk has the whole log and sees all."""
    hall = call.front.hall
    entries = hall.log.history(attachment_subject(sha256)) if is_sha256(sha256) else []
    for incident, body in cases_naming(entries, sha256).items():
        case = hall.reading.case(incident)
        if case is not None and (call.device is not None or call.sight().sees(case)):
            return body
    raise ProblemError("not_found")


async def _read(request: web.Request, length: int) -> bytes:
    """The body, whole: what a cut line left is no piece."""
    read = bytearray()
    try:
        async with asyncio.timeout(PIECE_S):
            async for chunk in request.content.iter_any():
                read += chunk
                if len(read) > length:
                    raise ProblemError("too_big", most=length)
    except TimeoutError:
        raise ProblemError("slow") from None
    return bytes(read)


def _index(text: str) -> int:
    if not text.isascii() or not text.isdigit() or len(text) > 4:
        raise RefusalError(Refusal("piece_unknown", "piece"))
    return int(text)


def _told(standing: Standing | Refusal) -> Answer:
    if isinstance(standing, Refusal):
        raise RefusalError(standing)
    have = list(standing.have)
    return Answer(
        AttachmentStanding(standing.sha256, standing.bytes, PIECE_BYTES, have, standing.whole),
    )


def _dressed(named: AttachmentAdded, standing: Standing, span: Span) -> web.StreamResponse:
    """The head of an answer: a file to keep, never something that a browser shows by itself."""
    response = web.StreamResponse(status=206 if span.part else 200)
    response.content_type = named.media if named.media in MEDIA.values() else "application/octet-stream"
    response.content_length = span.stop - span.start
    response.headers[hdrs.ACCEPT_RANGES] = "bytes"
    response.headers[hdrs.ETAG] = f'"{standing.sha256}"'
    response.headers[hdrs.CONTENT_DISPOSITION] = "attachment"
    if span.part:
        response.headers[hdrs.CONTENT_RANGE] = f"bytes {span.start}-{span.stop - 1}/{standing.bytes}"
    return response


def _wrong_kind() -> Refusal:
    return Refusal("attachment_kind", params={"endings": ", ".join(MEDIA)})


async def _on_disk(work: Callable[[], Result]) -> Result:
    """Disk work, on a thread that is not the service's."""
    return await asyncio.to_thread(work)


_CONTENT = {"sha256": "SHA-256 of the whole content"}


def _reading(method: Literal["GET", "HEAD"], name: str) -> Route:
    return Route(
        method,
        f"{ATTACHMENTS_PATH}/{{sha256}}",
        name,
        read,
        {200: None, 206: None},
        media="application/octet-stream",
        devices=True,
        further=(416,),
        quiet=True,
        path_fields=_CONTENT,
    )


ROUTES = (
    Route(
        "POST",
        ATTACHMENTS_PATH,
        "attachments.begin",
        begin,
        {200: AttachmentStanding},
        body=AttachmentAsked,
        devices=True,
        conflicts=True,
        further=(404,),
    ),
    Route(
        "PUT",
        f"{ATTACHMENTS_PATH}/{{sha256}}/{{piece}}",
        "attachments.put",
        put_piece,
        {200: AttachmentStanding},
        devices=True,
        piece=True,
        further=(400, 408, 413, 415, 422),
        quiet=True,
        path_fields={**_CONTENT, "piece": "number of the piece, from 0"},
    ),
    _reading("GET", "attachments.read"),
    _reading("HEAD", "attachments.look"),
)
