"""Joining the hall: GET /ca, which the one-time code proves, and POST /enrol, which uses it up."""

from __future__ import annotations

from app.domain.actor import SYSTEM
from app.domain.refusal import Refusal
from app.hub.limits import ENROL_BYTES_MAX
from app.hub.requests.problems import ProblemError, RefusalError
from app.hub.requests.routes import Answer, Call, Route
from app.hub.safety.safety import Safety
from app.sync.joining.enrolled import CA_PATH, ENROL_PATH, EnrolAsked, Enrolled, ShownCa


def safety_of(call: Call) -> Safety:
    """The hall's guards; ProblemError for a service that has none."""
    found = call.front.hall.safety
    if found is None:
        raise ProblemError("not_set_up")
    return found


async def show_ca(call: Call) -> Answer:
    """Show the certificate of the hall's CA; trust it only when the one-time code says the same."""
    safety = safety_of(call)
    ca = await call.front.appending.do(lambda: call.front.hall.acting.call(lambda: safety.ca))
    return Answer(ShownCa(ca.pem))


async def enrol(call: Call) -> Answer:
    """Let a PC into the hall by its one-time code, once; the same key may ask again."""
    safety, asked = safety_of(call), call.body
    outcome = await call.front.appending.do(
        lambda: call.front.hall.acting.call(lambda: safety.enrolment.enrol(asked, SYSTEM))
    )
    if isinstance(outcome, Refusal):
        raise RefusalError(outcome)
    return Answer(outcome)


ROUTES = (
    Route("GET", CA_PATH, "enrol.ca", show_ca, {200: ShownCa}, open=True, further=(404,)),
    Route(
        "POST",
        ENROL_PATH,
        "enrol",
        enrol,
        {200: Enrolled},
        body=EnrolAsked,
        open=True,
        conflicts=True,
        body_bytes_max=ENROL_BYTES_MAX,
        further=(403, 404),
    ),
)
