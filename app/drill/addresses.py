"""Where a report says it happened: an address of the made-up district and the words people use for it."""

from __future__ import annotations

import random
from collections.abc import Sequence

import msgspec

from app.domain.place import Point
from app.drill.district import District
from app.drill.facilities import HOUSE_NUMBER_MAX, STREET_DIGITS, Facility
from app.drill.names import Names

ROAD = "road"
"""The kind of place that is no named one: a house number on a road."""

FLOORS, DOORS, ENTRANCES = (1, 18), (1, 4), (1, 5)


class Where(msgspec.Struct, frozen=True):
    """`said` is what people say, `address` what the form takes, `area` the grid's code."""

    said: str
    address: str
    road: str
    area: str
    point: Point
    home: bool = False


class Addresses:
    """Draws places by kind."""

    def __init__(self, district: District, names: Names) -> None:
        self._patterns = names.patterns
        self._roads = district.roads
        self._grids = [area for area in district.areas if area.level == "grid"]
        self._by_kind: dict[str, list[Facility]] = {}
        for place in district.facilities:
            self._by_kind.setdefault(place.kind, []).append(place)

    def draw(self, rng: random.Random, kinds: Sequence[str]) -> Where:
        """A place of one of the kinds; where the district has none of it, a house number on a road."""
        places = self._by_kind.get(rng.choice(kinds), [])
        return self._named(rng, rng.choice(places)) if places else self._on_road(rng)

    def flat(self, rng: random.Random) -> str:
        """A door that nobody lives behind."""
        return self._patterns.flat.format(
            entrance=rng.randint(*ENTRANCES), floor=rng.randint(*FLOORS), door=f"{rng.randint(*DOORS):02d}"
        )

    def _named(self, rng: random.Random, place: Facility) -> Where:
        name, patterns = place.label.zh, self._patterns
        if not place.buildings:
            address = patterns.at_house.format(road=place.road, number=place.number, name=name)
            return Where(name, address, place.road, place.area, place.point)
        building = rng.randint(1, place.buildings)
        said = patterns.building.format(name=name, building=building)
        address = patterns.at_building.format(
            road=place.road, number=place.number, name=name, building=building
        )
        return Where(said, address, place.road, place.area, place.point, home=True)

    def _on_road(self, rng: random.Random) -> Where:
        grid = rng.choice(self._grids)
        road = rng.choice(self._roads[grid.code[:STREET_DIGITS]]).zh
        said = self._patterns.by_road.format(road=road, number=rng.randint(1, HOUSE_NUMBER_MAX))
        assert grid.point is not None  # the generator gives every area its point
        return Where(said, said, road, grid.code, grid.point)
