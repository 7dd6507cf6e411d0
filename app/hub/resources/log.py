"""The log itself: GET /log, page by page, for roles that may read all; GET /head, where it stands."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta

from app.base.clock import Instant
from app.hub.limits import LOG_PAGE, LOG_PAGE_BYTES, LOG_PAGE_MAX
from app.hub.requests.routes import API, Answer, Call, Route
from app.log.entries import Numbered

READ_LOG = "read_log"
"""The permission of the rules to read every entry."""


class LogAsked(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The entries after number `after`."""

    after: Annotated[int, Meta(ge=0, le=2**53)] = 0
    limit: Annotated[int, Meta(ge=1, le=LOG_PAGE_MAX)] = LOG_PAGE


class LogLine(msgspec.Struct, frozen=True):
    """An entry in its place. `entry` is what its origin wrote, byte for byte what `hash` was made of together
    with `prev_hash`; it holds masks and references, never personal data."""

    gseq: int
    stream: str
    epoch: int
    hub_time: Instant
    at: Instant
    prev_hash: str
    hash: str
    verdict: str
    home: str
    home_gseq: int
    entry: msgspec.Raw


class LogPage(msgspec.Struct, frozen=True):
    """Dense numbers in order; `head` is the last number of the log."""

    entries: list[LogLine]
    head: int


class HeadAnswer(msgspec.Struct, frozen=True):
    """Where the log stands."""

    stream: str
    epoch: int
    gseq: int
    hash: str


async def read_log(call: Call) -> Answer:
    """Read the log after a number."""
    asked: LogAsked = call.query
    log = call.front.hall.log
    head = log.head().gseq
    found: list[LogLine] = []
    size = 0
    for numbered in log.read_after(asked.after, asked.limit):
        size += len(numbered.raw)
        if found and size > LOG_PAGE_BYTES:
            break
        found.append(_line(numbered))
    return Answer(LogPage(found, max(head, found[-1].gseq if found else 0)))


async def read_head(call: Call) -> Answer:
    """Say where the log stands."""
    head = call.front.hall.log.head()
    return Answer(HeadAnswer(head.stream, head.epoch, head.gseq, head.hash))


def _line(numbered: Numbered) -> LogLine:
    return LogLine(
        numbered.gseq,
        numbered.stream,
        numbered.epoch,
        numbered.hub_time,
        numbered.at,
        numbered.prev_hash,
        numbered.hash,
        numbered.verdict,
        numbered.home,
        numbered.home_gseq,
        msgspec.Raw(numbered.raw),
    )


ROUTES = (
    Route("GET", f"{API}/log", "log.read", read_log, {200: LogPage}, query=LogAsked, permission=READ_LOG),
    Route("GET", f"{API}/head", "log.head", read_head, {200: HeadAnswer}, quiet=True),
)
