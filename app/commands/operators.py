"""Granting operators their roles and taking them back."""

from __future__ import annotations

from app.commands.administering import ID_MAX, REASON_MAX, bad_name, may_administer, write
from app.commands.command import Outcome
from app.commands.desk import Desk
from app.commands.tokens import TOKEN
from app.domain.actor import SYSTEM_ROLE, Actor
from app.domain.hall import OperatorGranted, OperatorRevoked
from app.domain.refusal import Refusal
from app.domain.responsibility import unit_department

MANAGE_OPERATORS = "manage_operators"
OPERATOR = "operator:"
"""The beginning of the subject under which an operator's roles, sessions and locks are found."""


def grant(desk: Desk, granted: OperatorGranted, actor: Actor) -> Outcome:
    """The operator may act in these roles from here on; it replaces what was granted before."""
    refused = may_administer(desk, actor, MANAGE_OPERATORS, "grant") or _check(desk, granted)
    return refused if refused is not None else write(desk, granted, OPERATOR + granted.operator, actor)


def revoke(desk: Desk, operator: str, reason: str, actor: Actor) -> Outcome:
    """The operator may act no more. Nobody revokes the account they act under, or a hall could lock itself
    out."""
    refused = may_administer(desk, actor, MANAGE_OPERATORS, "revoke")
    if refused is not None:
        return refused
    if operator not in desk.hall.operators:
        return Refusal("operator_not_granted", params={"operator": operator[:40]})
    if operator == actor.operator:
        return Refusal("own_account")
    refused = bad_name(reason, "reason", REASON_MAX)
    if refused is not None:
        return refused
    return write(desk, OperatorRevoked(operator, reason.strip()), OPERATOR + operator, actor)


def _check(desk: Desk, granted: OperatorGranted) -> Refusal | None:
    book, name = desk.book(), granted.operator
    refused = bad_name(name, "operator", ID_MAX)
    if refused is not None:
        return refused
    if name == SYSTEM_ROLE or name.startswith(TOKEN) or name != name.strip():
        return Refusal("operator_name", "operator", {"value": name[:40]})
    if not granted.roles:
        return Refusal("field_missing", "roles")
    unknown = next((r for r in granted.roles if r not in book.roles or r == SYSTEM_ROLE), None)
    if unknown is not None:
        return Refusal("role_unknown", "roles", {"value": unknown[:40]})
    if unit_department(granted.unit) not in book.departments:
        return Refusal("field_department", "unit", {"value": granted.unit[:40]})
    return bad_name(granted.post.zh, "post") or bad_name(granted.post.en, "post")
