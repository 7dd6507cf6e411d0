"""Incidents: GET /incidents, a page of what the caller sees; GET /incidents/{incident}, one with its life."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta

from app.domain.refusal import Refusal
from app.hub.answers.case import IncidentAnswer, case_answer
from app.hub.answers.finding import case_named
from app.hub.answers.listing import IncidentLine, Wanted, lines, page, read_cursor, write_cursor
from app.hub.answers.speech import Speech
from app.hub.limits import ID_MAX, PAGE, PAGE_MAX, TEXT_MAX
from app.hub.requests.problems import RefusalError
from app.hub.requests.routes import API, Answer, Call, Route

Word = Annotated[str, Meta(max_length=ID_MAX)]


class IncidentsAsked(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`state` is a state of the rules; `q` words of the text, the address or the code, of which at most the
    5,000 newest hits are listed; `area` a code of the area tree with all below it; `cursor` the `next` of
    the page before. `home` is the stream of a lower hub, or `own` for the cases of this one."""

    state: Word = ""
    home: Word = ""
    q: Annotated[str, Meta(max_length=TEXT_MAX)] = ""
    area: Word = ""
    limit: Annotated[int, Meta(ge=1, le=PAGE_MAX)] = PAGE
    cursor: Word = ""


class IncidentsPage(msgspec.Struct, frozen=True):
    """Newest first. `next` is empty at the end; a page may be short before it."""

    incidents: list[IncidentLine]
    next: str


async def list_incidents(call: Call) -> Answer:
    """List incidents, newest first.

    The cursor stays true while cases come and change: none is told twice, none that stays is passed over.
    """
    asked: IncidentsAsked = call.query
    front, sight = call.front, call.sight()
    if asked.state and asked.state not in front.book.states:
        raise RefusalError(Refusal("field_choice", "state", {"value": asked.state[:40]}))
    if asked.area and asked.area not in front.hall.reading.hall.areas:
        raise RefusalError(Refusal("field_area", "area", {"value": asked.area[:40]}))
    wanted = Wanted(asked.state, asked.q.strip(), asked.area, asked.home)
    rows, below = page(front, sight, wanted, read_cursor(asked.cursor), asked.limit)
    found = lines(front, rows, front.hall.clock.now())
    return Answer(IncidentsPage(found, "" if below is None else write_cursor(below)))


async def read_incident(call: Call) -> Answer:
    """Read one incident, by id or by code, with its timeline and explained deadlines.

    Personal data is masked. `actions` are what the caller's role may do with it now.
    """
    front = call.front
    case = case_named(call, call.path("incident"))
    reading = front.hall.reading
    entries = reading.entries(case.id)
    now, home = front.hall.clock.now(), reading.home(case.id)
    hall = reading.hall_of(home)
    # The words of a lower hub's case are those of its own rules.
    speech = Speech(call.speech.language, hall) if home else call.speech
    answer = case_answer(hall, hall.book or front.book, case, entries, call.grant.actor, speech, now, home)
    return Answer(answer)


ROUTES = (
    Route(
        "GET",
        f"{API}/incidents",
        "incidents.list",
        list_incidents,
        {200: IncidentsPage},
        query=IncidentsAsked,
    ),
    Route(
        "GET",
        f"{API}/incidents/{{incident}}",
        "incidents.read",
        read_incident,
        {200: IncidentAnswer},
        path_fields={"incident": "id or code"},
    ),
)
