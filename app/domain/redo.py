"""Carrying out what a desk wanted while cut off, on the case as it stands now: the rules' own ways to it."""

from __future__ import annotations

from typing import Any

import msgspec

from app.domain.contested import Contested
from app.domain.fitting import RELIEVING
from app.domain.incident import Incident
from app.domain.rulebook import RuleBook
from app.domain.workflow import Transition

DISPATCHING = ("dispatch", "redispatch")
"""Effects that put a lead in charge: of a case that has none, and of one that has."""

FAULT = "none"
"""Two desks that dispatched unseen by one another are nobody's mistake: nothing is counted as a return."""


class Wish(msgspec.Struct, frozen=True):
    """One step to take. `last`: it is what was wanted, and not only the way there."""

    action: str
    order: str
    form: dict[str, Any]
    last: bool = True


def next_wish(
    item: Contested, case: Incident, master: Incident | None, book: RuleBook, reason: str
) -> Wish | None:
    """The next step to what `item` wanted, from `case` as it stands; None when the rules no longer know it.

    - An action that may start from the present state is taken as it was wanted.
    - dispatch, redispatch and name_lead over a case that has been dispatched become redispatch (lead and
      co-departments as wanted, fault `none`); over one that was recalled they become dispatch.
    - A merge over a merged case is preceded by unmerge; over a dispatched one it is merge_dispatched, which
      carries the units at work to the master, or recalls them where the master has no lead.
    - A hold over a case on hold is preceded by resume.
    - Everything else is tried as it is, and the rules may refuse it.
    """
    wanted = book.transitions.get(item.action)
    if wanted is None:
        return None
    held = case.state
    if wanted.on == "order":
        order = case.order(item.order)
        held = order.state if order is not None else held
    if wanted.effect in RELIEVING and held not in wanted.sources:
        return _dispatched(item, held, book, reason)
    if wanted.effect == "merge":
        return _merged(item, case, master, book, reason)
    if wanted.effect == "hold" and held == wanted.to:
        resume = _from(book, held, lambda t: t.on == "order" and "handle" in t.clock.resume)
        return _way(resume, item.order, reason) if resume is not None else None
    return Wish(item.action, item.order, item.form)


def _dispatched(item: Contested, held: str, book: RuleBook, reason: str) -> Wish:
    other = _from(book, held, lambda t: t.effect in DISPATCHING)
    if other is None:
        return Wish(item.action, item.order, item.form)
    form = {**item.form, "reason": reason, "rule_or_reason": reason, "fault": FAULT}
    return Wish(other.action, "", _only(other, form))


def _merged(
    item: Contested, case: Incident, master: Incident | None, book: RuleBook, reason: str
) -> Wish | None:
    if case.master:
        undo = _from(book, case.state, lambda t: t.effect == "unmerge")
        return _way(undo, "", reason) if undo is not None else None
    merge = _from(book, case.state, lambda t: t.effect == "merge") or book.transitions[item.action]
    named = {*item.form.get("orders_carried", ()), *item.form.get("orders_recalled", ())}
    open_orders = [o.code for o in case.orders if o.in_force and o.role != "sub"]
    kept = [code for code in item.form.get("orders_carried", ()) if code in open_orders]
    gone = [code for code in item.form.get("orders_recalled", ()) if code in open_orders]
    unnamed = [code for code in open_orders if code not in named]
    if master is not None and master.lead is not None:
        kept += unnamed
    else:
        gone += unnamed
    form = {**item.form, "orders_carried": kept, "orders_recalled": gone}
    return Wish(merge.action, "", _only(merge, form))


def _way(transition: Transition, order: str, reason: str) -> Wish:
    return Wish(transition.action, order, _only(transition, {"reason": reason}), last=False)


def _from(book: RuleBook, state: str, fits: Any) -> Transition | None:
    return next((t for t in book.transitions.values() if state in t.sources and fits(t)), None)


def _only(transition: Transition, form: dict[str, Any]) -> dict[str, Any]:
    """What of the values the transition asks for."""
    asked = {field.id for field in transition.fields}
    return {name: value for name, value in form.items() if name in asked and value not in (None, "", [], ())}
