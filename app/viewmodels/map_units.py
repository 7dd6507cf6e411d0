"""Vehicles and teams on the map: the latest position of each and how old it is."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal, Protocol

import msgspec
import numpy as np
from numpy.typing import NDArray

from app.base.clock import DAY_MS, MINUTE_MS, SECOND_MS, Instant
from app.domain.label import Label
from app.geo.mercator import Floats, to_world

UnitKind = Literal["vehicle", "team", "other"]
KINDS: tuple[UnitKind, ...] = ("vehicle", "team", "other")

FRESH, FADED, STALE = range(3)

FADES_MS = 30 * SECOND_MS
"""Terminals report every 1 to 10 s; half a minute of silence is worth seeing."""

STALE_MS = 5 * MINUTE_MS
"""After this a unit is where it was, not where it is: it may be 3 km off."""

GONE_MS = DAY_MS
"""A unit nobody has heard for a day is drawn no more."""

UNKNOWN_HEADING = -1.0


Near = Callable[[Floats, Floats], NDArray[np.bool_]]
"""Which places may be those of units of this hall."""


class UnitPosition(msgspec.Struct, frozen=True, gc=False):
    """Where a unit is: degrees CGCS2000/WGS-84, heading in degrees clockwise from north where it is known."""

    id: str
    kind: UnitKind
    label: Label
    at: Instant
    lon: float
    lat: float
    heading_deg: float | None = None


class Positions(Protocol):
    """The latest positions; asked once a second on the thread of the glass."""

    @property
    def version(self) -> int:
        """Goes up with every change."""

    def since(self, version: int) -> Sequence[UnitPosition]:
        """The units that moved after `version`."""


class NoPositions:
    """A hall into which no positions come."""

    version = 0

    def since(self, version: int) -> Sequence[UnitPosition]:
        return ()


@dataclass(frozen=True, eq=False)
class UnitMarks:
    """In the order of `units`: places in the unit square, `kind` a place in KINDS, heading in degrees or
    UNKNOWN_HEADING, `age` FRESH, FADED or STALE."""

    units: tuple[UnitPosition, ...]
    x: Floats
    y: Floats
    kind: NDArray[np.int8]
    heading: Floats
    age: NDArray[np.int8]


class Units:
    """Keeps the latest of each unit. What has been drawn last is kept until something about it changes.

    `far` units are not drawn: their position cannot be true.
    """

    def __init__(self, positions: Positions, near: Near) -> None:
        self._positions = positions
        self._near = near
        self.far = 0
        self._version = -1
        self._known: Mapping[str, UnitPosition] = MappingProxyType({})
        self._drawn: tuple[UnitPosition, ...] = ()
        self._numbers: dict[str, int] = {}
        self._at: NDArray[np.int64] = np.zeros(0, dtype=np.int64)
        self._marks = _marks((), np.zeros(0, dtype=np.int8))

    def marks(self) -> UnitMarks:
        return self._marks

    def number(self, unit: str) -> int | None:
        """The place of a unit in the marks."""
        return self._numbers.get(unit)

    def look(self, now: Instant) -> bool:
        """Take what is new and how old the rest has grown; False when nothing looks different."""
        moved = self._positions.version != self._version
        if moved:
            self._take(now)
        age = np.digitize(now - self._at, (FADES_MS, STALE_MS)).astype(np.int8)
        if not moved and np.array_equal(age, self._marks.age):
            return False
        if moved:
            self._marks = _marks(self._drawn, age)
        else:
            old = self._marks
            self._marks = UnitMarks(old.units, old.x, old.y, old.kind, old.heading, age)
        return True

    def _take(self, now: Instant) -> None:
        version = self._positions.version
        news = {unit.id: unit for unit in self._positions.since(self._version)}
        self._version = version
        together = {**self._known, **news}
        self._known = {id_: unit for id_, unit in together.items() if now - unit.at <= GONE_MS}
        every = tuple(self._known.values())
        near = self._near(*to_world([unit.lon for unit in every], [unit.lat for unit in every]))
        self._drawn = tuple(unit for unit, drawn in zip(every, near.tolist(), strict=True) if drawn)
        self.far = len(every) - len(self._drawn)
        self._numbers = {unit.id: number for number, unit in enumerate(self._drawn)}
        self._at = np.array([unit.at for unit in self._drawn], dtype=np.int64)


def _marks(units: tuple[UnitPosition, ...], age: NDArray[np.int8]) -> UnitMarks:
    x, y = to_world([unit.lon for unit in units], [unit.lat for unit in units])
    kinds = {kind: place for place, kind in enumerate(KINDS)}
    return UnitMarks(
        units=units,
        x=x,
        y=y,
        kind=np.array([kinds[unit.kind] for unit in units], dtype=np.int8),
        heading=np.array(
            [UNKNOWN_HEADING if unit.heading_deg is None else unit.heading_deg % 360 for unit in units],
            dtype=np.float64,
        ),
        age=age,
    )
