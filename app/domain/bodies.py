"""The bodies of actions that carry more than a form: issued orders, merges and splits."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

import msgspec

from app.domain import clockwork, timing
from app.domain.ask import Ask, resolve_unit
from app.domain.code import last_number, order_code
from app.domain.incident import Incident
from app.domain.moves import CaseMerged, CaseSplit, CaseUnmerged, OrdersIssued, SplitPart
from app.domain.order import Order, OrderIssue
from app.domain.refusal import Refusal

SUB_DUE_BUFFER_MS = 3_600_000
"""A second-level order is due an hour before its owner's, so that the owner can still answer."""


class Mint(Protocol):
    """Gives new identities; randomness and counters live with the caller."""

    def incident(self) -> str: ...

    def code(self, channel: str) -> str: ...


def _next_codes(ask: Ask, count: int) -> list[str]:
    used = last_number(o.code for o in ask.incident.orders if o.role != "sub")
    return [order_code(ask.incident.code, used + n) for n in range(1, count + 1)]


def _unit(ask: Ask, code: str) -> str:
    return resolve_unit(code, ask.incident.place.area, ask.areas)


def _dispatch(ask: Ask, _mint: Mint) -> OrdersIssued | Refusal:
    """Parallel dispatch: one lead and any number of co-orders in one step; nobody twice.

    A dispatch that was forced, or that a consultation decided, cannot be returned.
    """
    lead = _unit(ask, str(ask.form["lead_department"]))
    named = (_unit(ask, code) for code in ask.form.get("co_departments", ()))
    co = [unit for unit in dict.fromkeys(named) if unit != lead]
    codes = _next_codes(ask, 1 + len(co))
    returnable = ask.transition.effect != "name_lead" and not ask.form.get("forced")
    orders = [OrderIssue(codes[0], lead, "lead", returnable=returnable)]
    orders += [
        OrderIssue(code, unit, "co", returnable=returnable) for code, unit in zip(codes[1:], co, strict=True)
    ]
    return OrdersIssued(ask.incident.id, ask.transition.action, tuple(orders), form=dict(ask.form))


def _add_co(ask: Ask, _mint: Mint) -> OrdersIssued | Refusal:
    present = {o.unit for o in ask.incident.orders if o.in_force}
    named = (_unit(ask, code) for code in ask.form["co_departments"])
    units = [unit for unit in dict.fromkeys(named) if unit not in present]
    if not units:
        return Refusal("co_already_in", "co_departments")
    codes = _next_codes(ask, len(units))
    orders = tuple(OrderIssue(code, unit, "co") for code, unit in zip(codes, units, strict=True))
    return OrdersIssued(ask.incident.id, ask.transition.action, orders, form=dict(ask.form))


def _dispatch_on(ask: Ask, _mint: Mint) -> OrdersIssued | Refusal:
    """Second level: the owner stays the owner, its sub-unit gets an order of its own, due before the
    owner's."""
    parent = ask.order
    if parent is None:
        return Refusal("no_order", params={"action": ask.transition.action})
    unit = _unit(ask, str(ask.form["sub_unit"]))
    if any(o.in_force and o.unit == unit for o in ask.incident.orders):
        return Refusal("unit_already_in", "sub_unit", {"unit": unit})
    number = 1 + last_number(o.code for o in ask.incident.orders if o.parent == parent.code)
    due_at = ask.form.get("sub_due")
    owners = timing.working_due(ask.book, ask.incident, parent)
    latest = owners - SUB_DUE_BUFFER_MS if owners is not None else None
    if due_at is None:
        due_at = latest
    elif latest is not None and due_at > latest:
        return Refusal("sub_due_late", "sub_due")
    issue = OrderIssue(
        order_code(parent.code, number),
        unit,
        "sub",
        mandatory=False,
        parent=parent.code,
        due_at=due_at,
    )
    return OrdersIssued(ask.incident.id, ask.transition.action, (issue,), parent.code, dict(ask.form))


