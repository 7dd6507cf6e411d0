"""Positions of the shifted Chinese systems GCJ-02 and BD-09, brought back to CGCS2000/WGS-84."""

from __future__ import annotations

import math
from collections.abc import Callable

from app.domain.place import Crs

Shift = Callable[[float, float], tuple[float, float]]

# The ellipsoid and the series of GCJ-02 as all open implementations have them; it was never published.
_AXIS_M = 6378245.0
_ECCENTRICITY = 0.00669342162296594323
_BD_TURN = math.pi * 3000.0 / 180.0

ROUNDS = 10
"""The shift hardly changes over its own length: a round leaves a hundredth of the error, ten none."""


def to_wgs84(lon: float, lat: float, crs: Crs) -> tuple[float, float]:
    """Degrees (lon, lat) in CGCS2000/WGS-84, which differ by centimetres and count as one here."""
    if crs == "gcj02":
        return _undo(wgs84_to_gcj02, lon, lat)
    if crs == "bd09":
        return _undo(wgs84_to_gcj02, *_undo(gcj02_to_bd09, lon, lat))
    return lon, lat


def wgs84_to_gcj02(lon: float, lat: float) -> tuple[float, float]:
    """The shift of GCJ-02; outside China nothing is shifted."""
    if not (72.004 <= lon <= 137.8347 and 0.8293 <= lat <= 55.8271):
        return lon, lat
    east, north = _series(lon - 105.0, lat - 35.0)
    angle = math.radians(lat)
    bend = 1.0 - _ECCENTRICITY * math.sin(angle) ** 2
    meridian_m = _AXIS_M * (1.0 - _ECCENTRICITY) / bend**1.5
    parallel_m = _AXIS_M / math.sqrt(bend) * math.cos(angle)
    return lon + math.degrees(east / parallel_m), lat + math.degrees(north / meridian_m)


def gcj02_to_bd09(lon: float, lat: float) -> tuple[float, float]:
    """The further shift of BD-09."""
    radius = math.hypot(lon, lat) + 0.00002 * math.sin(lat * _BD_TURN)
    angle = math.atan2(lat, lon) + 0.000003 * math.cos(lon * _BD_TURN)
    return radius * math.cos(angle) + 0.0065, radius * math.sin(angle) + 0.006


def _series(x: float, y: float) -> tuple[float, float]:
    """Metres east and north by which a point `x`, `y` degrees from 105° E 35° N is shifted."""
    root = math.sqrt(abs(x))
    both = 20.0 * math.sin(6.0 * x * math.pi) + 20.0 * math.sin(2.0 * x * math.pi)
    east = 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * root
    north = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * root
    east += (both + _waves(x, (20.0, 1.0), (40.0, 3.0), (150.0, 12.0), (300.0, 30.0))) * 2.0 / 3.0
    north += (both + _waves(y, (20.0, 1.0), (40.0, 3.0), (160.0, 12.0), (320.0, 30.0))) * 2.0 / 3.0
    return east, north


def _waves(value: float, *waves: tuple[float, float]) -> float:
    return sum(height * math.sin(value * math.pi / length) for height, length in waves)


def _undo(shift: Shift, lon: float, lat: float) -> tuple[float, float]:
    """The point that `shift` brings to `lon`, `lat`, to less than a millimetre."""
    x, y = lon, lat
    for _ in range(ROUNDS):
        shifted_x, shifted_y = shift(x, y)
        x, y = x + lon - shifted_x, y + lat - shifted_y
    return x, y
