"""What lies inside a polygon, where its name stands, and the hull of points."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given

from app.geo.mercator import Floats
from app.geo.rings import centroid, distances, grown_hull, hull, inside, name_point, signed_area
from tests.unit.geo.shapes import BENT, HOLE, SQUARE, points


def test_inside_outside_and_in_the_hole() -> None:
    x, y = np.array([0.1, 0.5, 1.5, -0.1]), np.array([0.1, 0.5, 0.5, 0.1])
    assert inside([SQUARE], x, y).tolist() == [True, True, False, False]
    assert inside([SQUARE, HOLE], x, y).tolist() == [True, False, False, False]


def test_surface_and_middle() -> None:
    assert signed_area(SQUARE) == pytest.approx(1)
    assert signed_area(SQUARE[::-1]) == pytest.approx(-1)
    assert centroid(SQUARE + 100_000) == pytest.approx((100_000.5, 100_000.5), abs=1e-9)


def test_a_line_has_a_middle_too() -> None:
    assert centroid(np.array([(0.0, 0.0), (1.0, 1.0), (2.0, 2.0)])) == pytest.approx((1, 1))


def test_the_name_of_a_bent_area_stands_inside_it() -> None:
    x, y = centroid(BENT)
    assert not inside([BENT], np.array([x]), np.array([y]))[0]
    name = name_point([BENT])
    assert inside([BENT], np.array([name[0]]), np.array([name[1]]))[0]
    assert distances(BENT, np.array([name[0]]), np.array([name[1]]))[0] > 0.3


def test_distance_from_the_border() -> None:
    found = distances(SQUARE, np.array([0.5, 0.1, 2.0]), np.array([0.5, 0.5, 0.5]))
    assert found.tolist() == pytest.approx([0.5, 0.1, 1.0])


@given(points(3, 30))
def test_the_hull_holds_every_point_and_is_made_of_some(strewn: Floats) -> None:
    ring = hull(strewn)
    given_points = {tuple(point) for point in strewn.tolist()}
    assert {tuple(corner) for corner in ring.tolist()} <= given_points
    if abs(signed_area(ring)) > 1e-9:
        grown = grown_hull(strewn, 0.01)
        assert inside([grown], strewn[:, 0], strewn[:, 1]).all()
        one, two = np.roll(ring, -1, 0) - ring, np.roll(ring, -2, 0) - np.roll(ring, -1, 0)
        turns = one[:, 0] * two[:, 1] - one[:, 1] * two[:, 0]
        assert (turns > 0).all() or (turns < 0).all()


@given(points(1, 12))
def test_a_grown_hull_keeps_its_margin(strewn: Floats) -> None:
    ring = grown_hull(strewn, 0.1)
    assert distances(ring, strewn[:, 0], strewn[:, 1]).min() >= 0.097  # the rolled circle has 16 sides
