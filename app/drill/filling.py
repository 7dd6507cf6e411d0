"""Filling forms as a desk would: what the step says, and something that fits for other required fields."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

from app.base.clock import DAY_MS
from app.domain.workflow import Field, Transition
from app.drill.life import Scene, Wish
from app.drill.phrases import Phrases
from app.drill.wishes.dispatching import FALLBACK

FIRST_CHOICE_SHARE = 0.6
"""Lists begin with the likely choice: this share takes it, of the rest the same share the next, and so on."""

TIME_AHEAD_MS = 3 * DAY_MS
"""Times a form asks for lie ahead: so far."""

EVIDENCE_TYPES = ("text", "long_text", "evidence", "position")


class Filler:
    """Fills any transition's form from its fields, so that other rules need no other demo."""

    def __init__(self, phrases: Phrases) -> None:
        self._phrases = phrases

    def form(self, wish: Wish, scene: Scene) -> dict[str, Any]:
        """The form of a step. An agreement has none, turning down a request takes a reason."""
        if wish.confirms:
            return {}
        if wish.refuses:
            return {"reason": self._phrases.field(scene.life.rng, wish.action, "doubt", "text")}
        transition = scene.book.transitions[wish.action]
        form: dict[str, Any] = {}
        for field in transition.fields:
            if field.id in wish.form:
                form[field.id] = wish.form[field.id]
            elif field.required and _asked_for(field, scene):
                form[field.id] = self._value(field, transition, scene)
        return form

    def _value(self, field: Field, transition: Transition, scene: Scene) -> Any:
        rng = scene.life.rng
        if field.type in EVIDENCE_TYPES:
            return self._phrases.field(rng, transition.action, field.id, field.type)
        return _VALUES[field.type](field, scene, rng)


def _asked_for(field: Field, scene: Scene) -> bool:
    if field.when == "urgent":
        return scene.incident.urgent
    if field.when == "reporter":
        return any(report.wants_answer for report in scene.incident.reports)
    return True


def _choice(field: Field, scene: Scene, rng: random.Random) -> str:
    rules = scene.book.rules
    tables: dict[str, tuple[str, ...]] = {
        "return_reasons": tuple(reason.id for reason in rules.return_reasons),
        "hold_reasons": tuple(reason.id for reason in rules.hold_reasons),
        "roles": tuple(scene.book.roles),
    }
    listed = rules.lists.get(field.source, ()) if field.source else field.choices
    ids = tables.get(field.source) or tuple(choice.id for choice in listed)
    place = 0
    while rng.random() > FIRST_CHOICE_SHARE:
        place += 1
    return ids[place % len(ids)]


def _time(_field: Field, scene: Scene, _rng: random.Random) -> int:
    return scene.book.office.add_working(scene.now + TIME_AHEAD_MS, 0)


def _department(_field: Field, scene: Scene, _rng: random.Random) -> str:
    lead = scene.incident.lead
    if lead is not None:
        return lead.unit
    row = scene.book.matrix.get(scene.category)
    return row.lead if row is not None else FALLBACK


_VALUES: dict[str, Callable[[Field, Scene, random.Random], Any]] = {
    "choice": _choice,
    "choices": lambda field, scene, rng: [_choice(field, scene, rng)],
    "bool": lambda _f, _s, _r: True,
    "number": lambda _f, _s, _r: 1,
    "time": _time,
    "department": _department,
    "departments": lambda field, scene, rng: [_department(field, scene, rng)],
    "category": lambda _f, scene, _r: scene.category,
    "sla_class": lambda _f, scene, _r: scene.incident.sla_class,
    "area": lambda _f, scene, _r: scene.incident.place.area,
    "incident": lambda _f, scene, _r: scene.life.repeats,
    "orders": lambda _f, _s, _r: [],
    "parts": lambda _f, scene, _r: [{"what": scene.incident.what, "category": scene.category}],
}
