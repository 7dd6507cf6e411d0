"""What a unit does with its order: sign, call, arrive, report progress, ask for what it needs, answer."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from app.base.clock import HOUR_MS
from app.domain import clockwork, timing
from app.domain.actor import Actor
from app.domain.order import Order
from app.domain.rulebook import MILESTONES
from app.drill.life import Scene, Wish
from app.drill.wishes.dispatching import another_lead, another_unit

AT_WORK = ("handling", "rework")
RETURN_REASON = "R02"
"""Not our function: the reason that names another department."""

HELD_MS = 70 * HOUR_MS
"""A hold is reviewed after so much office time: ten working days."""

WAIT_MS = 14 * HOUR_MS
"""A reporter gets so much office time to answer: two working days, less than a wait may last."""

HANG_ON = {"ask_extension": "refuse_extension", "ask_hold": "refuse_hold"}
"""Requests whose answer the unit waits for, and the last answer that the centre gives."""

NEEDS_ORDINARY = ("ask_hold", "wait_for_party")
"""Urgent work never pauses."""


def wishes(scene: Scene) -> Iterator[Wish]:
    """The next step on every order, and the next milestone of an urgent case."""
    for order in scene.incident.orders:
        handler = scene.cast.unit("handler", order.unit)
        if handler is None:
            continue
        if order.awaits_recall_receipt:
            yield Wish(f"order/{order.code}", "ack_recall", handler, "ack_recall", order.code)
        elif order.in_force and not any(p.order == order.code for p in scene.incident.pending):
            yield from _order(scene, order, handler)
    yield from _milestone(scene)


def _order(scene: Scene, order: Order, handler: Actor) -> Iterator[Wish]:
    slot = f"order/{order.code}"
    if order.state == "dispatched":
        yield from _unsigned(scene, order, handler, slot)
    elif order.state in AT_WORK:
        yield from _at_work(scene, order, handler, slot)
    elif order.state == "on_hold":
        yield Wish(slot, "resume", handler, "resume", order.code)
    elif order.state == "waiting":
        yield Wish(slot, "wait_end", handler, "wait_end", order.code, {"answered": "answered"})


def _unsigned(scene: Scene, order: Order, handler: Actor, slot: str) -> Iterator[Wish]:
    if _returns(scene, order):
        form = {"return_reason_code": RETURN_REASON, "suggested_department": another_lead(scene)}
        yield Wish(slot, "return", handler, "return", order.code, form)
    pace = f"sign_{scene.fate.signs}" if scene.fate.signs and order.role == "lead" else "sign"
    yield Wish(slot, "sign", handler, pace, order.code)


def _returns(scene: Scene, order: Order) -> bool:
    """A lead returns once; a case that is fated so is returned by the next lead too."""
    if scene.fate.turn != "return" or order.role != "lead" or not order.returnable or order.asked_return:
        return False
    before = [o for o in scene.incident.orders if o.role == "lead" and o.asked_return]
    if before and not (scene.fate.returns_again and len(before) == 1):
        return False
    until = timing.return_window_end(scene.book, scene.incident, order)
    return until is None or scene.now < until


def _at_work(scene: Scene, order: Order, handler: Actor, slot: str) -> Iterator[Wish]:
    code = order.code
    if clockwork.running(order.clocks, "first_contact") is not None:
        pace = "contact_late" if scene.fate.contact_late else "contact"
        yield Wish(slot, "first_contact", handler, pace, code)
    if _hangs(scene, order):
        return
    if order.role == "lead":
        yield from _extras(scene, order, handler, slot)
    if scene.fate.progress and order.role == "lead" and not scene.life.done[f"progress/{code}"]:
        yield Wish(slot, "progress", handler, "progress", code)
    if order.role != "lead" or (_children_in(scene, order) and not _milestone_left(scene)):
        yield Wish(slot, "feedback", handler, "feedback", code)


def _extras(scene: Scene, order: Order, handler: Actor, slot: str) -> Iterator[Wish]:
    fate, done, code = scene.fate, scene.life.done, order.code
    if fate.dispatches_on and order.unit.startswith("JD@") and not scene.took("dispatch_on"):
        yield Wish(slot, "dispatch_on", handler, "early", code, {"sub_unit": "SQ"})
    asked = fate.extra
    if not asked or done[f"{asked}/{code}"] or (scene.incident.urgent and asked in NEEDS_ORDINARY):
        return
    due_at = timing.working_due(scene.book, scene.incident, order)
    sla = scene.book.classes.get(scene.incident.sla_class)
    if asked in ("ask_extension", "ask_hold") and (due_at is None or scene.now >= due_at):
        return
    if asked == "ask_extension" and (sla is None or order.extensions >= sla.extend_max):
        return
    form = _asking(scene, asked)
    if form is not None:
        yield Wish(slot, asked, handler, asked, code, form)


def _asking(scene: Scene, asked: str) -> dict[str, Any] | None:
    """What matters in the form of a request; None when there is nothing to ask for."""
    office, now = scene.book.office, scene.now
    if asked == "ask_coop":
        helper = another_unit(scene)
        return {"suggested_department": helper} if helper else None
    if asked == "ask_hold":
        return {"review_date": office.add_working(now, HELD_MS)}
    return {"until": office.add_working(now, WAIT_MS)} if asked == "wait_for_party" else {}


def _hangs(scene: Scene, order: Order) -> bool:
    """Whether the unit's next step hangs on an answer that will come."""
    refused = scene.life.refused
    return any(
        request.kind in HANG_ON and not refused[f"{HANG_ON[request.kind]}/{order.code}"]
        for request in order.requests
    )


def _children_in(scene: Scene, lead: Order) -> bool:
    """The lead answers last: the other mandatory orders have feedback, or were recalled and acknowledged."""
    others = [o for o in scene.incident.orders if o.code != lead.code and o.mandatory]
    return not any(o.awaits_recall_receipt or (o.in_force and o.state != "check") for o in others)


def _milestone_left(scene: Scene) -> bool:
    return _next_milestone(scene) is not None


def _next_milestone(scene: Scene) -> str | None:
    """The first milestone that runs and has a limit here."""
    for milestone in MILESTONES:
        run = clockwork.running(scene.incident.clocks, milestone)
        if run is not None and timing.due_of(scene.book, scene.incident, None, run) is not None:
            return milestone
    return None


def _milestone(scene: Scene) -> Iterator[Wish]:
    lead = scene.incident.lead
    if lead is None or scene.incident.state not in (*AT_WORK, "dispatched", "return_review", "arbitration"):
        return
    handler = scene.cast.unit("handler", lead.unit)
    if handler is None:
        return
    milestone = _next_milestone(scene)
    if milestone is not None:
        form = {"unit": lead.unit} if milestone == "arrive" else {}
        yield Wish("milestone", milestone, handler, milestone, form=form)
