"""What a hub says of an entry that a desk pushed: kept and shown in any case, with the rule it breaks."""

from __future__ import annotations

from collections.abc import Callable

from app.commands.operators import MANAGE_OPERATORS
from app.commands.requesting import MAKE_REQUEST
from app.commands.settling import SETTLE_CONTEST
from app.commands.tokens import TOKEN
from app.domain.actor import SYSTEM_ROLE
from app.domain.kinds import read_body
from app.domain.moves import OrderReached
from app.log.entries import Entry
from app.log.proving.verdicts import KIND_RESERVED, Judge, judge_shape
from app.projections.hall import Hall

OPERATOR_UNKNOWN = "operator_unknown"
"""Nobody of this hall: never granted, or revoked before the entry came to the hub."""

NOT_PERMITTED = "not_permitted"
"""None of the roles this operator holds may write such an entry."""

PERMISSION_OF = {
    "rules_adopted": "configure",
    "areas_adopted": "configure",
    "operator_granted": MANAGE_OPERATORS,
    "operator_revoked": MANAGE_OPERATORS,
    "contest_settled": SETTLE_CONTEST,
    "request_made": MAKE_REQUEST,
    "request_answered": MAKE_REQUEST,
}
"""Kinds that are no step of a case, and the permission each asks for."""

BY_ITSELF = frozenset({"case_moved", "account_locked", "session_closed"})
"""What a desk's own system may write: consequences of its entries, and what its sign-in found."""

Origins = Callable[[str], str | None]
"""The origin of the entry of this id in the log; None when there is none yet."""


def make_judge(hall: Callable[[], Hall], origin_of: Origins | None = None) -> Judge:
    """The verdict on entries by the hall as it stands when they are numbered: roles are judged by the entry's
    place in the log.

    `origin_of` looks up the cause of what a desk's system wrote; a cause that is not there yet comes in the
    same push. A step of a case is not judged here: whether its role may take it was the desk's to decide, and
    a person sees what comes of it.
    """

    def judge(entry: Entry) -> str:
        return judge_shape(entry) or _delivered(entry) or _by_actor(entry, hall(), origin_of)

    return judge


def _delivered(entry: Entry) -> str:
    """That an order lies on a unit's PC is the hub's own observation: it saw the line take it."""
    if entry.kind != "order_reached":
        return ""
    body = read_body(entry.kind, entry.kind_version, entry.body)
    return KIND_RESERVED if isinstance(body, OrderReached) and body.how == "delivered" else ""


def _by_actor(entry: Entry, hall: Hall, origin_of: Origins | None) -> str:
    if entry.actor == SYSTEM_ROLE:
        return _by_system(entry, origin_of)
    roles = _roles(entry.actor, hall)
    if not roles:
        return OPERATOR_UNKNOWN
    permission = PERMISSION_OF.get(entry.kind)
    if permission is None:
        return ""
    book = hall.book
    permitted = book is not None and any(book.permits(role, permission) for role in roles)
    return "" if permitted else NOT_PERMITTED


def _by_system(entry: Entry, origin_of: Origins | None) -> str:
    """A desk's system only follows from what was done there: it starts nothing of its own."""
    if entry.kind not in BY_ITSELF:
        return KIND_RESERVED
    if entry.kind != "case_moved":
        return ""
    if entry.cause is None:
        return NOT_PERMITTED
    origin = origin_of(entry.cause) if origin_of is not None else None
    return "" if origin in (None, entry.origin) else NOT_PERMITTED


def _roles(actor: str, hall: Hall) -> tuple[str, ...]:
    """The roles an actor holds in the hall: an operator's, or the one of a live token."""
    if actor.startswith(TOKEN):
        token = hall.tokens.get(actor[len(TOKEN) :])
        return (token.role,) if token is not None else ()
    granted = hall.operators.get(actor)
    return granted.roles if granted is not None else ()
