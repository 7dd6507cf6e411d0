"""The named conditions of transitions: pure questions about the case, the form and the one who asks."""

from __future__ import annotations

from collections.abc import Callable

from app.domain import clockwork, timing
from app.domain.actor import SYSTEM_ROLE
from app.domain.ask import Ask
from app.domain.limits import parse_limit
from app.domain.order import ANSWERS
from app.domain.rulebook import MILESTONES
from app.domain.standing import acts_for, covers

Guard = Callable[[Ask], bool]

QUESTION = "Q0"
"""The class of questions that can be answered at once."""


def _auto_rule(ask: Ask) -> bool:
    """Nothing is released for automatic work; the system only files what a person accepted as urgent."""
    return ask.actor.role != SYSTEM_ROLE or (ask.transition.action == "file" and ask.incident.urgent)


def _first_to_territory(ask: Ask) -> bool:
    return not ask.incident.urgent or ask.incident.first_dispatch_at is not None


def _in_return_window(ask: Ask) -> bool:
    order = ask.order
    if order is None or any(o.asked_return for o in ask.incident.orders if o.unit == order.unit):
        return False
    until = timing.return_window_end(ask.book, ask.incident, order)
    return until is None or ask.now <= until


def _returnable(ask: Ask) -> bool:
    return ask.order is not None and ask.order.returnable


def _first_return(ask: Ask) -> bool:
    """Only the lead's returns count; a co-order's return never sends the case to consultation."""
    return (ask.order is not None and ask.order.role != "lead") or ask.incident.returns == 0


def _lower_by_lead(ask: Ask) -> bool:
    wanted = str(ask.form.get("sla_class") or ask.incident.sla_class)
    return ask.actor.role == "shift_lead" or not ask.book.lowers(ask.incident.sla_class, wanted)


def _sign_overdue(ask: Ask) -> bool:
    if ask.order is None:
        return False
    run = clockwork.running(ask.order.clocks, "sign")
    due = timing.due_of(ask.book, ask.incident, ask.order, run) if run is not None else None
    return due is not None and ask.now > due


def _has_lead(ask: Ask) -> bool:
    """A lead in force, or one whose order ended only because the case was closed."""
    return any(o.role == "lead" and o.end in ("", "done") for o in ask.incident.orders)


def _has_milestones(ask: Ask) -> bool:
    limits = (ask.book.limit(m, ask.incident.sla_class, ask.incident.category) for m in MILESTONES)
    return any(limit is not None for limit in limits)


def _before_due(ask: Ask) -> bool:
    due = timing.working_due(ask.book, ask.incident, ask.lead_or_order)
    return due is None or ask.now <= due


def _extension_left(ask: Ask) -> bool:
    """Of an urgent case only restore is extended, which is the lead's to ask for."""
    order = ask.lead_or_order
    sla = ask.book.classes.get(ask.incident.sla_class)
    if order is None or sla is None or order.extensions >= sla.extend_max:
        return False
    if ask.incident.urgent and order.role != "lead":
        return False
    if ask.transition.action != "extend":
        return True
    second = ask.book.permits(ask.actor.role, "approve_extension_2")
    return second or (order.extensions == 0 and ask.book.permits(ask.actor.role, "approve_extension_1"))


def _request_pending(ask: Ask) -> bool:
    kind = ANSWERS.get(ask.transition.action, "")
    return ask.order is not None and any(r.kind == kind for r in ask.order.requests)


HOLD_SHORT = "5 wd"
"""Up to this long a hold needs only approve_hold_short."""


def _hold_power(ask: Ask) -> bool:
    if ask.book.permits(ask.actor.role, "approve_hold"):
        return True
    if not ask.book.permits(ask.actor.role, "approve_hold_short"):
        return False
    review, short = ask.form.get("review_date"), parse_limit(HOLD_SHORT)
    return isinstance(review, int) and short is not None and review <= ask.book.office.add(ask.now, short).at


def _wait_left(ask: Ask) -> bool:
    if ask.order is None or ask.order.waits >= ask.book.rules.sla.wait_party_max_times:
        return False
    limit = ask.book.limit("wait_party", ask.incident.sla_class, ask.incident.category)
    until = ask.form.get("until")
    return limit is None or not isinstance(until, int) or until <= ask.book.office.add(ask.now, limit).at


