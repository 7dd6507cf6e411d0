"""The shapes of areas of which only middles are known: nested, whole, and none for what is nowhere."""

from __future__ import annotations

import msgspec
import numpy as np
import pytest

from app.domain.area import Area, AreaTree
from app.domain.label import Label
from app.domain.place import Point
from app.geo.bounds import Bounds, around, bounds_of
from app.geo.outlines import Schematic
from app.geo.rings import inside, signed_area

NAME = Label("甲", "A")


def area(code: str, level: str, lon: float | None = None, lat: float = 30.0, flag: str | None = None) -> Area:
    point = None if lon is None else msgspec.convert({"lon": lon, "lat": lat, "flag": flag}, Point)
    parent = {6: "", 9: code[:6], 12: code[:9], 15: code[:12]}[len(code)]
    return msgspec.convert(
        {"code": code, "level": level, "label": NAME, "parent": parent, "point": point}, Area
    )


TREE = AreaTree(
    (
        area("990101", "district"),
        area("990101001", "street", 117.0),
        area("990101002", "street"),
        area("990101001001", "community", 117.0, 30.01),
        area("990101001002", "community", 117.0, 29.99),
        area("990101002001", "community", 117.06),
        area("990101001001001", "grid", 116.99, 30.01),
        area("990101001001002", "grid", 117.01, 30.01),
        area("990101002001001", "grid", 117.06),
    )
)


def test_streets_part_the_district_and_communities_their_street() -> None:
    drawn = Schematic(TREE)
    assert drawn.district is not None
    whole = abs(signed_area(drawn.district))
    assert sum(abs(signed_area(o.rings[0])) for o in drawn.streets) == pytest.approx(whole)
    assert [o.code for o in drawn.communities] == ["990101001001", "990101001002", "990101002001"]
    street = next(o for o in drawn.streets if o.code == "990101001")
    own = [o for o in drawn.communities if o.code.startswith("990101001")]
    parts = sum(abs(signed_area(o.rings[0])) for o in own)
    assert parts == pytest.approx(abs(signed_area(street.rings[0])))


def test_an_area_without_a_point_lies_where_its_children_do() -> None:
    drawn = Schematic(TREE)
    east = next(o for o in drawn.streets if o.code == "990101002")
    west = next(o for o in drawn.streets if o.code == "990101001")
    assert east.name_at[0] > west.name_at[0]


def test_grids_come_one_community_after_the_other() -> None:
    parts = list(Schematic(TREE).grids())
    assert [[o.code for o in part] for part in parts] == [
        ["990101001001001", "990101001001002"],
        [],
        ["990101002001001"],
    ]


def test_the_name_stands_inside() -> None:
    for outline in Schematic(TREE).communities:
        x, y = (np.array([part]) for part in outline.name_at)
        assert inside(outline.rings, x, y)[0]


def test_nothing_is_drawn_where_nothing_is_known() -> None:
    bare = AreaTree((area("990101", "district"), area("990101001", "street")))
    drawn = Schematic(bare)
    assert (drawn.district, drawn.streets, list(drawn.grids())) == (None, (), [])


def test_a_flagged_point_says_nothing() -> None:
    flagged = AreaTree((area("990101", "district"), area("990101001", "street", 0.0, 0.0, "placeholder")))
    assert Schematic(flagged).streets == ()


def test_where_it_was_seen_stands_in_for_a_point_and_gives_way_to_one() -> None:
    bare = AreaTree((area("990101", "district"), area("990101001", "street")))
    seen = {"990101001": np.array([0.5, 0.4])}
    (street,) = Schematic(bare, seen).streets
    assert street.name_at == pytest.approx((0.5, 0.4))
    known = Schematic(TREE, {"990101001": np.array([0.1, 0.1])})
    assert known.streets[0].name_at[0] > 0.8


def test_bounds() -> None:
    box = bounds_of(np.array([(1.0, 5.0), (3.0, 4.0)]))
    assert box == Bounds(1, 4, 3, 5)
    assert box.grown(1) == Bounds(0, 3, 4, 6)
    assert box.meets(Bounds(3, 5, 9, 9))
    assert not box.meets(Bounds(3.1, 5, 9, 9))
    assert box.inside(np.array([1.0, 0.9]), np.array([4.5, 4.5])).tolist() == [True, False]
    assert bounds_of(np.zeros((0, 2))) is None
    assert around([np.zeros((0, 2))]) is None
    assert around([np.array([(0.0, 0.0)]), np.array([(2.0, 1.0)])]) == Bounds(0, 0, 2, 1)
