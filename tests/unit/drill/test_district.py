"""The made-up district: numbers, codes, names and points."""

from __future__ import annotations

import math
from collections import Counter

import msgspec
import pytest

from app.base.errors import UsageError, WorldError
from app.domain.area import Area, AreaTree
from app.drill.district import District, make_district
from tests.unit.drill.made import county, demo

COUNTS = {"county": (1, 6, 60, 300), "district": (1, 10, 124, 4_866)}
DIGITS = {"district": 6, "street": 9, "community": 12, "grid": 15}


@pytest.fixture(scope="module", params=["county", "district"])
def district(request: pytest.FixtureRequest) -> District:
    return make_district(5, request.param, demo().names)


def test_counts_and_codes(district: District) -> None:
    levels = Counter(area.level for area in district.areas)
    assert tuple(levels[level] for level in DIGITS) == COUNTS[district.scale]
    codes = {area.code for area in district.areas}
    assert len(codes) == len(district.areas)
    for area in district.areas:
        assert len(area.code) == DIGITS[area.level]
        if area.level != "district":
            assert area.parent in codes
            assert area.code.startswith(area.parent)
            assert len(area.parent) == DIGITS[area.level] - 3 or area.level == "street"


def test_names_are_unique_and_none_is_to_be_avoided(district: District) -> None:
    for language in ("zh", "en"):
        names = Counter(getattr(area.label, language) for area in district.areas)
        assert names.most_common(1)[0][1] == 1
    avoid = demo().names.avoid
    assert not [a.label.zh for a in district.areas if a.label.zh.startswith(avoid)]
    places = Counter(
        place.label.zh for place in district.facilities if place.kind in ("estate", "shop", "mall")
    )
    assert places.most_common(1)[0][1] == 1


def test_every_area_lies_nearest_to_its_own_street_and_community(district: District) -> None:
    tree = AreaTree(district.areas)
    communities = [a for a in district.areas if a.level == "community"]
    for area in communities:
        assert _nearest(area, district.streets) == area.parent
    for area in [a for a in district.areas if a.level == "grid"][:: len(district.areas) // 200 + 1]:
        assert _nearest(area, tree.children(area.parent[:9])) == area.parent


def _nearest(area: Area, others: tuple[Area, ...]) -> str:
    def away(other: Area) -> float:
        assert area.point is not None
        assert other.point is not None
        east = (area.point.lon - other.point.lon) * math.cos(math.radians(30))
        return math.hypot(east, area.point.lat - other.point.lat)

    return min(others, key=away).code


def test_places_stand_in_grids_on_roads_of_their_street(district: District) -> None:
    grids = {area.code for area in district.areas if area.level == "grid"}
    kinds = Counter(place.kind for place in district.facilities)
    assert set(kinds) == {kind.kind for kind in demo().names.places}
    assert kinds["estate"] == 2 * COUNTS[district.scale][2]
    for place in district.facilities:
        assert place.area in grids
        assert place.road in {road.zh for road in district.roads[place.area[:9]]}
        assert abs(place.point.lon - 117) < 0.2
        assert abs(place.point.lat - 30) < 0.2


def test_same_seed_same_district() -> None:
    assert make_district(9, "county", demo().names) == make_district(9, "county", demo().names)
    assert make_district(10, "county", demo().names).areas != make_district(9, "county", demo().names).areas


def test_adopted_table_names_scale_and_seed() -> None:
    adopted = county(1).adopted()
    assert adopted.version == "demo-county-1"
    assert adopted.areas == county(1).areas


def test_unknown_scale_is_refused() -> None:
    with pytest.raises(UsageError) as caught:
        make_district(1, "galaxy", demo().names)
    assert caught.value.params == {"scale": "galaxy", "known": "county, district"}


def test_too_few_words_are_told() -> None:
    names = msgspec.structs.replace(demo().names, tails=demo().names.tails[:1])
    with pytest.raises(WorldError) as caught:
        make_district(1, "county", names)
    assert (caught.value.key, caught.value.params) == ("demo_words_few", {"kind": "areas"})
