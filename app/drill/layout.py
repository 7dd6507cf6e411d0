"""Where things lie: an invented outline filled with points, parted into cells that nest as areas do."""

from __future__ import annotations

import math
import random
from collections.abc import Sequence

from app.domain.place import Point
from app.drill.names import Centre

Spot = tuple[float, float]
"""East and north of the centre, in km."""

KM_PER_DEGREE = 111.2
"""One degree of latitude; of longitude at the equator."""

JITTER = 0.35
"""How far a point leaves its place in the lattice, in steps of it: enough to look grown, not wild."""

DIGITS = 6
"""Decimals of a degree that are kept: about a tenth of a metre."""


def outline_points(rng: random.Random, radius_km: float, count: int) -> list[Spot]:
    """About `count` points, evenly strewn inside a wavy outline of about `radius_km`."""
    first, second = rng.uniform(0, math.tau), rng.uniform(0, math.tau)

    def reach(angle: float) -> float:
        wave = 1 + 0.14 * math.sin(2 * angle + first) + 0.08 * math.sin(3 * angle + second)
        return radius_km * wave

    step = math.sqrt(math.pi * radius_km**2 / count)
    half = math.ceil(radius_km * 1.25 / step)
    points: list[Spot] = []
    for row in range(-half, half + 1):
        for column in range(-half, half + 1):
            x = (column + rng.uniform(-JITTER, JITTER)) * step
            y = (row + rng.uniform(-JITTER, JITTER)) * step
            if math.hypot(x, y) <= reach(math.atan2(y, x)):
                points.append((x, y))
    return points


def seeds(rng: random.Random, points: Sequence[Spot], count: int) -> list[Spot]:
    """`count` of the points, each as far from the others as it gets: the middles of cells."""
    chosen = [rng.choice(points)]
    away = [_square(point, chosen[0]) for point in points]
    while len(chosen) < count:
        farthest = max(range(len(points)), key=away.__getitem__)
        chosen.append(points[farthest])
        away = [min(known, _square(point, chosen[-1])) for point, known in zip(points, away, strict=True)]
    return chosen


def cells(points: Sequence[Spot], middles: Sequence[Spot]) -> list[list[Spot]]:
    """The points parted by the nearest middle, in the order of the middles (Voronoi)."""
    parts: list[list[Spot]] = [[] for _ in middles]
    for point in points:
        nearest = min(range(len(middles)), key=lambda i: _square(point, middles[i]))
        parts[nearest].append(point)
    return parts


def shares(sizes: Sequence[int], total: int) -> list[int]:
    """`total` parted in proportion to `sizes`, at least 1 each and never more than a size holds."""
    whole = sum(sizes)
    wanted = [total * size / whole for size in sizes]
    given = [max(1, min(size, int(want))) for size, want in zip(sizes, wanted, strict=True)]
    while sum(given) < total:
        room = [i for i in range(len(sizes)) if given[i] < sizes[i]]
        given[max(room, key=lambda i: wanted[i] - given[i])] += 1
    while sum(given) > total:
        room = [i for i in range(len(sizes)) if given[i] > 1]
        given[min(room, key=lambda i: wanted[i] - given[i])] -= 1
    return given


def near(rng: random.Random, spot: Spot, reach_km: float) -> Spot:
    """A place around a spot."""
    return (spot[0] + rng.uniform(-reach_km, reach_km), spot[1] + rng.uniform(-reach_km, reach_km))


def on_earth(centre: Centre, spot: Spot) -> Point:
    """The spot in degrees."""
    lat = centre.lat + spot[1] / KM_PER_DEGREE
    lon = centre.lon + spot[0] / (KM_PER_DEGREE * math.cos(math.radians(centre.lat)))
    return Point(round(lon, DIGITS), round(lat, DIGITS))


def _square(a: Spot, b: Spot) -> float:
    return (a[0] - b[0]) ** 2 + (a[1] - b[1]) ** 2
