"""Proposals about a report not taken in yet: POST /triage. It stores nothing, and a person decides."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta

from app.domain.ask import resolve_unit
from app.domain.responsibility import Responsibility
from app.hub.limits import LONG_TEXT_MAX, NEAR_MAX
from app.hub.requests.places import Line, PlaceAsked
from app.hub.requests.routes import API, Answer, Call, Route
from app.triage.duplicates import Near, near_duplicates


class TriageAsked(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What somebody reports, and where; `category` when it is known already."""

    text: Annotated[str, Meta(min_length=1, max_length=LONG_TEXT_MAX, pattern=r"^[^\u0000]*$")]
    place: PlaceAsked = PlaceAsked()
    category: Line = ""


class NearAnswer(msgspec.Struct, frozen=True):
    """An open case that may be the same matter; `share` of its words are in common, 0 to 1."""

    incident: str
    code: str
    what: str
    address: str
    category: str
    share: float


class Reason(msgspec.Struct, frozen=True):
    """Why something is proposed: `code` is `asked` (the caller named the category), `near` (an open case
    near by has it; `incident` and `share`) or `matrix` (the row of the responsibility matrix)."""

    code: str
    text: str
    incident: str = ""
    share: float | None = None


class Proposal(msgspec.Struct, frozen=True):
    """A category, with the departments and the time class that the responsibility matrix has for it."""

    category: str
    label: str
    lead: str
    co: list[str]
    sla_class: str
    reasons: list[Reason]


class TriageAnswer(msgspec.Struct, frozen=True):
    """The likeliest proposal first; empty when nothing is known that would speak for a category."""

    proposals: list[Proposal]
    duplicates: list[NearAnswer]


async def triage(call: Call) -> Answer:
    """Propose a category, its departments and near duplicates for a report; nothing is stored.

    Near duplicates are open cases of the last week in the same street whose words are alike. Categories are
    proposed from these cases and from the one the caller names, departments from the responsibility matrix.
    A text without near duplicates gets no category: no classifier reads it yet.
    """
    asked: TriageAsked = call.body
    front, sight = call.front, call.sight()
    reading, now = front.hall.reading, front.hall.clock.now()
    board = front.glance.board(front.book)
    near = near_duplicates(
        reading, board, asked.text, asked.place.area, asked.category, now, most=2 * NEAR_MAX
    )
    found: list[NearAnswer] = []
    for one in near:
        case = reading.case(one.text.incident)
        if case is not None and sight.sees(case) and len(found) < NEAR_MAX:
            found.append(_near(one, case.category))
    return Answer(TriageAnswer(_proposals(call, asked, found), found))


def _near(one: Near, category: str) -> NearAnswer:
    text = one.text
    return NearAnswer(text.incident, text.code, text.what, text.address, category, round(one.share, 4))


def _proposals(call: Call, asked: TriageAsked, near: list[NearAnswer]) -> list[Proposal]:
    reasons: dict[str, list[Reason]] = {}
    book, text = call.front.book, call.speech.text
    if asked.category in book.matrix:
        reasons[asked.category] = [Reason("asked", text("hub.reason.asked"))]
    for one in near:
        if one.category in book.matrix:
            why = text("hub.reason.near", code=one.code, share=round(one.share * 100))
            reasons.setdefault(one.category, []).append(Reason("near", why, one.incident, one.share))
    return [
        _proposal(call, asked.place.area, book.matrix[category], why) for category, why in reasons.items()
    ]


def _proposal(call: Call, area: str, row: Responsibility, why: list[Reason]) -> Proposal:
    areas, speech, book = call.front.hall.reading.hall.areas, call.speech, call.front.book
    lead = resolve_unit(row.lead, area, areas)
    label = speech.category(row.category)
    matrix = Reason("matrix", speech.text("hub.reason.matrix", category=label, unit=speech.unit(lead)))
    return Proposal(
        row.category,
        label,
        lead,
        [resolve_unit(unit, area, areas) for unit in row.co],
        book.class_of(row.category),
        [*why, matrix],
    )


ROUTES = (Route("POST", f"{API}/triage", "triage", triage, {200: TriageAnswer}, body=TriageAsked),)
