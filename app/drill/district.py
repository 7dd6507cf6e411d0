"""A whole district from a seed: streets, communities and grids with codes, names and points. Pure."""

from __future__ import annotations

import random

import msgspec

from app.base.errors import UsageError
from app.domain.area import Area, AreaLevel, AreasAdopted
from app.domain.hall import HallFounded
from app.domain.label import Label
from app.drill import layout
from app.drill.facilities import Facility, Roads, Site, facilities, name_roads
from app.drill.layout import Spot
from app.drill.names import Names, Pair, Scale
from app.drill.naming import NamePool, fill

POINTS_PER_GRID = 3
"""Points of the lattice for each grid: enough for cells that follow the outline, cheap at 5,000 grids."""


class District(msgspec.Struct, frozen=True):
    """A made-up district and what its hall is called.

    `areas` run from the district down; `roads` are each street's, by its code.
    """

    seed: int
    scale: str
    code: str
    label: Label
    hall: Label
    areas: tuple[Area, ...]
    roads: Roads
    facilities: tuple[Facility, ...]

    @property
    def streets(self) -> tuple[Area, ...]:
        return tuple(area for area in self.areas if area.level == "street")

    def founded(self) -> HallFounded:
        """The founding entry of its hall, marked as a demo."""
        return HallFounded(self.hall, self.code, "demo")

    def adopted(self) -> AreasAdopted:
        """The area table as the log takes it; its version names scale and seed."""
        return AreasAdopted(version=f"demo-{self.scale}-{self.seed}", areas=self.areas)


def make_district(seed: int, scale: str, names: Names) -> District:
    """The district of this seed, always the same. UsageError for a scale the names file does not have."""
    size = names.scales.get(scale)
    if size is None:
        raise UsageError("demo_scale_unknown", scale=scale, known=", ".join(sorted(names.scales)))
    rng = random.Random(f"district:{seed}:{scale}")
    builder = _Builder(names, size, rng)
    builder.build()
    roads = name_roads(rng, names, [site.code for site in builder.sites if len(site.code) == 9])
    return District(
        seed=seed,
        scale=scale,
        code=names.code,
        label=names.label,
        hall=names.hall,
        areas=tuple(builder.areas),
        roads=roads,
        facilities=facilities(rng, names, builder.sites, roads),
    )


class _Builder:
    """Walks from the district down to the grids and keeps what it made."""

    def __init__(self, names: Names, size: Scale, rng: random.Random) -> None:
        self._names, self._size, self._rng = names, size, rng
        self._pool = NamePool(names, rng)
        self.areas: list[Area] = []
        self.sites: list[Site] = []

    def build(self) -> None:
        names, size, rng = self._names, self._size, self._rng
        points = layout.outline_points(rng, size.radius_km, size.grids * POINTS_PER_GRID)
        self._keep(Area(names.code, "district", names.label, point=layout.on_earth(names.centre, (0.0, 0.0))))
        middles = layout.seeds(rng, points, size.streets)
        streets = layout.cells(points, middles)
        communities = layout.shares([len(cell) for cell in streets], size.communities)
        pieces: list[tuple[str, Pair, list[Spot]]] = []
        for number, (middle, cell, count) in enumerate(zip(middles, streets, communities, strict=True), 1):
            name = self._pool.take()
            code = f"{names.code}{number:03d}"
            self._area(code, "street", fill(names.patterns.street, name), names.code, middle, name)
            pieces += self._communities(code, cell, count)
        grids = layout.shares([len(cell) for _, _, cell in pieces], size.grids)
        for (code, name, cell), count in zip(pieces, grids, strict=True):
            self._grids(code, name, cell, count)

    def _communities(self, street: str, cell: list[Spot], count: int) -> list[tuple[str, Pair, list[Spot]]]:
        middles = layout.seeds(self._rng, cell, count)
        made = []
        for number, (middle, part) in enumerate(zip(middles, layout.cells(cell, middles), strict=True), 1):
            name = self._pool.take()
            code = f"{street}{number:03d}"
            self._area(code, "community", fill(self._names.patterns.community, name), street, middle, name)
            made.append((code, name, part))
        return made

    def _grids(self, community: str, name: Pair, cell: list[Spot], count: int) -> None:
        for number, middle in enumerate(layout.seeds(self._rng, cell, count), 1):
            label = fill(self._names.patterns.grid, name, number)
            self._area(f"{community}{number:03d}", "grid", label, community, middle, name)

    def _area(self, code: str, level: AreaLevel, label: Label, parent: str, spot: Spot, name: Pair) -> None:
        self._keep(Area(code, level, label, parent, layout.on_earth(self._names.centre, spot)))
        self.sites.append(Site(code, name, spot))

    def _keep(self, area: Area) -> None:
        self.areas.append(area)
