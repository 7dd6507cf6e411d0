"""From the report to the dispatch: what the desks of the centre do before any unit has the case."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from app.domain.actor import CENTRE_UNIT
from app.drill.classing import class_of
from app.drill.life import Scene, Wish
from app.drill.wishes.dispatching import dispatch_form, plain_category, true_class

CASE = "case"
"""The slot of what the centre does with a case as a whole."""

UPPER_CENTRE = "SJZX"
QUESTION = "Q0"


def wishes(scene: Scene) -> Iterator[Wish]:
    """The next step before the dispatch, likely ways out first; none while a second person is asked."""
    state = scene.incident.state
    if any(not pending.order for pending in scene.incident.pending):
        return
    if state in ("reported", "accepted", "filed"):
        yield from _ways_out(scene)
    if state == "reported":
        yield from _reported(scene)
    elif state == "scene_check":
        checker = scene.cast.unit("grid_worker", f"WG@{scene.street}", scene.life.serial)
        if checker is not None:
            yield Wish(CASE, "verify_scene", checker, "verify_scene")
    elif state == "accepted":
        form = {"sla_class": true_class(scene), "filing_condition_met": True}
        yield from _desk(scene, "dispatcher", "file", "file", form)
    elif state == "filed":
        yield from _filed(scene)


def _desk(scene: Scene, role: str, action: str, pace: str, form: Mapping[str, Any]) -> Iterator[Wish]:
    desk = scene.cast.centre(role, scene.life.serial)
    if desk is not None:
        yield Wish(CASE, action, desk, pace, form=form)


def _ways_out(scene: Scene) -> Iterator[Wish]:
    """Joining another case, or being settled before anybody is sent."""
    life, fate, urgent = scene.life, scene.fate, scene.incident.urgent
    if life.repeats and fate.merges and not scene.took("merge"):
        yield from _desk(scene, "intake", "merge", "merge", {"master_id": life.repeats})
    if scene.incident.state == "filed" or urgent:
        return
    row = scene.book.matrix.get(scene.category)
    if fate.self_handled and row is not None and row.self_handle:
        worker = scene.cast.unit("grid_worker", f"WG@{scene.street}", life.serial)
        if worker is not None:
            yield Wish(CASE, "self_handled", worker, "self_handled", form={"category": scene.category})


def _reported(scene: Scene) -> Iterator[Wish]:
    fate, category = scene.fate, scene.category
    if not scene.incident.urgent:
        if fate.at_once and class_of(scene.book, category) == QUESTION:
            yield from _desk(scene, "intake", "answered_at_once", "answered_at_once", {"category": category})
        if fate.rejected and not scene.took("reject"):
            yield from _desk(scene, "intake", "reject", "reject", {})
        if fate.verified and not scene.took("request_verify"):
            yield from _desk(scene, "intake", "request_verify", "request_verify", {"verifier": "WG"})
    pace = "accept_urgent" if scene.incident.urgent else "accept"
    yield from _desk(scene, "intake", "accept", pace, {"category": category, "place_confirmed": True})


def _filed(scene: Scene) -> Iterator[Wish]:
    """Filed: transferred, classified anew, split, or simply dispatched."""
    fate, urgent = scene.fate, scene.incident.urgent
    row = scene.book.matrix.get(scene.category)
    leads_centre = row is None or row.lead == CENTRE_UNIT
    if not urgent and not scene.took("transfer_up") and (fate.transferred or scene.category == "9901"):
        yield from _desk(scene, "dispatcher", "transfer_up", "transfer_up", {"target_centre": UPPER_CENTRE})
    if leads_centre:
        category = plain_category(scene)
        form = {"category": category, "sla_class": class_of(scene.book, category)}
        yield from _desk(scene, "dispatcher", "reclassify", "reclassify", form)
        return
    if fate.splits and not urgent and not scene.took("split"):
        parts = [{"what": scene.incident.what, "category": plain_category(scene)}]
        yield from _desk(scene, "dispatcher", "split", "split", {"parts": parts})
    pace = "dispatch_urgent" if urgent else "dispatch"
    yield from _desk(scene, "dispatcher", "dispatch", pace, dispatch_form(scene))
