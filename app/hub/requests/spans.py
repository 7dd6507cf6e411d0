"""Which bytes of a content a request wants, and in which pieces they lie."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from aiohttp import hdrs, web

from app.hub.requests.problems import ProblemError
from app.log.attachments.port import PIECE_BYTES


class Span(NamedTuple):
    """Bytes from `start` up to `stop`; `part` when a range was asked for."""

    start: int
    stop: int
    part: bool


class Stretch(NamedTuple):
    """Of this piece, the bytes from `start` up to `stop`."""

    piece: int
    start: int
    stop: int


def span_asked(request: web.Request, size: int) -> Span:
    """What the request wants of a content of `size` bytes; ProblemError `range` for what does not lie in it.
    Several ranges at once are answered by the whole, which HTTP allows."""
    given = request.headers.get(hdrs.RANGE, "")
    if not given or "," in given:
        return Span(0, size, False)
    try:
        asked = request.http_range
    except ValueError:
        raise _outside(size) from None
    start, stop, _ = asked.indices(size)
    if start >= stop:
        raise _outside(size)
    return Span(start, stop, True)


def stretches(span: Span) -> Iterator[Stretch]:
    """The pieces it lies in, in order."""
    for index in range(span.start // PIECE_BYTES, -(-span.stop // PIECE_BYTES)):
        first = index * PIECE_BYTES
        yield Stretch(index, max(0, span.start - first), min(PIECE_BYTES, span.stop - first))


def _outside(size: int) -> ProblemError:
    return ProblemError("range", headers={hdrs.CONTENT_RANGE: f"bytes */{size}"})
