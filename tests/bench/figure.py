"""One measured value with its unit and, where the project set one, the limit it has to reach."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import msgspec


class Figure(msgspec.Struct, frozen=True):
    """`limit` is an upper one, or a lower one with `at_least`."""

    name: str
    value: float
    unit: str
    limit: float | None = None
    at_least: bool = False

    def line(self) -> str:
        """The figure as printed; one that misses its limit says so."""
        line = f"{self.name:<54}{self.value:>12.4g} {self.unit:<12}"
        if self.limit is None:
            return line.rstrip()
        good = self.value >= self.limit if self.at_least else self.value <= self.limit
        return f"{line} to reach {'>=' if self.at_least else '<='} {self.limit:g}{'' if good else '  MISSED'}"


def quantile(values: Sequence[float], share: float) -> float:
    """The value below which `share` of the values lie."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


Bench = Callable[..., list[Figure]]
"""Takes the number of rows asked for, or None for the bench's own; the simulation's also which seeds."""
