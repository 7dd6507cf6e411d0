"""Operators at their seats: POST /sessions signs in, DELETE /sessions signs out."""

from __future__ import annotations

import asyncio

from app.domain.refusal import Refusal
from app.hub.desks.peers import device_calling
from app.hub.limits import ENROL_BYTES_MAX
from app.hub.requests.problems import ProblemError, RefusalError
from app.hub.requests.routes import Answer, Call, Route
from app.hub.resources.enrolling import safety_of
from app.sync.seats.signing import SESSIONS_PATH, SignedIn, SignedOut, SignInAsked


async def sign_in(call: Call) -> Answer:
    """Sign an operator in, from an enrolled seat.

    401 for a wrong password or a lacking second factor, 403 for a locked account.
    """
    safety, asked = safety_of(call), call.body
    seat = device_calling(call)
    letters = seat.letters if seat is not None else call.front.hall.letters
    # Not one of the hall's commands: passwords are looked at on threads of their own.
    outcome = await asyncio.wrap_future(safety.sign_ins.sign_in(asked, letters))
    if isinstance(outcome, Refusal):
        raise RefusalError(outcome)
    return Answer(outcome)


async def sign_out(call: Call) -> Answer:
    """End the session whose token is shown."""
    safety, grant = safety_of(call), call.grant
    if not grant.operator:
        raise ProblemError("not_allowed", rule="session")
    outcome = await call.front.appending.do(
        lambda: call.front.hall.acting.call(lambda: safety.sign_ins.sign_out(grant.operator, grant.actor))
    )
    return Answer(outcome)


ROUTES = (
    Route(
        "POST",
        SESSIONS_PATH,
        "sessions.open",
        sign_in,
        {200: SignedIn},
        body=SignInAsked,
        open=True,
        conflicts=True,
        body_bytes_max=ENROL_BYTES_MAX,
        further=(401, 403, 404),
    ),
    Route("DELETE", SESSIONS_PATH, "sessions.close", sign_out, {200: SignedOut}, further=(404,)),
)