def _children_in(ask: Ask) -> bool:
    """The lead answers last: every mandatory order has feedback, or was recalled and acknowledged.

    What an earlier lead, or its co-departments, have not acknowledged does not hold up the present one.
    """
    lead = ask.order
    if lead is None or lead.role != "lead":
        return True
    return not any(
        (o.in_force and o.state != "check")
        or (o.awaits_recall_receipt and o.role == "co" and o.dispatched_at >= lead.dispatched_at)
        for o in ask.incident.orders
        if o.code != lead.code and o.mandatory
    )


def _other_unit(ask: Ask) -> bool:
    """Handling and checking are separate: a person of no unit that handled, and not the one who dispatched
    where somebody else at the desk could check."""
    handled = (o for o in ask.incident.orders if o.in_force and o.feedback_at)
    if any(acts_for(ask.actor, order.unit) for order in handled):
        return False
    return not ask.colleague or ask.actor.operator != ask.incident.dispatched_by


def _class_q0(ask: Ask) -> bool:
    if ask.incident.urgent:
        return False
    category = str(ask.form.get("category") or ask.incident.category)
    return ask.book.class_of(category) == QUESTION


def _self_handle_category(ask: Ask) -> bool:
    """The category is released, the actor belongs to the place, and nobody was dispatched."""
    row = ask.book.matrix.get(str(ask.form.get("category") or ask.incident.category))
    local = covers(ask.actor, ask.incident.place.area)
    return row is not None and row.self_handle and local and not ask.incident.orders


def _master_open(ask: Ask) -> bool:
    master = ask.others.get(str(ask.form.get("master_id", "")))
    return (
        master is not None
        and master.id != ask.incident.id
        and ask.book.states[master.state].kind in ("open", "paused")
    )


def _master_not_archived(ask: Ask) -> bool:
    master = ask.others.get(ask.incident.master)
    return master is not None and ask.book.states[master.state].kind != "final"


def _orders_settled(ask: Ask) -> bool:
    """Merging, the form says of each open order whether it is carried or recalled; second-level orders go
    with their owner's. Without a master to carry them to, the step itself recalls them all."""
    if ask.transition.effect != "merge":
        return True
    named = {*ask.form.get("orders_carried", ()), *ask.form.get("orders_recalled", ())}
    return all(o.code in named for o in ask.incident.orders if o.in_force and o.role != "sub")


def _no_hazard(ask: Ask) -> bool:
    """A hazard goes on without its reporter: an urgent case is lowered first, by a person who looked."""
    return not ask.incident.urgent


def _judged_on_site(ask: Ask) -> bool:
    """Danger to life: somebody on site has confirmed it; the arrival stands in the log."""
    if ask.incident.sla_class != ask.book.gravest:
        return True
    arrived = clockwork.first_run(ask.incident.clocks, "arrive", ask.incident.milestones_from)
    return arrived is not None and arrived.stopped_at is not None


GUARDS: dict[str, Guard] = {
    "not_urgent": lambda ask: not ask.incident.urgent,
    "auto_rule": _auto_rule,
    "first_to_territory": _first_to_territory,
    "in_return_window": _in_return_window,
    "returnable": _returnable,
    "first_return": _first_return,
    "lower_by_lead": _lower_by_lead,
    "sign_overdue": _sign_overdue,
    "has_lead": _has_lead,
    "has_milestones": _has_milestones,
    "before_due": _before_due,
    "extension_left": _extension_left,
    "request_pending": _request_pending,
    "hold_power": _hold_power,
    "wait_left": _wait_left,
    "children_in": _children_in,
    "other_unit": _other_unit,
    "class_q0": _class_q0,
    "self_handle_category": _self_handle_category,
    "master_open": _master_open,
    "master_not_archived": _master_not_archived,
    "orders_settled": _orders_settled,
    "no_hazard": _no_hazard,
    "judged_on_site": _judged_on_site,
}
"""The only list: guard id to what must be true."""
