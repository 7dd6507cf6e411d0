"""For those who watch the service: GET /healthz and GET /metrics, open and without any content of cases."""

from __future__ import annotations

import msgspec

from app.base.errors import MusterError
from app.base.version import VERSION
from app.hub.requests.routes import Answer, Call, Route
from app.hub.resources.log import HeadAnswer


class Health(msgspec.Struct, frozen=True):
    """`status` is `ok` or `failing`; `log` says whether the log could be read just now, `writes` whether the
    last command could be written."""

    status: str
    program: str
    head: HeadAnswer
    log: bool
    writes: bool


async def health(call: Call) -> Answer:
    """Say whether the hub works: 200 when it does, 503 when it cannot read or write its log."""
    front = call.front
    head = front.hall.log.head()
    try:
        readable = head.gseq == 0 or bool(front.hall.log.read_after(head.gseq - 1, 1))
    except MusterError:
        readable = False
    writes = not front.appending.failing
    well = readable and writes
    answer = Health(
        "ok" if well else "failing",
        VERSION,
        HeadAnswer(head.stream, head.epoch, head.gseq, head.hash),
        readable,
        writes,
    )
    return Answer(answer, 200 if well else 503)


async def metrics(call: Call) -> Answer:
    """Figures of the service in the text format of Prometheus."""
    return Answer(call.front.metrics.page(), media="text/plain; version=0.0.4; charset=utf-8")


ROUTES = (
    Route("GET", "/healthz", "health", health, {200: Health, 503: Health}, open=True, quiet=True),
    Route("GET", "/metrics", "metrics", metrics, {200: None}, media="text/plain", open=True, quiet=True),
)
