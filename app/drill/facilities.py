"""Roads and named places of the made-up district: what people say when they say where."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence

import msgspec

from app.domain.label import Label
from app.domain.place import Point
from app.drill import layout
from app.drill.layout import Spot
from app.drill.names import Names, Pair, PlaceKind
from app.drill.naming import PairPool, join

Roads = Mapping[str, tuple[Label, ...]]
"""The roads of each street, by the street's code."""

HOUSE_NUMBER_MAX = 398
AROUND_KM = 0.08
"""How far a place lies from the middle of its grid: inside the cell at both scales."""

GRID_DIGITS, COMMUNITY_DIGITS, STREET_DIGITS = 15, 12, 9


class Facility(msgspec.Struct, frozen=True):
    """A named place: in grid `area`, at `number` of `road`; `buildings` is 0 where there is only one."""

    kind: str
    label: Label
    area: str
    road: str
    number: int
    point: Point
    buildings: int = 0


class Site(msgspec.Struct, frozen=True):
    """An area while the district is being built: its code, the bare name, its middle in km."""

    code: str
    name: Pair
    spot: Spot


def name_roads(rng: random.Random, names: Names, streets: Sequence[str]) -> Roads:
    """The roads of every street; none has the name of another."""
    kinds = [("{name}" + zh, "{name} " + en) for zh, en in names.roads.kinds]
    pool = PairPool(names.roads.words, kinds, "roads", rng)
    return {street: tuple(pool.take() for _ in range(names.roads.per_street)) for street in streets}


def facilities(rng: random.Random, names: Names, sites: Sequence[Site], roads: Roads) -> tuple[Facility, ...]:
    """Every place of every kind, each in one of the grids of the area it stands for."""
    found: list[Facility] = []
    for kind in names.places:
        words = names.place_words.words if kind.named_by == "word" else ()
        pool = PairPool(words, kind.patterns, kind.kind, rng)
        for within in _holders(names, kind, sites):
            grids = [s for s in sites if len(s.code) == GRID_DIGITS and s.code.startswith(within)]
            taken: set[str] = set()
            for _ in range(rng.randint(*kind.count)):
                place = _place(rng, names, kind, rng.choice(grids), roads, pool)
                if place.label.zh not in taken:
                    taken.add(place.label.zh)
                    found.append(place)
    return tuple(found)


def _holders(names: Names, kind: PlaceKind, sites: Sequence[Site]) -> list[str]:
    digits = {"community": COMMUNITY_DIGITS, "street": STREET_DIGITS}.get(kind.per)
    return [names.code] if digits is None else [s.code for s in sites if len(s.code) == digits]


def _place(
    rng: random.Random, names: Names, kind: PlaceKind, grid: Site, roads: Roads, pool: PairPool
) -> Facility:
    road = rng.choice(roads[grid.code[:STREET_DIGITS]])
    if kind.named_by == "word":
        label = pool.take()
    else:
        name = (road.zh, road.en) if kind.named_by == "road" else grid.name
        label = join(name, rng.choice(kind.patterns))
    return Facility(
        kind=kind.kind,
        label=label,
        area=grid.code,
        road=road.zh,
        number=rng.randint(1, HOUSE_NUMBER_MAX),
        point=layout.on_earth(names.centre, layout.near(rng, grid.spot, AROUND_KM)),
        buildings=rng.randint(*kind.buildings),
    )
