"""Neighbours are told by shared borders, and no two have the same of four colours."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings

from app.geo.cells import cells
from app.geo.colouring import COLOURS, colours, neighbours
from app.geo.mercator import Floats, world_points
from app.geo.rings import Ring
from tests.unit.geo.shapes import SQUARE, points

REAL = Path(__file__).parents[4] / "shared" / "data" / "admin" / "geojson"


def alike(neighbouring: list[set[int]], chosen: list[int]) -> list[tuple[int, int]]:
    return [(a, b) for a, near in enumerate(neighbouring) for b in near if chosen[a] == chosen[b]]


def moved(x: float, y: float) -> Ring:
    return SQUARE + np.array([x, y])


def test_a_side_is_a_border_and_a_corner_is_none() -> None:
    four = [[moved(column, row)] for row in range(2) for column in range(2)]
    assert neighbours(four, 1e-6) == [{1, 2}, {0, 3}, {0, 3}, {1, 2}]


def test_a_border_drawn_twice_with_a_little_difference_is_one() -> None:
    apart = [[SQUARE], [moved(1.004, 0)]]
    assert neighbours(apart, 0.01) == [{1}, {0}]
    assert neighbours(apart, 0.001) == [set(), set()]


def test_a_long_side_meets_several_short_ones() -> None:
    wide = SQUARE * (4, 1)
    below = [moved(column, 1) for column in range(4)]
    found = neighbours([[wide], *([ring] for ring in below)], 1e-6)
    assert found[0] == {1, 2, 3, 4}


@settings(max_examples=40)
@given(points(4, 40))
def test_no_two_neighbours_are_alike_on_any_map(middles: Floats) -> None:
    shapes = [[part] for part in cells(middles, SQUARE) if len(part) > 2]
    found = neighbours(shapes, 1e-7)
    chosen = colours(found)
    assert all(0 <= colour < COLOURS for colour in chosen)
    assert alike(found, chosen) == []


def test_what_no_four_colours_can_do_gets_the_fewest_alike() -> None:
    five = [set(range(5)) - {n} for n in range(5)]
    assert len(alike(five, colours(five))) == 2  # one pair, told from both ends


def test_nothing_to_colour() -> None:
    assert colours([]) == []
    assert neighbours([], 1) == []


@pytest.mark.skipif(not REAL.is_dir(), reason="the real outlines are not at hand")
def test_real_counties_of_a_city() -> None:
    collection = json.loads((REAL / "320500.geojson").read_text(encoding="utf-8"))
    shapes = [_rings(feature["geometry"]) for feature in collection["features"]]
    found = neighbours(shapes, 2e-6)
    assert len(shapes) >= 5
    assert all(found), "a county of a city that borders on no other"
    assert alike(found, colours(found)) == []


def _rings(geometry: dict[str, object]) -> list[Ring]:
    parts = geometry["coordinates"] if geometry["type"] == "MultiPolygon" else [geometry["coordinates"]]
    assert isinstance(parts, list)
    return [np.asarray(world_points(ring))[:-1] for polygon in parts for ring in polygon]
