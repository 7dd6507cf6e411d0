"""What a form must hold beside its types: times that lie ahead, due times that leave room, rights it
needs."""

from __future__ import annotations

from collections.abc import Callable

from app.domain import timing
from app.domain.ask import Ask
from app.domain.limits import parse_limit
from app.domain.refusal import Refusal

AHEAD = ("when", "due", "sub_due", "new_due", "review_date", "until")
"""Times that are agreed, and so lie ahead of whoever agrees to them."""


def check_terms(ask: Ask) -> Refusal | None:
    """The first term a filled form breaks, or None. The form is checked for types already."""
    for field in AHEAD:
        at = ask.form.get(field)
        if isinstance(at, int) and at <= ask.now:
            return Refusal("time_past", field)
    check = _TERMS.get(ask.transition.action)
    return check(ask) if check is not None else None


def _extend(ask: Ask) -> Refusal | None:
    """Later than what is in force, and by no more than the class allows."""
    due_at, order = timing.working_due(ask.book, ask.incident, ask.order), ask.order
    if due_at is None or order is None:
        return None
    new_due = ask.form["new_due"]
    if new_due <= due_at:
        return Refusal("due_not_later", "new_due")
    sla = ask.book.classes.get(ask.incident.sla_class)
    limit = parse_limit(sla.extend_limit) if sla is not None else None
    if limit is not None and new_due > ask.book.calendar(order.unit).add(due_at, limit).at:
        return Refusal("extension_long", "new_due", {"limit": f"{limit.amount:g} {limit.unit}"})
    return None


def _forced(ask: Ask) -> Refusal | None:
    """Outside the responsibility row, with a written reason, by whoever holds the power."""
    if not ask.form.get("forced"):
        return None
    if not ask.book.permits(ask.actor.role, "force_dispatch"):
        return Refusal("role_may_not", "forced", {"role": ask.actor.role, "action": ask.transition.action})
    return None if ask.form.get("rule_or_reason") else Refusal("field_missing", "rule_or_reason")


def _archive(ask: Ask) -> Refusal | None:
    """A merged case is archived together with its master: after it, in the same breath."""
    master = ask.others.get(ask.incident.master)
    if not ask.incident.master or (master is not None and ask.book.states[master.state].kind == "final"):
        return None
    return Refusal("master_first")


def _reopen(ask: Ask) -> Refusal | None:
    """What was merged lives on in its master: that is the case to reopen."""
    return Refusal("reopen_master") if ask.incident.master else None


_TERMS: dict[str, Callable[[Ask], Refusal | None]] = {
    "extend": _extend,
    "dispatch": _forced,
    "archive": _archive,
    "reopen": _reopen,
}
