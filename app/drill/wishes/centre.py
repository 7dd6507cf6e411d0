"""What the centre decides while units work: returns, requests, responsibility, transfers, merged cases."""

from __future__ import annotations

from collections.abc import Iterator

from app.base.clock import DAY_MS
from app.domain import timing
from app.domain.order import Order
from app.drill.life import Scene, Wish
from app.drill.wishes.dispatching import another_lead
from app.drill.wishes.intake import CASE

LONGER_BY = 3
"""An extension adds one part in so many of the time the unit had."""


def wishes(scene: Scene) -> Iterator[Wish]:
    """Answers to what units asked, and the next step of cases that wait at the centre."""
    incident = scene.incident
    for order in incident.orders:
        if order.in_force:
            yield from _answers(scene, order)
    if incident.state == "arbitration":
        head = scene.cast.centre("centre_lead")
        if head is not None:
            form = {"lead_department": another_lead(scene)}
            yield Wish(CASE, "name_lead", head, "arbitration", form=form)
    elif incident.state == "transferred":
        yield from _transferred(scene)
    elif incident.state == "merged" and scene.fate.unmerges and not scene.took("unmerge"):
        desk = scene.cast.centre("dispatcher", scene.life.serial)
        if desk is not None:
            yield Wish(CASE, "unmerge", desk, "unmerge")


def _answers(scene: Scene, order: Order) -> Iterator[Wish]:
    slot = f"answer/{order.code}"
    if order.state == "return_review":
        yield from _return_answer(scene, order, slot)
    for request in order.requests:
        if request.kind == "ask_extension":
            yield from _extension_answer(scene, order, slot)
        elif request.kind == "ask_hold":
            head = scene.cast.centre("centre_lead")
            if head is not None:
                granted = scene.fate.granted and not scene.life.refused[f"hold/{order.code}"]
                action, form = ("hold", request.form) if granted else ("refuse_hold", {})
                yield Wish(slot, action, head, "answer", order.code, form)
        elif request.kind == "ask_coop":
            desk = scene.cast.centre("dispatcher", scene.life.serial)
            if desk is not None:
                form = {"co_departments": [request.form.get("suggested_department", "JD")]}
                yield Wish(slot, "add_co", desk, "answer", form=form)
        elif request.kind == "ask_consultation":
            lead = scene.cast.centre("shift_lead")
            if lead is not None:
                yield Wish(CASE, "to_arbitration", lead, "answer")


def _return_answer(scene: Scene, order: Order, slot: str) -> Iterator[Wish]:
    pace = "return_review_urgent" if scene.incident.urgent else "return_review"
    counts = order.role == "lead" and scene.incident.returns > 0
    role, action = ("shift_lead", "to_arbitration") if counts else ("dispatcher", "return_refused")
    if not counts and scene.fate.granted:
        action = "return_accepted"
    desk = scene.cast.centre(role, scene.life.serial)
    if desk is not None:
        yield Wish(slot, action, desk, pace, "" if counts else order.code)


def _extension_answer(scene: Scene, order: Order, slot: str) -> Iterator[Wish]:
    """The first extension is the shift lead's to give, the second the head's."""
    desk = scene.cast.centre("shift_lead" if order.extensions == 0 else "centre_lead")
    if desk is None:
        return
    if not scene.fate.granted or scene.life.refused[f"extend/{order.code}"]:
        yield Wish(slot, "refuse_extension", desk, "answer", order.code)
        return
    due_at = timing.working_due(scene.book, scene.incident, order) or scene.now
    longer = max(DAY_MS, due_at - order.dispatched_at) // LONGER_BY
    new_due = scene.book.calendar(order.unit).add_working(max(due_at, scene.now) + longer, 0)
    yield Wish(slot, "extend", desk, "answer", order.code, {"new_due": new_due})


def _transferred(scene: Scene) -> Iterator[Wish]:
    desk = scene.cast.centre("dispatcher", scene.life.serial)
    if desk is not None:
        action = "transfer_returned" if scene.fate.transfer_returns else "transfer_result"
        yield Wish(CASE, action, desk, action)
