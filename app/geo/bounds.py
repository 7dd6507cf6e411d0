"""A rectangle in the unit square of the map: what has to be seen, and what lies outside."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec
import numpy as np
from numpy.typing import NDArray

from app.geo.mercator import Floats


class Bounds(msgspec.Struct, frozen=True):
    """Edges in the unit square, `top` north of `bottom`."""

    left: float
    top: float
    right: float
    bottom: float

    @property
    def width(self) -> float:
        return self.right - self.left

    @property
    def height(self) -> float:
        return self.bottom - self.top

    def grown(self, by: float) -> Bounds:
        """Wider by so much on each side."""
        return Bounds(self.left - by, self.top - by, self.right + by, self.bottom + by)

    def meets(self, other: Bounds) -> bool:
        """Whether the two have a point in common."""
        return (
            self.left <= other.right
            and other.left <= self.right
            and self.top <= other.bottom
            and other.top <= self.bottom
        )

    def inside(self, x: Floats, y: Floats) -> NDArray[np.bool_]:
        """Which points lie in it, its edges included."""
        return (x >= self.left) & (x <= self.right) & (y >= self.top) & (y <= self.bottom)


def bounds_of(points: Floats) -> Bounds | None:
    """The smallest rectangle around points (n, 2); None around none."""
    if not len(points):
        return None
    (left, top), (right, bottom) = points.min(axis=0), points.max(axis=0)
    return Bounds(float(left), float(top), float(right), float(bottom))


def around(many: Iterable[Floats]) -> Bounds | None:
    """The smallest rectangle around several sets of points."""
    parts = [points for points in many if len(points)]
    return bounds_of(np.concatenate(parts)) if parts else None
