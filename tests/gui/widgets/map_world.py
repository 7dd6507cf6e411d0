"""A map for tests: where it lies, its signs, and words that tell what they were asked."""

from __future__ import annotations

from collections.abc import Hashable, Sequence

import numpy as np

from widgets.map.marks import Marks
from widgets.map.signs import Sign

SIGNS = [
    Sign("circle", "in_time_mark"),
    Sign("triangle", "overdue_mark", 2),
    Sign("arrow", "accent", turn_deg=90),
]
SIDE = 0.002
"""Of the square area that the tests look at, in the unit square."""

HOME = (0.8, 0.4, 0.8 + SIDE, 0.4 + SIDE)
MIDDLE = (0.8 + SIDE / 2, 0.4 + SIDE / 2)


class Words:
    """Says the layer and the key."""

    def lines(self, layer: str, key: Hashable) -> Sequence[str]:
        return (f"{layer} {key}", "第二行")

    def name(self, layer: str, key: Hashable) -> str:
        return f"名 {key}"

    def many(self, layer: str, count: int) -> str:
        return f"{count} 个"

    def more(self, count: int) -> str:
        return f"还有 {count}"

    def choose(self) -> str:
        return "选择"

    def position(self, number: int, total: int) -> str:
        return f"{number}/{total}"

    def place(self, x: float, y: float) -> str:
        return f"{x:.9f} {y:.9f}"

    def metres(self, y: float) -> float:
        return 40_000_000.0

    def length(self, length_m: float) -> str:
        return f"{length_m:g} 米"

    def count(self, number: int) -> str:
        return str(number)


def marks(*places: tuple[float, float], apart: bool = False, named: bool = False, sign: int = 0) -> Marks:
    """Marks at these places, the keys their numbers from 0."""
    count = len(places)
    at = np.array(places, dtype=np.float64).reshape(-1, 2)
    return Marks(
        x=at[:, 0],
        y=at[:, 1],
        sign=np.full(count, sign, dtype=np.int64),
        weight=np.arange(count, dtype=np.int64),
        apart=np.full(count, apart),
        named=np.full(count, named),
        keys=list(range(count)),
    )
