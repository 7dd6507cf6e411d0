"""The unit square of the map: known places, there and back again, and how long a metre is."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.geo.mercator import LAT_MAX, metres, to_degrees, to_world, world_points


@pytest.mark.parametrize(
    ("lon", "lat", "x", "y"),
    [
        (0.0, 0.0, 0.5, 0.5),
        (-180.0, LAT_MAX, 0.0, 0.0),
        (180.0, -LAT_MAX, 1.0, 1.0),
        # Tile 13/6744/3104 holds the Forbidden City; source: the slippy-map formula of OpenStreetMap.
        (116.39, 39.915, 6744.5 / 8192, 3103.6 / 8192),
    ],
)
def test_known_places(lon: float, lat: float, x: float, y: float) -> None:
    assert [float(part) for part in to_world(lon, lat)] == pytest.approx([x, y], abs=1e-4)


@given(st.floats(-180, 180), st.floats(-85, 85))
def test_there_and_back_again(lon: float, lat: float) -> None:
    assert [float(part) for part in to_degrees(*to_world(lon, lat))] == pytest.approx([lon, lat], abs=1e-9)


@given(st.floats(0.01, 0.99), st.floats(0.1, 0.9))
def test_a_metre_is_a_metre_on_the_ground(x: float, y: float) -> None:
    step = 100 / metres(y)
    (lon1, lon2), (lat1, lat2) = (part.tolist() for part in to_degrees([x, x + step], [y, y]))
    ground = np.radians(lon2 - lon1) * 6_378_137 * np.cos(np.radians(lat1))
    assert lat1 == lat2
    assert ground == pytest.approx(100, rel=1e-6)


def test_beyond_the_square_is_its_edge() -> None:
    _, y = to_world(0, [90, -90])
    assert y.tolist() == pytest.approx([0, 1], abs=1e-9)


def test_no_points_are_no_points() -> None:
    assert world_points([]).shape == (0, 2)
