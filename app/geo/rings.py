"""Polygons in the plane: what lies inside, how large, where a name stands, the hull of points."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from app.geo.bounds import bounds_of
from app.geo.mercator import Floats

Ring = Floats
"""Corners (n, 2), the first not repeated at the end. Of several rings the inner ones are holes."""

HULL_SIDES = 16
"""Sides of the circle that is rolled around a hull to grow it: round enough at any zoom of a schematic."""

NAME_STEPS = 12
"""Places tried across and down for the name of a bent area."""


def inside(rings: Sequence[Ring], x: Floats, y: Floats) -> NDArray[np.bool_]:
    """Which points lie in the polygon of these rings, by the even-odd rule."""
    found = np.zeros(np.shape(x), dtype=np.bool_)
    for ring in rings:
        found ^= _crossings(ring, np.asarray(x), np.asarray(y))
    return found


def _crossings(ring: Ring, x: Floats, y: Floats) -> NDArray[np.bool_]:
    """Whether a ray to the east crosses the ring an odd number of times; one edge after the other, so that
    memory stays that of the points."""
    odd = np.zeros(x.shape, dtype=np.bool_)
    for (x1, y1), (x2, y2) in zip(ring, np.roll(ring, -1, axis=0), strict=True):
        if y1 == y2:
            continue
        spans = (y1 <= y) != (y2 <= y)
        odd ^= spans & (x < x1 + (y - y1) * (x2 - x1) / (y2 - y1))
    return odd


def signed_area(ring: Ring) -> float:
    """Positive where the corners run from x to y, clockwise on a map whose y points south."""
    following = np.roll(ring, -1, axis=0)
    return float((ring[:, 0] * following[:, 1] - following[:, 0] * ring[:, 1]).sum() / 2)


def centroid(ring: Ring) -> tuple[float, float]:
    """The middle of the surface; of a ring without any, the mean of its corners."""
    origin = ring[0]
    corners = ring - origin  # far from the origin the products below would lose all their digits
    following = np.roll(corners, -1, axis=0)
    cross = corners[:, 0] * following[:, 1] - following[:, 0] * corners[:, 1]
    whole = cross.sum()
    if abs(whole) < 1e-30:
        mean = ring.mean(axis=0)
        return float(mean[0]), float(mean[1])
    middle = ((corners + following) * cross[:, None]).sum(axis=0) / (3 * whole) + origin
    return float(middle[0]), float(middle[1])


def name_point(rings: Sequence[Ring]) -> tuple[float, float]:
    """Where the name of an area stands: its middle, or in a bent one the place farthest from all borders."""
    largest = max(rings, key=lambda ring: abs(signed_area(ring)))
    x, y = centroid(largest)
    if bool(inside(rings, np.array([x]), np.array([y]))[0]):
        return x, y
    box = bounds_of(largest)
    assert box is not None  # a ring has corners
    across = box.left + (np.arange(NAME_STEPS) + 0.5) * box.width / NAME_STEPS
    down = box.top + (np.arange(NAME_STEPS) + 0.5) * box.height / NAME_STEPS
    xs, ys = (grid.ravel() for grid in np.meshgrid(across, down))
    within = inside(rings, xs, ys)
    if not within.any():
        return x, y
    xs, ys = xs[within], ys[within]
    away = np.min([distances(ring, xs, ys) for ring in rings], axis=0)
    best = int(away.argmax())
    return float(xs[best]), float(ys[best])


def distances(ring: Ring, x: Floats, y: Floats) -> Floats:
    """The distance of each point from the border."""
    start, edge = ring, np.roll(ring, -1, axis=0) - ring
    length = np.maximum((edge**2).sum(axis=1), 1e-300)
    px, py = x[:, None] - start[:, 0], y[:, None] - start[:, 1]
    along = np.clip((px * edge[:, 0] + py * edge[:, 1]) / length, 0.0, 1.0)
    nearest: Floats = np.hypot(px - along * edge[:, 0], py - along * edge[:, 1]).min(axis=1)
    return nearest


def hull(points: Floats) -> Ring:
    """The convex hull, from the leftmost point on; fewer than three points are their own."""
    ordered = sorted({(float(x), float(y)) for x, y in points})
    if len(ordered) < 3:
        return np.array(ordered, dtype=np.float64).reshape(-1, 2)
    lower, upper = _half(ordered), _half(ordered[::-1])
    return np.array(lower[:-1] + upper[:-1])


def _half(ordered: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    chain: list[tuple[float, float]] = []
    for x, y in ordered:
        while len(chain) > 1:
            (x1, y1), (x2, y2) = chain[-2], chain[-1]
            if (x2 - x1) * (y - y1) - (y2 - y1) * (x - x1) > 0:
                break
            chain.pop()
        chain.append((x, y))
    return chain


def grown_hull(points: Floats, by: float) -> Ring:
    """The hull with a margin all round; a single point becomes a round spot."""
    turns = np.arange(HULL_SIDES) * math.tau / HULL_SIDES
    spread = np.column_stack((np.cos(turns), np.sin(turns))) * by
    return hull((hull(points)[:, None, :] + spread[None, :, :]).reshape(-1, 2))
