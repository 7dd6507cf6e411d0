"""Outlines with fewer corners: nothing that could be seen goes missing (Douglas and Peucker)."""

from __future__ import annotations

import numpy as np

from app.geo.mercator import Floats
from app.geo.rings import Ring

CORNERS_MIN = 4
"""A ring is never made smaller than this: three corners may fall onto one line."""


def simplified(ring: Ring, tolerance: float) -> Ring:
    """The ring through some of its own corners; none that was left out lies farther than `tolerance` away."""
    if len(ring) <= CORNERS_MIN or tolerance <= 0:
        return ring
    # A ring has no ends: it is parted at its first corner and at the one farthest from there.
    half = int(((ring - ring[0]) ** 2).sum(axis=1).argmax())
    closed = np.concatenate((ring, ring[:1]))
    kept = np.zeros(len(closed), dtype=np.bool_)
    kept[[0, half, -1]] = True
    waiting = [(0, half), (half, len(ring))]
    while waiting:
        first, last = waiting.pop()
        if last - first < 2:
            continue
        away = _distances(closed[first + 1 : last], closed[first], closed[last])
        farthest = int(away.argmax())
        if away[farthest] > tolerance:
            middle = first + 1 + farthest
            kept[middle] = True
            waiting += [(first, middle), (middle, last)]
    fewer = ring[kept[:-1]]
    return fewer if len(fewer) >= CORNERS_MIN else ring


def _distances(points: Floats, start: Floats, end: Floats) -> Floats:
    """How far each point lies from the piece between `start` and `end`."""
    edge = end - start
    length = float((edge**2).sum())
    offset = points - start
    if length == 0:
        return np.hypot(offset[:, 0], offset[:, 1])
    along = np.clip(offset @ edge / length, 0.0, 1.0)
    off = offset - along[:, None] * edge
    return np.hypot(off[:, 0], off[:, 1])
