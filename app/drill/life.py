"""One case in the simulated world: its fate, what it has been through, and what is planned for it."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import msgspec

from app.base.clock import Instant
from app.domain.actor import Actor
from app.domain.area import AreaTree
from app.domain.incident import Incident
from app.domain.rulebook import RuleBook
from app.drill.cast import Cast
from app.drill.fate import Fate

TRIES_MAX = 2
"""A step that was refused so often is not tried again: a person may have other plans with the case."""


DOUBT = "doubt"
"""The step of a second person who turns down what was asked."""


class Wish(msgspec.Struct, frozen=True):
    """A step that somebody means to take next. There is one wish at a time in each `slot` of a case.

    `pace` names the delay before it; `form` holds the fields that are not left to the filler.
    """

    slot: str
    action: str
    actor: Actor
    pace: str
    order: str = ""
    form: Mapping[str, Any] = {}
    confirms: str = ""
    refuses: str = ""

    @property
    def step(self) -> str:
        """Names the step for counting: the same action on another order is another step."""
        if self.refuses:
            return DOUBT
        action = f"agree/{self.action}" if self.confirms else self.action
        return f"{action}/{self.order}" if self.order else action


class Planned(msgspec.Struct, frozen=True):
    """A wish with its place in the agenda; `number` tells a plan from the ones it replaced."""

    key: str
    number: int


@dataclass(slots=True)
class Life:
    """`category` is the true one, which the case may still lack; `repeats` the incident this one repeats."""

    incident: str
    serial: int
    category: str
    fate: Fate
    rng: random.Random
    repeats: str = ""
    done: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)
    planned: dict[str, Planned] = field(default_factory=dict)

    def key(self, wish: Wish) -> str:
        """Tells a wish from the same wish after it was taken once."""
        return f"{wish.step} {self.done[wish.step]}"


class Scene(msgspec.Struct, frozen=True):
    """A case at a moment, with everything that decides what happens next. `now` is the hall's time."""

    incident: Incident
    life: Life
    book: RuleBook
    areas: AreaTree
    cast: Cast
    now: Instant

    @property
    def fate(self) -> Fate:
        return self.life.fate

    @property
    def category(self) -> str:
        return self.incident.category or self.life.category

    @property
    def street(self) -> str:
        return self.areas.street_of(self.incident.place.area)

    def took(self, action: str) -> bool:
        """Whether the simulated operators have taken this step on the case, on whatever order."""
        done = self.life.done
        return done[action] > 0 or any(step.startswith(f"{action}/") and n for step, n in done.items())
