"""Web Mercator: degrees to the unit square that maps are drawn on, and back."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]

LAT_MAX = 85.05112877980659
"""Degrees; there the square ends, and nobody's district lies beyond."""

EARTH_M = 2 * math.pi * 6_378_137.0
"""The equator's length on the ellipsoid of CGCS2000 and WGS-84."""


def to_world(lon: ArrayLike, lat: ArrayLike) -> tuple[Floats, Floats]:
    """(x, y) in the unit square: x to the east from 180° W, y to the south from 85.05° N."""
    x = (np.asarray(lon, dtype=np.float64) + 180.0) / 360.0
    sine = np.sin(np.radians(np.clip(np.asarray(lat, dtype=np.float64), -LAT_MAX, LAT_MAX)))
    y = 0.5 - np.log((1.0 + sine) / (1.0 - sine)) / (4.0 * math.pi)
    return x, y


def to_degrees(x: ArrayLike, y: ArrayLike) -> tuple[Floats, Floats]:
    """(lon, lat) of places in the unit square."""
    lon = np.asarray(x, dtype=np.float64) * 360.0 - 180.0
    lat = np.degrees(np.arctan(np.sinh(math.pi * (1.0 - 2.0 * np.asarray(y, dtype=np.float64)))))
    return lon, lat


def metres(y: float) -> float:
    """How many metres one unit of the square is on the ground at `y`."""
    _, lat = to_degrees(0.0, y)
    return EARTH_M * math.cos(math.radians(float(lat)))


def world_points(lonlat: Any) -> Floats:
    """An array (n, 2) of degrees as one (n, 2) of the unit square."""
    degrees = np.asarray(lonlat, dtype=np.float64).reshape(-1, 2)
    return np.column_stack(to_world(degrees[:, 0], degrees[:, 1]))
