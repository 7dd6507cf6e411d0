"""Finding the case a path names, by id or by code, for a caller who may see it."""

from __future__ import annotations

from app.domain.incident import Incident
from app.hub.limits import ID_MAX
from app.hub.requests.problems import ProblemError
from app.hub.requests.routes import Call


def case_named(call: Call, named: str) -> Incident:
    """The case; ProblemError `not_found` when there is none, or none that this caller sees."""
    sight, reading = call.sight(), call.front.hall.reading
    case = None
    if len(named) <= ID_MAX and "\x00" not in named:
        case = reading.case(named)
        if case is None and (incident := reading.by_code(named)) is not None:
            case = reading.case(incident)
    if case is None or not sight.sees(case):
        raise ProblemError("not_found")
    return case
