"""What an actor may do with a case now, the likely thing first: the rules that will judge it, asked ahead."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from app.base.clock import Instant
from app.domain.actor import Actor
from app.domain.area import AreaTree
from app.domain.ask import Ask
from app.domain.decide import RECEIPT, authorised, may_confirm
from app.domain.guards import GUARDS
from app.domain.incident import Incident, Pending
from app.domain.order import Order
from app.domain.refusal import Refusal
from app.domain.rulebook import RuleBook
from app.domain.standing import acts_for
from app.domain.workflow import SAME, Transition

ASKED_LATER = frozenset(
    {
        "lower_by_lead",
        "hold_power",
        "wait_left",
        "master_open",
        "master_not_archived",
        "orders_settled",
        "auto_rule",
    }
)
"""Guards that look at the filled form or at another case, and so cannot be asked before it is filled."""

PROPOSED = frozenset({"class_q0", "self_handle_category"})
"""Guards that the form may still turn: as the case stands now they only say how likely the step is."""


class Option(msgspec.Struct, frozen=True):
    """One action, on one order where it is an order's. `refusal` says why it is shown but not to be had."""

    transition: Transition
    order: str = ""
    refusal: Refusal | None = None


def options(
    book: RuleBook, incident: Incident, actor: Actor, areas: AreaTree, now: Instant
) -> tuple[Option, ...]:
    """Every transition of the actor's role whose state fits: the lead order's before those of others, each by
    rank; what does not suit the case as it stands comes behind, what a guard forbids last and only once."""
    role = book.roles.get(actor.role)
    own_only = role is not None and role.side == "unit"
    ranked: list[tuple[tuple[bool, bool, bool, int], Option]] = []
    for transition in book.transitions.values():
        if actor.role not in transition.by or not transition.sources:
            continue
        forbidden: Option | None = None
        free = False
        for order in _orders(incident, transition, actor, own_only):
            ask = Ask(
                book=book,
                incident=incident,
                transition=transition,
                actor=actor,
                now=now,
                order=order,
                areas=areas,
            )
            if not _fits(ask):
                continue
            option = Option(transition, order.code if order is not None else "", _forbidden(ask))
            if option.refusal is not None:
                forbidden = forbidden or option
                continue
            free = True
            beside = not own_only and order is not None and order.role != "lead"
            ranked.append(((False, beside, _unlikely(ask), transition.rank), option))
        if forbidden is not None and not free:
            ranked.append(((True, False, False, transition.rank), forbidden))
    ranked.sort(key=lambda pair: pair[0])
    return tuple(option for _, option in ranked)


def confirmable(book: RuleBook, incident: Incident, actor: Actor) -> tuple[Pending, ...]:
    """The requests this actor may agree to or turn down as the second person."""
    return tuple(p for p in incident.pending if may_confirm(book, incident, actor, p) is None)


def _orders(
    incident: Incident, transition: Transition, actor: Actor, own_only: bool
) -> Iterator[Order | None]:
    """The orders an action may mean: the centre's people any, a unit's their own; the lead first."""
    if transition.on != "order":
        yield None
        return
    for order in sorted(incident.orders, key=lambda o: o.role != "lead"):
        if not own_only or acts_for(actor, order.unit):
            yield order


def _fits(ask: Ask) -> bool:
    transition = ask.transition
    if transition.effect == "promise_kept" and not ask.incident.promises:
        return False
    if transition.on == "order":
        if ask.order is None:
            return False
        if transition.action == RECEIPT:
            return ask.order.awaits_recall_receipt and authorised(ask) is None
        if not ask.order.in_force or ask.order.state not in transition.sources:
            return False
    elif ask.incident.state not in transition.sources:
        return False
    return authorised(ask) is None


def _forbidden(ask: Ask) -> Refusal | None:
    for name in ask.transition.guards:
        if name not in ASKED_LATER | PROPOSED and not GUARDS[name](ask):
            return Refusal("guard", params={"guard": name}, words=ask.book.guards.get(name))
    return None


def _unlikely(ask: Ask) -> bool:
    """The case has no class for it, or it would only stop clocks of which none runs: it was done before."""
    transition = ask.transition
    if any(name in PROPOSED and not GUARDS[name](ask) for name in transition.guards):
        return True
    stops = set(transition.clock.stop)
    if transition.to != SAME or not stops:
        return False
    runs = [*ask.incident.clocks, *(ask.order.clocks if ask.order is not None else ())]
    return not any(run.clock in stops and run.stopped_at is None for run in runs)
