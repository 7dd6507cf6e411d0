"""Requests to lower hubs: POST /requests, and GET /hubs, whom one may ask."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta

from app.commands.command import AlreadyDone
from app.commands.requesting import Wish
from app.domain.kinds import read_body
from app.domain.refusal import Refusal
from app.domain.requests import RequestMade
from app.hub.limits import ID_MAX, LONG_TEXT_MAX
from app.hub.requests.places import Line
from app.hub.requests.problems import ProblemError, RefusalError
from app.hub.requests.routes import API, Answer, Call, Route
from app.hub.requests.when import When, instant

Id = Annotated[str, Meta(max_length=ID_MAX, pattern=r"^[^\u0000-\u001f]*$")]


class RequestAsked(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is asked of the lower hub whose stream is `to`. With an `incident` of that hub it is about that
    case, without one a new matter. `category` and `sla_class` are of that hub's rules."""

    to: Id
    title: Annotated[str, Meta(min_length=1, max_length=60, pattern=r"^[^\u0000]*$")]
    what: Annotated[str, Meta(max_length=LONG_TEXT_MAX, pattern=r"^[^\u0000]*$")] = ""
    incident: Id = ""
    category: Line = ""
    sla_class: Id = ""
    due_at: When | None = None


class RequestTaken(msgspec.Struct, frozen=True):
    """Durable here, and on its way to the lower hub: the request's id, the entry and its number."""

    request: str
    entry: str
    gseq: int


class LowerHall(msgspec.Struct, frozen=True):
    """A lower hub by its stream: what its hall is called, and up to which of its own numbers its log is
    here."""

    stream: str
    hall: str
    gseq: int


class LowerHalls(msgspec.Struct, frozen=True):
    """All hubs below this one, those below them included."""

    hubs: list[LowerHall]


async def make(call: Call) -> Answer:
    """Ask a lower hub for something.

    The hub that owns the matter takes it in as its own entry and decides; what it does is seen here.
    """
    asked: RequestAsked = call.body
    acting = call.front.hall.acting
    wish = Wish(
        to=asked.to,
        title=asked.title,
        what=asked.what,
        incident=asked.incident,
        category=asked.category,
        sla_class=asked.sla_class,
        due_at=None if asked.due_at is None else instant(asked.due_at, "due_at"),
        id=call.repeat,
    )
    outcome = await call.front.appending.do(lambda: acting.request(wish, call.grant.actor))
    if isinstance(outcome, Refusal):
        raise RefusalError(outcome, "make_request")
    again = isinstance(outcome, AlreadyDone)
    numbered = (
        call.front.hall.log.read_after(outcome.gseq - 1, 1)[0]
        if isinstance(outcome, AlreadyDone)
        else outcome.entries[0]
    )
    entry = numbered.entry
    body = read_body(entry.kind, entry.kind_version, entry.body)
    if not isinstance(body, RequestMade):
        raise ProblemError("key_used")
    return Answer(RequestTaken(body.request, entry.eid, numbered.gseq), 200 if again else 201)


async def hubs(call: Call) -> Answer:
    """List the hubs below this one."""
    call.sight()
    reading, upper = call.front.hall.reading, call.front.hall.upper
    found = []
    for stream, hall in reading.homes.items():
        name = call.speech.label(hall.founded.label) if hall.founded is not None else stream
        found.append(LowerHall(stream, name, upper.relayed(stream).gseq if upper is not None else 0))
    return Answer(LowerHalls(found))


ROUTES = (
    Route("GET", f"{API}/hubs", "hubs", hubs, {200: LowerHalls}),
    Route(
        "POST",
        f"{API}/requests",
        "requests.make",
        make,
        {201: RequestTaken, 200: RequestTaken},
        body=RequestAsked,
        repeatable=True,
        conflicts=True,
        further=(404,),
    ),
)
