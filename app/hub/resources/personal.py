"""Personal data in clear, with a reason and an entry: GET /incidents/{incident}/personal/{ref}."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta

from app.commands.refused import RefusedError
from app.hub.answers.case import personal
from app.hub.answers.finding import case_named
from app.hub.limits import ID_MAX
from app.hub.requests.problems import ProblemError, RefusalError
from app.hub.requests.routes import API, Answer, Call, Route


class RevealAsked(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`reason` is one of the rules' list `reveal_reasons`."""

    reason: Annotated[str, Meta(min_length=1, max_length=ID_MAX)]


class Revealed(msgspec.Struct, frozen=True):
    """The value in clear; that it was shown, to whom and why, stands in the log."""

    ref: str
    field: str
    value: str


async def reveal(call: Call) -> Answer:
    """Show one personal value in clear.

    Every answer of 200 has written an audit entry first. 403 for roles that do not talk to reporters.
    """
    case = case_named(call, call.path("incident"))
    ref = call.path("ref")
    # Only what this very case holds: the vault itself would open any reference.
    known = {p.ref: p for p in personal(case, call.front.hall.reading.entries(case.id))}
    if ref not in known:
        raise ProblemError("not_found")
    field, reason, acting = known[ref].field, call.query.reason, call.front.hall.acting
    try:
        value = await call.front.appending.do(
            lambda: acting.reveal(case.id, field, ref, reason, call.grant.actor)
        )
    except RefusedError as error:
        raise RefusalError(error.refusal, "reveal") from None
    return Answer(Revealed(ref, field, value))


ROUTES = (
    Route(
        "GET",
        f"{API}/incidents/{{incident}}/personal/{{ref}}",
        "personal.reveal",
        reveal,
        {200: Revealed},
        query=RevealAsked,
        conflicts=True,
        path_fields={"incident": "id or code", "ref": "a reference of the incident's `personal`"},
    ),
)
