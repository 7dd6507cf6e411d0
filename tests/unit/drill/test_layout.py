"""Points, cells and shares of the invented outline."""

from __future__ import annotations

import math
import random

from hypothesis import given
from hypothesis import strategies as st

from app.domain.place import Point
from app.drill import layout
from app.drill.names import Centre


@given(st.lists(st.integers(1, 40), min_size=1, max_size=20), st.data())
def test_shares_add_up_inside_their_sizes(sizes: list[int], data: st.DataObject) -> None:
    total = data.draw(st.integers(len(sizes), sum(sizes)))
    given_shares = layout.shares(sizes, total)
    assert sum(given_shares) == total
    assert all(1 <= share <= size for share, size in zip(given_shares, sizes, strict=True))


@given(st.integers(0, 1_000))
def test_cells_part_all_points_to_the_nearest_middle(seed: int) -> None:
    rng = random.Random(seed)
    points = layout.outline_points(rng, 5.0, 200)
    middles = layout.seeds(rng, points, 7)
    parts = layout.cells(points, middles)
    assert sorted(p for part in parts for p in part) == sorted(points)
    for middle, part in zip(middles, parts, strict=True):
        assert middle in part
        for point in part:
            assert math.dist(point, middle) <= min(math.dist(point, other) for other in middles) + 1e-9


def test_outline_has_about_the_points_asked_for() -> None:
    points = layout.outline_points(random.Random(3), 6.5, 900)
    assert 700 <= len(points) <= 1_150
    assert max(math.hypot(*point) for point in points) <= 6.5 * 1.25


def test_degrees_of_a_place_ten_km_north_east() -> None:
    point = layout.on_earth(Centre(117.0, 30.0), (10.0, 10.0))
    assert point == Point(117.10384, 30.089928)
