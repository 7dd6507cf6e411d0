"""The areas of the hall as the map draws them: outlines, names, and four tints that no neighbours share."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.domain.area import AreaLevel
from app.geo.bounds import Bounds, bounds_of
from app.geo.colouring import colours, neighbours
from app.geo.mercator import Floats, metres
from app.geo.outlines import NOTHING_SEEN, Outline, Schematic
from app.geo.rings import Ring, distances, inside
from app.viewmodels.context import Context

SHARED_M = 5.0
"""Two drawings of one border lie closer than this."""

ROOM_M = 2_000.0
"""As the district's own border is only inferred, what lies this near outside of it is still believed."""

NEAR_M = 30_000.0
"""A unit farther off than this has no fix but a default value: nobody is sent over two districts."""

UNTINTED = -1


@dataclass(frozen=True, eq=False)
class MapArea:
    """One area in the unit square. `tint` is 0 to 3, or UNTINTED; `name_at` where the name stands."""

    code: str
    level: AreaLevel
    name: str
    rings: tuple[Ring, ...]
    name_at: tuple[float, float]
    tint: int


class MapAreas:
    """Streets and communities at once, grids in slices: `warm` until it says False."""

    def __init__(self, context: Context, seen: Mapping[str, Floats] = NOTHING_SEEN) -> None:
        self._context = context
        self._drawn = Schematic(context.reading.hall.areas, seen)
        self._tints: dict[str, int] = {}
        for level in (self._drawn.streets, self._drawn.communities):
            self._tint(level)
        self._grids: list[Outline] = []
        self._more: Iterator[tuple[Outline, ...]] = self._drawn.grids()

    @property
    def bounds(self) -> Bounds | None:
        """The whole district; None when no area's place is known."""
        ring = self._drawn.district
        return None if ring is None else bounds_of(ring)

    def warm(self) -> bool:
        """Draw the grids of one more community; False when all are drawn."""
        part = next(self._more, None)
        self._grids += part or ()
        return part is not None

    def areas(self) -> tuple[MapArea, ...]:
        """What is drawn by now, from the streets down, named in the present language."""
        drawn = self._drawn
        return tuple(self._area(outline) for outline in (*drawn.streets, *drawn.communities, *self._grids))

    def holds(self, x: Floats, y: Floats) -> NDArray[np.bool_]:
        """Which points may well lie in the district: all of them as long as nothing is known of it."""
        ring = self._drawn.district
        if ring is None or not len(x):
            return np.ones(len(x), dtype=np.bool_)
        room = ROOM_M / metres(float(ring[:, 1].mean()))
        return inside((ring,), x, y) | (distances(ring, x, y) <= room)

    def near(self, x: Floats, y: Floats) -> NDArray[np.bool_]:
        """Which points may be those of units that work here: neighbours lend theirs, the sea does not."""
        box = self.bounds
        if box is None:
            return np.ones(len(x), dtype=np.bool_)
        return box.grown(NEAR_M / metres((box.top + box.bottom) / 2)).inside(x, y)

    def _area(self, outline: Outline) -> MapArea:
        tint = self._tints.get(outline.code, UNTINTED)
        name = self._context.label(outline.area.label)
        return MapArea(outline.code, outline.level, name, outline.rings, outline.name_at, tint)

    def _tint(self, outlines: tuple[Outline, ...]) -> None:
        if not outlines:
            return
        tolerance = SHARED_M / metres(outlines[0].name_at[1])
        found = colours(neighbours([outline.rings for outline in outlines], tolerance))
        self._tints.update((outline.code, colour) for outline, colour in zip(outlines, found, strict=True))
