"""The shapes of a district's areas, drawn from their middles while no surveyed borders are known."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from app.domain.area import Area, AreaLevel, AreaTree
from app.geo.cells import cells
from app.geo.mercator import Floats, metres, world_points
from app.geo.rings import Ring, grown_hull, name_point

MARGIN_SHARE = 0.35
"""How far the district reaches beyond its outermost middles, in mean distances between middles: half of one
would be a cell's own half, and the outermost are the ragged ones."""

MARGIN_MIN_M = 300.0
"""A district of one known middle is still drawn as a spot of this radius."""

NOTHING_SEEN: Mapping[str, Floats] = MappingProxyType({})


@dataclass(frozen=True, eq=False)
class Outline:
    """One area in the unit square; `name_at` is where its name stands."""

    area: Area
    rings: tuple[Ring, ...]
    name_at: tuple[float, float]

    @property
    def code(self) -> str:
        return self.area.code

    @property
    def level(self) -> AreaLevel:
        return self.area.level


class Schematic:
    """Each area's part of its parent: what is nearer to its middle than to its siblings'.

    The middle is the area's own point, else the mean of its children's, else where it was `seen`: the middle
    (2,) in the unit square of what is known to lie there. Areas without any are left out: an invented place
    would be worse than none.
    """

    def __init__(self, tree: AreaTree, seen: Mapping[str, Floats] = NOTHING_SEEN) -> None:
        self._tree = tree
        self._middles: dict[str, Floats] = {**seen, **_points(tree)}
        streets = [area for area in tree.all() if area.level == "street"]
        for area in tree.all():
            if area.parent not in tree:
                self._find_middle(area)
        self.district: Ring | None = self._outer()
        self.streets = self._parts(streets, self.district) if self.district is not None else ()
        self.communities = tuple(
            part
            for street in self.streets
            for part in self._parts(tree.children(street.code), street.rings[0])
        )

    def grids(self) -> Iterator[tuple[Outline, ...]]:
        """The grids, one community after the other: thousands take a while, and nobody waits for them."""
        for community in self.communities:
            yield self._parts(self._tree.children(community.code), community.rings[0])

    def _find_middle(self, area: Area) -> Floats | None:
        """The area's middle in the unit square, (2,); those of all below it are found on the way."""
        below = [self._find_middle(child) for child in self._tree.children(area.code)]
        known = [middle for middle in below if middle is not None]
        if area.code not in self._middles and known:
            self._middles[area.code] = np.mean(known, axis=0)
        return self._middles.get(area.code)

    def _outer(self) -> Ring | None:
        """Around all middles of the finest level that is known."""
        for level in ("grid", "community", "street", "district"):
            points = [
                self._middles[a.code]
                for a in self._tree.all()
                if a.level == level and a.code in self._middles
            ]
            if points:
                return _around(np.array(points))
        return None

    def _parts(self, areas: list[Area] | tuple[Area, ...], within: Ring) -> tuple[Outline, ...]:
        placed = [area for area in areas if area.code in self._middles]
        if not placed:
            return ()
        rings = cells(np.array([self._middles[area.code] for area in placed]), within)
        return tuple(
            Outline(area, (ring,), name_point((ring,)))
            for area, ring in zip(placed, rings, strict=True)
            if len(ring) > 2
        )


def _points(tree: AreaTree) -> dict[str, Floats]:
    """The areas' own points in the unit square; one that is flagged says nothing."""
    placed = [(a.code, a.point) for a in tree.all() if a.point is not None and a.point.flag is None]
    points = world_points([(point.lon, point.lat) for _, point in placed])
    return {code: point for (code, _), point in zip(placed, points, strict=True)}


def _around(points: Floats) -> Ring:
    spread = points.max(axis=0) - points.min(axis=0)
    step = float(np.sqrt(max(spread[0] * spread[1], 0.0) / len(points)))
    least = MARGIN_MIN_M / metres(float(points[:, 1].mean()))
    return grown_hull(points, max(step * MARGIN_SHARE, least))