def _merge(ask: Ask, _mint: Mint) -> CaseMerged | Refusal:
    """Reports and promises move to the master; each open order is carried there as a co-order, or recalled.

    A unit the master has already is recalled whatever the form says, as are second-level orders: nobody works
    on one matter under two orders.
    """
    master, me = ask.others[str(ask.form["master_id"])], ask.incident
    wanted = set(ask.form.get("orders_carried", ()))
    both = wanted & set(ask.form.get("orders_recalled", ()))
    if both:
        return Refusal("carried_and_recalled", "orders_recalled", {"order": min(both)})
    in_force = [o for o in me.orders if o.in_force]
    units = {o.unit for o in master.orders if o.in_force}
    carried = [o for o in in_force if o.code in wanted and o.role != "sub" and o.unit not in units]
    if master.lead is None and (carried or (in_force and me.urgent)):
        # Carrying an order to a master that was never dispatched would dispatch it unseen; and units at work
        # on an urgent matter are not sent away from it.
        return Refusal("master_without_lead", "master_id")
    used = last_number(o.code for o in master.orders if o.role != "sub")
    gone = {o.code for o in in_force} - {o.code for o in carried}
    return CaseMerged(
        me.id,
        ask.transition.action,
        master.id,
        me.reports,
        me.sla_class,
        me.promises,
        tuple(_carried(ask, master, o, used + place) for place, o in enumerate(carried, start=1)),
        tuple(o.code for o in in_force if o.code in gone),
        dict(ask.form),
    )


def _carried(ask: Ask, master: Incident, order: Order, number: int) -> OrderIssue:
    """The master's order for a unit that comes with a merged case: due when its own was, so nobody gains
    time."""
    run = clockwork.running(order.clocks, "handle")
    due_at = timing.due_of(ask.book, ask.incident, order, run) if run is not None else None
    code = order_code(master.code, number)
    return OrderIssue(code, order.unit, "co", order.mandatory, "", due_at, order.returnable)


def _unmerge(ask: Ask, _mint: Mint) -> CaseUnmerged | Refusal:
    """Reports, promises and carried orders come back, recalled units are dispatched again; the master keeps
    the rest. While the master is merged itself, that merge has to be undone first."""
    me, master = ask.incident, ask.others[ask.incident.master]
    if master.master:
        return Refusal("master_merged")
    given = me.given
    restored = [code for code in given.orders if (o := master.order(code)) is not None and o.in_force]
    again = [o for o in me.orders if o.code in given.recalled and o.role != "sub"]
    codes = _next_codes(ask, len(again))
    return CaseUnmerged(
        me.id,
        ask.transition.action,
        master.id,
        tuple(report for report in master.reports if report.report in given.reports),
        tuple(promise for promise in master.promises if promise.eid in given.promises),
        tuple(restored),
        tuple(
            OrderIssue(code, o.unit, o.role, o.mandatory, returnable=o.returnable)
            for code, o in zip(codes, again, strict=True)
        ),
        dict(ask.form),
    )


def _split(ask: Ask, mint: Mint) -> CaseSplit | Refusal:
    """Each part is a case of its own with its own code; it inherits the start of the total time."""
    parts = []
    for part in ask.form["parts"]:
        category = str(part["category"])
        parts.append(
            SplitPart(
                mint.incident(),
                mint.code(ask.incident.channel),
                str(part["what"]),
                category,
                ask.book.class_of(category),
                ask.incident.place,
            )
        )
    return CaseSplit(
        ask.incident.id,
        ask.transition.action,
        tuple(parts),
        ask.incident.received_at,
        ask.incident.channel,
        {"reason": ask.form["reason"]} if "reason" in ask.form else {},
    )


BODIES: dict[str, Callable[[Ask, Mint], msgspec.Struct | Refusal]] = {
    "dispatch": _dispatch,
    "redispatch": _dispatch,
    "name_lead": _dispatch,
    "add_co": _add_co,
    "dispatch_on": _dispatch_on,
    "merge": _merge,
    "unmerge": _unmerge,
    "split": _split,
}
"""Effect name to the maker of its body; every other action is a plain move."""
