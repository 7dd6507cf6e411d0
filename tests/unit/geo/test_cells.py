"""Cells around middles: each point is in the cell of the middle it is nearest to, nothing is left over."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given

from app.geo.cells import cells
from app.geo.mercator import Floats
from app.geo.rings import inside, signed_area
from tests.unit.geo.shapes import SQUARE, points


@given(points(1, 15), points(1, 25))
def test_each_point_lies_with_its_nearest_middle(middles: Floats, asked: Floats) -> None:
    parts = cells(middles, SQUARE)
    for x, y in asked * 0.97 + 0.0131:
        away = np.hypot(middles[:, 0] - x, middles[:, 1] - y)
        nearest = int(away.argmin())
        if np.count_nonzero(away < away.min() + 1e-6) > 1:
            continue  # on a border
        own = parts[nearest]
        assert len(own) > 2
        assert inside([own], np.array([x]), np.array([y]))[0]


@given(points(1, 15))
def test_together_they_are_the_whole(middles: Floats) -> None:
    whole = sum(abs(signed_area(part)) for part in cells(middles, SQUARE) if len(part) > 2)
    assert whole == pytest.approx(1)


def test_two_in_one_place_share_their_cell() -> None:
    one, other, apart = cells(np.array([(0.2, 0.5), (0.2, 0.5), (0.8, 0.5)]), SQUARE)
    assert np.array_equal(one, other)
    assert signed_area(one) == pytest.approx(0.5)
    assert signed_area(apart) == pytest.approx(0.5)


def test_a_middle_far_outside_has_no_cell() -> None:
    inner, outer = cells(np.array([(0.5, 0.5), (9.0, 9.0)]), SQUARE)
    assert signed_area(inner) == pytest.approx(1)
    assert len(outer) == 0
