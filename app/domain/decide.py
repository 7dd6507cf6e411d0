"""Deciding: from a case as it stands and what somebody wants, one fact or one refusal. Pure."""

from __future__ import annotations

import msgspec
from msgspec.structs import replace

from app.domain.actor import SYSTEM_ROLE, Actor
from app.domain.ask import Ask
from app.domain.bodies import BODIES, Mint
from app.domain.forms import check_form
from app.domain.guards import GUARDS
from app.domain.incident import Incident, Pending
from app.domain.moves import CaseMoved, ConfirmationAsked, ConfirmationRefused
from app.domain.order import Order
from app.domain.refusal import Refusal
from app.domain.rulebook import RuleBook
from app.domain.standing import acts_for, concerns
from app.domain.terms import check_terms
from app.domain.workflow import Transition

RECEIPT = "ack_recall"
LOWERING = "lower_by_lead"


def decide(ask: Ask, mint: Mint) -> msgspec.Struct | Refusal:
    """One body for the log, or why not. `mint` gives ids and codes where the action makes new cases."""
    pending = None
    if ask.confirms:
        pending = pending_named(ask)
        if pending is None:
            return Refusal("nothing_to_confirm")
        ask = replace(ask, form=pending.form, order=ask.incident.order(pending.order))
        refused = may_confirm(ask.book, ask.incident, ask.actor, pending)
    else:
        refused = authorised(ask)
    refused = refused or _in_state(ask)
    if refused is not None:
        return refused
    form = check_form(ask)
    if isinstance(form, Refusal):
        return form
    ask = replace(ask, form=form)
    refused = _guarded(ask) or check_terms(ask)
    if refused is not None:
        return refused
    order = ask.order.code if ask.order is not None else ""
    if pending is None and needs_confirmation(ask):
        if any(p.action == ask.transition.action and p.order == order for p in ask.incident.pending):
            return Refusal("already_asked")
        return ConfirmationAsked(ask.incident.id, ask.transition.action, ask.transition.confirm, order, form)
    build = BODIES.get(ask.transition.effect)
    if build is not None:
        return build(ask, mint)
    return CaseMoved(ask.incident.id, ask.transition.action, order, form)


def _guarded(ask: Ask) -> Refusal | None:
    names = ask.transition.guards
    if "sla_class" in ask.form and LOWERING not in names:
        # Whatever the step, an urgent class is lowered by the shift lead only.
        names = (*names, LOWERING)
    for name in names:
        if not GUARDS[name](ask):
            return Refusal("guard", params={"guard": name}, words=ask.book.guards.get(name))
    return None


def refuse_confirmation(ask: Ask, reason: str) -> ConfirmationRefused | Refusal:
    """The second person does not agree: the request goes, the case stays as it was."""
    pending = pending_named(ask)
    if pending is None:
        return Refusal("nothing_to_confirm")
    refused = may_confirm(ask.book, ask.incident, ask.actor, pending)
    if refused is not None:
        return refused
    if not reason.strip():
        return Refusal("field_missing", "reason")
    return ConfirmationRefused(ask.incident.id, pending.eid, reason.strip())


def authorised(ask: Ask) -> Refusal | None:
    """Whether the actor's role may do this at all, and on this unit's order."""
    transition, actor = ask.transition, ask.actor
    if actor.role not in transition.by:
        return Refusal("role_may_not", params={"role": actor.role, "action": transition.action})
    role = ask.book.roles.get(actor.role)
    if role is None or role.side != "unit":
        return None
    if transition.on == "order":
        own = ask.order is None or acts_for(actor, ask.order.unit)
    else:
        own = concerns(actor, ask.incident)
    return None if own else Refusal("other_units_order", params={"unit": actor.unit})


def _in_state(ask: Ask) -> Refusal | None:
    transition = ask.transition
    if transition.on == "incident":
        held = ask.incident.state
    elif ask.order is None:
        return Refusal("no_order", params={"action": transition.action})
    elif transition.action == RECEIPT:
        return None if ask.order.awaits_recall_receipt else Refusal("no_recall_open")
    elif not ask.order.in_force:
        return Refusal("order_ended", params={"order": ask.order.code})
    else:
        held = ask.order.state
    if held in transition.sources:
        return None
    return Refusal("wrong_state", params={"state": held, "action": transition.action})


def needs_confirmation(ask: Ask) -> bool:
    """Whether a second, different person must agree. The system never waits for one, and who
    settles a contest is the second person.

    `confirm_when` narrows it by words: `not_urgent` must hold; of `overlay:ID`, `class:ID` and `field:ID`
    (filled in) one must.
    """
    if not ask.transition.confirm or ask.actor.role == SYSTEM_ROLE or ask.settles:
        return False
    words = ask.transition.confirm_when.split()
    if "not_urgent" in words and ask.incident.urgent:
        return False
    held = {f"class:{ask.incident.sla_class}"}
    held |= {f"overlay:{overlay}" for overlay in ask.incident.overlays}
    held |= {f"field:{field}" for field in ask.form}
    marks = [word for word in words if ":" in word]
    return not marks or any(mark in held for mark in marks)


def pending_named(ask: Ask) -> Pending | None:
    """The open request that the actor means, if it is one for this action."""
    named = (p for p in ask.incident.pending if p.eid == ask.confirms)
    return next((p for p in named if p.action == ask.transition.action), None)


def may_confirm(book: RuleBook, incident: Incident, actor: Actor, pending: Pending) -> Refusal | None:
    """A second, different person who holds the permission; of the unit where it is a unit's to give."""
    if actor.operator == pending.asked_by:
        return Refusal("same_person")
    role = book.roles.get(actor.role)
    if role is None or pending.permission not in role.permissions:
        return Refusal("role_may_not", params={"role": actor.role, "action": pending.action})
    order = incident.order(pending.order)
    if role.side == "unit" and order is not None and not acts_for(actor, order.unit):
        return Refusal("other_units_order", params={"unit": actor.unit})
    return None


def pick_order(incident: Incident, transition: Transition, actor: Actor, code: str) -> Order | None:
    """The order an order action means: the one named, else the actor's own in force, else the lead."""
    if transition.on != "order":
        return None
    if code:
        return incident.order(code)
    wanted = [
        o
        for o in incident.orders
        if (o.awaits_recall_receipt if transition.action == RECEIPT else o.in_force)
    ]
    own = [o for o in wanted if acts_for(actor, o.unit)]
    if own:
        return next((o for o in own if o.unit == actor.unit), own[0])
    return incident.lead if transition.action != RECEIPT else (wanted[0] if wanted else None)
