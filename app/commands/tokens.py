"""Letting a program act in a role, and putting it out; its secret is made and kept by the hub alone."""

from __future__ import annotations

from app.commands.administering import ID_MAX, REASON_MAX, bad_name, may_administer, write
from app.commands.command import Outcome
from app.commands.desk import Desk
from app.domain.actor import SYSTEM_ROLE, Actor
from app.domain.devices import TokenIssued, TokenRevoked
from app.domain.refusal import Refusal
from app.domain.responsibility import unit_department

MANAGE_TOKENS = "manage_tokens"
TOKEN = "token:"
"""The beginning of a token's subject, and of the actor's name in what its program writes."""


def issue_token(desk: Desk, token: TokenIssued, actor: Actor) -> Outcome:
    """The program may act from here on. No two live tokens have the same name."""
    refused = may_administer(desk, actor, MANAGE_TOKENS, "issue_token") or _check(desk, token)
    return refused if refused is not None else write(desk, token, TOKEN + token.token, actor)


def revoke_token(desk: Desk, token: str, reason: str, actor: Actor) -> Outcome:
    """The program may act no more; `token` is the id."""
    refused = may_administer(desk, actor, MANAGE_TOKENS, "revoke_token")
    if refused is not None:
        return refused
    if token not in desk.hall.tokens:
        return Refusal("token_unknown", params={"name": token[:40]})
    refused = bad_name(reason, "reason", REASON_MAX)
    if refused is not None:
        return refused
    return write(desk, TokenRevoked(token, reason.strip()), TOKEN + token, actor)


def _check(desk: Desk, token: TokenIssued) -> Refusal | None:
    book, hall = desk.book(), desk.hall
    if not token.token or len(token.token) > ID_MAX:
        return Refusal("field_missing", "token")
    refused = bad_name(token.name, "name")
    if refused is not None:
        return refused
    if any(known.name == token.name for known in hall.tokens.values()):
        return Refusal("token_name_taken", "name", {"name": token.name})
    if token.role not in book.roles or token.role == SYSTEM_ROLE:
        # The system's role is nobody's to give: what it does is judged by other rules.
        return Refusal("role_unknown", "role", {"value": token.role[:40]})
    if unit_department(token.unit) not in book.departments:
        return Refusal("field_department", "unit", {"value": token.unit[:40]})
    unknown = next((area for area in token.areas if area not in hall.areas), None)
    return Refusal("field_area", "areas", {"value": unknown[:40]}) if unknown is not None else None
