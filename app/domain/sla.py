"""Limits as data: stages, classes, lights and the ladder of escalation."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

import msgspec

from app.domain.label import Label


class SlaClass(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The limits of one class, as texts `"4 wh"` (app.domain.limits); empty = no such clock.

    Urgent classes have arrive, make_safe and restore in place of handle.
    """

    id: str
    label: Label
    sign: str
    respond: str
    return_window: str
    extend_max: int
    urgent: bool = False
    handle: str = ""
    arrive: str = ""
    make_safe: str = ""
    restore: str = ""
    extend_limit: str = ""


class LightRule(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Due soon at `share` of the limit left or less; urgent also when less than `urgent_minutes` are left."""

    share: float
    urgent_minutes: int


class Rework(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The limit after a failed check: a share of the original, with a floor."""

    share: float
    min: str
    min_urgent: str


CLOCK_ROLE = "@clock"
"""A rung's `role`: whoever works against the clock that ran out."""


class LadderStep(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One rung of escalation: `after` = share of the limit gone by since the due time (0 = at the due time).

    `role` is told, CLOCK_ROLE stands for the one that answers for the clock; `urge` sets the urged overlay.
    """

    id: str
    label: Label
    after: float
    role: str
    urge: bool = False


class Sla(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """All limits. `stages` maps a stage key (`accept`, `check_urgent`) to a limit text."""

    stages: Mapping[str, str]
    classes: tuple[SlaClass, ...]
    light: LightRule
    rework: Rework
    wait_party_max_times: int
    ladder: tuple[LadderStep, ...] = ()


MilestoneId = Literal["arrive", "make_safe", "restore"]
