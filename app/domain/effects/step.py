"""The part every transition shares: the state of incident and order, and the clocks the rules name."""

from __future__ import annotations

from collections.abc import Callable

from msgspec.structs import replace

from app.base.clock import Instant
from app.domain import clockwork
from app.domain.incident import Incident
from app.domain.order import Order, OrderEnd
from app.domain.rulebook import MILESTONES, RuleBook
from app.domain.workflow import ALL_CLOCKS, PRIOR, SAME, ClockSteps, Transition

HANDLE = "handle"
FIRST_CONTACT = "first_contact"
SIGN = "sign"

NO_STEPS = ClockSteps()


def put_order(incident: Incident, order: Order) -> Incident:
    """The incident with `order` in the place of the one of the same code."""
    orders = incident.orders
    if len(orders) == 1 and orders[0] is order:
        return incident
    return replace(incident, orders=tuple([order if o.code == order.code else o for o in orders]))


def end_order(order: Order, end: OrderEnd, at: Instant, *, acknowledged: bool = True) -> Order:
    """The order out of force: every clock of it stops and nothing it asked for is open any more."""
    return replace(
        order,
        end=end,
        acknowledged=acknowledged,
        clocks=clockwork.stop(order.clocks, (ALL_CLOCKS,), at),
        requests=(),
    )


def recall_orders(incident: Incident, at: Instant, which: Callable[[Order], bool]) -> Incident:
    """Recall the orders in force that `which` names, and the second-level orders below them: the unit is told
    and must acknowledge."""
    gone = {o.code for o in incident.orders if o.in_force and which(o)}
    if not gone:
        return incident
    orders = []
    for order in incident.orders:
        if order.in_force and (order.code in gone or order.parent in gone):
            # Sub-orders stand behind their parents, so those of subs are seen in the same pass.
            gone.add(order.code)
            order = end_order(order, "recalled", at, acknowledged=False)
        orders.append(order)
    return replace(incident, orders=tuple(orders))


def any_order(_order: Order) -> bool:
    """For recall_orders: all of them."""
    return True


def target_state(to: str, state: str, prior: str) -> str:
    if to == SAME:
        return state
    return prior or state if to == PRIOR else to


def take(
    incident: Incident, transition: Transition, order: Order | None, at: Instant, book: RuleBook
) -> Incident:
    """Move the state and turn the clocks. On an order the incident follows its lead, and on the incident the
    lead follows too, so that the two never tell different states."""
    if transition.on == "order" and order is not None:
        incident = put_order(incident, enter(order, target_state(transition.to, order.state, order.prior)))
        if order.role == "lead" and order.in_force:
            incident = enter_incident(incident, target_state(transition.to, incident.state, order.prior))
    else:
        to = target_state(transition.to, incident.state, incident.prior)
        incident = enter_incident(incident, to)
        lead = incident.lead
        if lead is not None and book.states[to].owner == "lead":
            incident = put_order(incident, enter(lead, to))
    return turn_clocks(incident, transition.clock, order, at, book)


def enter(order: Order, state: str) -> Order:
    return order if state == order.state else replace(order, state=state, prior=order.state)


def enter_incident(incident: Incident, state: str) -> Incident:
    if state == incident.state:
        return incident
    return replace(incident, state=state, prior=incident.state)


def turn_clocks(
    incident: Incident, steps: ClockSteps, order: Order | None, at: Instant, book: RuleBook
) -> Incident:
    """Apply the steps: incident clocks to the incident (unless a co-order moved alone), order clocks to the
    order that moved, or to the lead when the incident did; `all` reaches every order in force."""
    if steps == NO_STEPS:
        return incident
    alone = order is not None and order.role != "lead"
    if not alone:
        clocks = _turned(incident.clocks, steps, at, incident, book)
        if clocks is not incident.clocks:
            incident = replace(incident, clocks=clocks)
    if ALL_CLOCKS in steps.stop:
        incident = replace(
            incident,
            orders=tuple(
                replace(o, clocks=clockwork.stop(o.clocks, (ALL_CLOCKS,), at)) if o.in_force else o
                for o in incident.orders
            ),
        )
    target = incident.order(order.code) if order is not None else incident.lead
    if target is not None:
        clocks = _turned(target.clocks, steps, at, incident, book, target)
        if clocks is not target.clocks:
            incident = put_order(incident, replace(target, clocks=clocks))
    return incident


def _turned(
    runs: clockwork.Runs,
    steps: ClockSteps,
    at: Instant,
    incident: Incident,
    book: RuleBook,
    order: Order | None = None,
) -> clockwork.Runs:
    """The clocks of the incident, or of `order`, after the steps that name clocks of its own."""
    mine = book.steps_on(steps, "incident" if order is None else "order")
    if mine == NO_STEPS:
        return runs
    if mine.stop:
        runs = clockwork.stop(runs, mine.stop, at)
    if mine.start:
        runs = clockwork.start(runs, _to_start(mine.start, incident, order), at)
    if mine.pause and not incident.urgent:
        # Rule handle_first: urgent work never pauses.
        runs = clockwork.pause(runs, mine.pause, at, incident.state if order is None else order.state)
    return clockwork.resume(runs, mine.resume, at) if mine.resume else runs


def _to_start(clocks: tuple[str, ...], incident: Incident, order: Order | None) -> tuple[str, ...]:
    if order is not None and (order.contacted_at is not None or not answer_wanted(incident)):
        return tuple(clock for clock in clocks if clock != FIRST_CONTACT)
    return clocks


def answer_wanted(incident: Incident) -> bool:
    """Whether anybody wants an answer: without one there is no first-contact clock."""
    return any(report.wants_answer for report in incident.reports)


def start_milestones(incident: Incident) -> Incident:
    """Urgent: arrive, make_safe and restore count from the FIRST dispatch and never restart at another.

    A reopened case begins a new period: they count from its first dispatch again.
    """
    since = incident.milestones_from
    if not incident.urgent or since is None:
        return incident
    missing = [m for m in MILESTONES if clockwork.first_run(incident.clocks, m, since) is None]
    return replace(incident, clocks=clockwork.start(incident.clocks, missing, since))
