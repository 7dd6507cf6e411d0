"""The second person: agreeing to what waits for one, or turning it down."""

from __future__ import annotations

from collections.abc import Iterator

from app.domain import timing
from app.domain.actor import Actor
from app.domain.incident import Pending
from app.drill.life import DOUBT, Scene, Wish


def wishes(scene: Scene) -> Iterator[Wish]:
    """One wish for every request that waits; each has a slot of its own."""
    for pending in scene.incident.pending:
        who = _second_person(scene, pending)
        if who is None:
            continue
        pace = "confirm_urgent" if scene.incident.urgent else "confirm"
        slot = f"second/{pending.action}/{pending.order}"
        agrees = Wish(slot, pending.action, who, pace, pending.order, confirms=pending.eid)
        doubts = Wish(slot, pending.action, who, pace, pending.order, refuses=pending.eid)
        fated = scene.fate.doubted and not scene.life.done[DOUBT]
        yield doubts if fated or _too_late(scene, pending) or scene.life.refused[agrees.step] else agrees


def _too_late(scene: Scene, pending: Pending) -> bool:
    """A return may be asked for only in its window, and is asked for only when the second person agrees."""
    order = scene.incident.order(pending.order)
    if pending.action != "return" or order is None:
        return False
    until = timing.return_window_end(scene.book, scene.incident, order)
    return until is not None and scene.now > until


def _second_person(scene: Scene, pending: Pending) -> Actor | None:
    """Somebody else who holds the permission: of the unit where it is the unit's, else of the centre."""
    order = scene.incident.order(pending.order) or scene.incident.lead
    for role in scene.book.rules.workflow.roles:
        if pending.permission not in role.permissions:
            continue
        if role.side == "unit":
            who = scene.cast.unit(role.id, order.unit) if order is not None else None
        else:
            who = scene.cast.centre(role.id, scene.life.serial, but=pending.asked_by)
        if who is not None and who.operator != pending.asked_by:
            return who
    return None
