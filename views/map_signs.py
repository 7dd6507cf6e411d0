"""How cases and units look on the map: the one table of signs, and the marks made of it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from app.viewmodels.map import LIGHTS, CaseMarks
from app.viewmodels.map_areas import MapArea
from app.viewmodels.map_units import FRESH, KINDS, STALE, UNKNOWN_HEADING, UnitMarks
from widgets.map.areas import Area
from widgets.map.marks import Marks
from widgets.map.signs import Sign
from widgets.theme import Theme

CASES, UNITS = "cases", "units"
LAYERS = ((UNITS, False), (CASES, True))
"""The lowest first: no vehicle hides a case."""

URGENCIES = 3
HEADINGS = 16
"""Ways an arrow points: a sixteenth of a turn is as fine as one is read."""

UNIT_SIZE = 0.85
"""Beside a case: what burns comes before who drives there."""

STILL, TEAM, OTHER = HEADINGS, HEADINGS + 1, HEADINGS + 2
_PER_AGE = HEADINGS + len(KINDS)
_FIRST_UNIT = len(LIGHTS) * URGENCIES

APART_MAX = 60
"""Urgent cases that keep a sign of their own at any zoom; the uppermost, when a storm brings more."""

_LEVELS = {"street": 0, "community": 1, "grid": 2}


def case_sign(theme: Theme, light: str, urgency: int = 0) -> Sign:
    """A light's own shape and colour, a ring for each degree of urgency; a dot where no clock runs."""
    if light == "none":
        return Sign("dot", "text4", urgency)
    return Sign(theme.shape(light), f"{light}_mark", urgency)


def unit_sign(number: int, age: int) -> Sign:
    """`number` is a heading, STILL, TEAM or OTHER. Fresh ones are filled, fading ones hollow, stale ones
    hollow and grey."""
    colour, hollow = ("text4" if age == STALE else "accent"), age != FRESH
    if number < HEADINGS:
        return Sign("arrow", colour, turn_deg=number * 360 / HEADINGS, hollow=hollow, size=UNIT_SIZE)
    shape = {STILL: "capsule", TEAM: "hexagon", OTHER: "cross"}[number]
    return Sign(shape, colour, hollow=hollow, size=UNIT_SIZE)


def all_signs(theme: Theme) -> list[Sign]:
    """In the order in which the marks below count them."""
    cases = [case_sign(theme, light, urgency) for light in LIGHTS for urgency in range(URGENCIES)]
    units = [unit_sign(number, age) for age in range(STALE + 1) for number in range(_PER_AGE)]
    return cases + units


def case_marks(cases: CaseMarks) -> Marks:
    """The view model's order is what lies over what, and so what stands for many."""
    urgent = cases.urgency > 0
    apart = urgent.copy()
    apart[np.flatnonzero(urgent)[:-APART_MAX]] = False
    return Marks(
        x=cases.x,
        y=cases.y,
        sign=cases.light.astype(np.int64) * URGENCIES + cases.urgency,
        weight=np.arange(len(cases.rows), dtype=np.int64),
        apart=apart,
        named=apart,
        keys=[int(row) for row in cases.rows],
    )


def unit_marks(units: UnitMarks) -> Marks:
    """Every unit has its name beside it where there is room, fresh positions first."""
    count = len(units.units)
    return Marks(
        x=units.x,
        y=units.y,
        sign=_FIRST_UNIT + units.age.astype(np.int64) * _PER_AGE + _numbers(units),
        weight=STALE - units.age.astype(np.int64),
        apart=np.ones(count, dtype=np.bool_),
        named=np.ones(count, dtype=np.bool_),
        keys=[unit.id for unit in units.units],
    )


def areas(known: Sequence[MapArea]) -> list[Area]:
    return [Area(_LEVELS[area.level], area.name, area.rings, area.name_at, area.tint) for area in known]


def _numbers(units: UnitMarks) -> NDArray[np.int64]:
    slot = np.rint(np.maximum(units.heading, 0.0) * HEADINGS / 360).astype(np.int64) % HEADINGS
    vehicle = np.where(units.heading == UNKNOWN_HEADING, STILL, slot)
    team, other = KINDS.index("team"), KINDS.index("other")
    return np.where(units.kind == team, TEAM, np.where(units.kind == other, OTHER, vehicle)).astype(np.int64)
