"""Writing down who sat where from when to when; whether they may was judged before (app.hub.safety)."""

from __future__ import annotations

from app.base.clock import Instant
from app.commands.administering import ID_MAX, bad_name, write
from app.commands.command import Outcome
from app.commands.desk import Desk
from app.commands.operators import OPERATOR
from app.domain.actor import SYSTEM, Actor
from app.domain.refusal import Refusal
from app.domain.sessions import AccountLocked, SessionClosed, SessionOpened, SignIn

WHYS = ("signed_out", "switched", "locked", "expired", "closed")
"""Why a session ended: by the operator, by the next one, by too long a silence, by its time, by the PC."""


def open_session(desk: Desk, operator: str, session: str, how: SignIn, actor: Actor) -> Outcome:
    """An operator whom the hall knows sat down."""
    if operator not in desk.hall.operators:
        return Refusal("operator_not_granted", params={"operator": operator[:40]})
    refused = bad_name(session, "session", ID_MAX)
    if refused is not None:
        return refused
    return write(desk, SessionOpened(operator, session, how), OPERATOR + operator, actor, hall=False)


def close_session(desk: Desk, operator: str, session: str, why: str, actor: Actor) -> Outcome:
    """The session ended. The operator may be revoked by now: the end is written all the same."""
    if why not in WHYS:
        return Refusal("field_choice", "why", {"value": why[:40]})
    return write(desk, SessionClosed(operator, session, why), OPERATOR + operator, actor, hall=False)


def lock_account(desk: Desk, operator: str, until: Instant, actor: Actor = SYSTEM) -> Outcome:
    """Nobody signs in as this operator before `until`, in ms UTC."""
    if operator not in desk.hall.operators:
        return Refusal("operator_not_granted", params={"operator": operator[:40]})
    return write(desk, AccountLocked(operator, until), OPERATOR + operator, actor, hall=False)
