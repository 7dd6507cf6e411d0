"""Cells around middles (Voronoi): what is drawn of areas of which only the middles are known."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from app.geo.mercator import Floats
from app.geo.rings import Ring

Corner = tuple[float, float]


def cells(middles: Floats, within: Ring) -> list[Ring]:
    """The part of the convex ring `within` that is nearer to each middle than to any other.

    In the order of the middles; two in one place share their cell, one whose cell lies outside has none (0
    corners).
    """
    return [_cell(number, middles, within) for number in range(len(middles))]


def _cell(number: int, middles: Floats, within: Ring) -> Ring:
    x, y = (float(part) for part in middles[number])
    away = np.hypot(middles[:, 0] - x, middles[:, 1] - y)
    cell: list[Corner] = [(float(a), float(b)) for a, b in within]
    reach = _reach(cell, x, y)
    for other in np.argsort(away, kind="stable"):
        distance = float(away[other])
        if distance == 0.0:
            continue
        if distance > 2 * reach:
            break  # the border with this one, and with all behind it, lies beyond every corner
        ox, oy = float(middles[other, 0]), float(middles[other, 1])
        cell = _nearer(cell, ((x + ox) / 2, (y + oy) / 2), (ox - x, oy - y))
        reach = _reach(cell, x, y)
    return np.array(cell, dtype=np.float64).reshape(-1, 2)


def _reach(cell: Sequence[Corner], x: float, y: float) -> float:
    return max((math.hypot(a - x, b - y) for a, b in cell), default=0.0)


def _nearer(cell: Sequence[Corner], at: Corner, normal: Corner) -> list[Corner]:
    """The part of a convex cell on the near side of the line through `at` (Sutherland and Hodgman)."""
    (ax, ay), (nx, ny) = at, normal
    side = [(x - ax) * nx + (y - ay) * ny for x, y in cell]
    kept: list[Corner] = []
    for place, corner in enumerate(cell):
        following = (place + 1) % len(cell)
        here, there = side[place], side[following]
        if here <= 0:
            kept.append(corner)
        if (here < 0 < there) or (there < 0 < here):
            share = here / (here - there)
            (x1, y1), (x2, y2) = corner, cell[following]
            kept.append((x1 + share * (x2 - x1), y1 + share * (y2 - y1)))
    return kept
