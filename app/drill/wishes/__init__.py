"""What happens next to a case: for each state, the steps its people mean to take. Pure; pace.py says when."""

from __future__ import annotations

from collections.abc import Iterator

from app.domain.decide import RECEIPT
from app.drill.life import TRIES_MAX, Scene, Wish
from app.drill.wishes import centre, ending, intake, second, turns, unit


def wishes(scene: Scene) -> dict[str, Wish]:
    """The next step in every slot of the case, by slot."""
    found: dict[str, Wish] = {}
    for wish in _all(scene):
        if scene.life.refused[wish.step] < TRIES_MAX and _in_place(scene, wish):
            found.setdefault(wish.slot, wish)
    return found


def _in_place(scene: Scene, wish: Wish) -> bool:
    """Whether the rules know the step and know it in this state: other rules may have other steps."""
    transition = scene.book.transitions.get(wish.action)
    if transition is None:
        return False
    if wish.confirms or wish.refuses or transition.action == RECEIPT:
        return True
    if wish.actor.role not in transition.by:
        return False
    if transition.on == "incident":
        return scene.incident.state in transition.sources
    order = scene.incident.order(wish.order)
    return order is not None and order.state in transition.sources


def _all(scene: Scene) -> Iterator[Wish]:
    for part in (second, intake, centre, unit, turns, ending):
        yield from part.wishes(scene)
