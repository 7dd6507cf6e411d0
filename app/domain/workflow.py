"""The workflow as data: states, clocks, roles, and transitions with their forms, guards and clock effects."""

from __future__ import annotations

from typing import Literal

import msgspec

from app.domain.label import Choice, Label

SAME = "@same"
"""A transition's `to` that leaves the state as it is."""

PRIOR = "@prior"
"""A transition's `to` that brings back the state held before the present one was entered."""

ALL_CLOCKS = "all"
"""In clock steps: every running clock except `total` and `promise`."""

FieldType = Literal[
    "text",
    "long_text",
    "choice",
    "choices",
    "bool",
    "number",
    "time",
    "department",
    "departments",
    "category",
    "sla_class",
    "area",
    "incident",
    "orders",
    "parts",
    "evidence",
    "position",
]


class State(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A state of incident or order. The owner follows from the state alone (rule never_ownerless)."""

    id: str
    label: Label
    kind: Literal["open", "paused", "done", "final"]
    owner: Literal["centre", "lead", "territory", "master", "none"]
    clock: str = ""
    owner_urgent: Literal["", "centre", "lead", "territory"] = ""


class ClockRule(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A clock. `limit` is a key of the SLA (`stage.check`, `class.sign`); empty = no limit of its own.

    `answers` is the role that works against it and is told first when it runs out.
    """

    id: str
    label: Label
    on: Literal["incident", "order"]
    counts: Literal["unit", "office", "natural"]
    limit: str = ""
    limit_urgent: str = ""
    pauses: bool = False
    answers: str = ""


class ClockSteps(msgspec.Struct, frozen=True, forbid_unknown_fields=True, cache_hash=True):
    """What a transition does to clocks, by clock id; `all` stands for ALL_CLOCKS. Clocks not named keep."""

    stop: tuple[str, ...] = ()
    start: tuple[str, ...] = ()
    pause: tuple[str, ...] = ()
    resume: tuple[str, ...] = ()


class Field(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One field of a transition's form. `source` names a list of the rules instead of `choices`.

    `personal` values go to the vault and stand masked in the entry.
    """

    id: str
    label: Label
    type: FieldType
    required: bool = True
    choices: tuple[Choice, ...] = ()
    source: str = ""
    personal: bool = False
    when: Literal["", "urgent", "reporter"] = ""


class Transition(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename={"sources": "from"}):
    """One thing a role may do. `on` says whose state `from` and `to` speak of.

    `effect` names what the code does beside moving the state (app.domain.effects); `rank` orders the likely
    one first (small first); `confirm` is a permission that a second, different person must hold.
    """

    action: str
    label: Label
    on: Literal["incident", "order"]
    sources: tuple[str, ...]
    to: str
    by: tuple[str, ...]
    fields: tuple[Field, ...] = ()
    prior: tuple[str, ...] = ()
    guards: tuple[str, ...] = ()
    clock: ClockSteps = ClockSteps()
    effect: str = ""
    overlay: str = ""
    creates: str = ""
    confirm: str = ""
    confirm_when: str = ""
    result: str = ""
    rank: int = 50


class Guard(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A named condition; `refusal` says what a person reads when it does not hold."""

    id: str
    refusal: Label


class Permission(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A right that is not a transition."""

    id: str
    label: Label


class Role(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A role. What it may do follows from the transitions' `by`; only permissions stand here.

    `side` says whose orders it sees as its own: the centre's people act on every case, a unit's on theirs.
    """

    id: str
    label: Label
    side: Literal["centre", "unit", "admin", "system"]
    permissions: tuple[str, ...] = ()


class Overlay(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A flag on a case that is not a state."""

    id: str
    label: Label


class ClosingResult(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How a case was closed; `in_rates` says whether the rates count it."""

    id: str
    label: Label
    in_rates: bool


class Workflow(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The whole workflow."""

    states: tuple[State, ...]
    clocks: tuple[ClockRule, ...]
    transitions: tuple[Transition, ...]
    guards: tuple[Guard, ...]
    permissions: tuple[Permission, ...]
    roles: tuple[Role, ...]
    overlays: tuple[Overlay, ...]
    results: tuple[ClosingResult, ...]
