"""Signs that would lie on one another, gathered by a grid of the map: which stand alone, which count."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Places = NDArray[np.int64]

INNER = 0.28
"""The count of a cell stays so far from its edges, as a share of its side: two of neighbours never touch."""


@dataclass(frozen=True, eq=False)
class Gathering:
    """`alone` are places of marks in their order. Each cluster has a middle in the unit square, a count and
    the place of its weightiest mark; `members` tells the places of all its marks."""

    alone: Places
    x: Floats
    y: Floats
    worst: Places
    counts: Places
    _gathered: Places
    _ends: Places

    def __len__(self) -> int:
        return len(self.counts)

    def members(self, cluster: int) -> Places:
        end = int(self._ends[cluster])
        return self._gathered[end - int(self.counts[cluster]) : end]


def gather(
    x: Floats, y: Floats, weight: NDArray[np.signedinteger], apart: NDArray[np.bool_], cell: float
) -> Gathering:
    """Gather by squares of side `cell` in the unit square, fixed to the map so that panning moves nothing.

    Marks set `apart` are never gathered; with `cell` 0 none is.
    """
    every: Places = np.arange(len(x), dtype=np.int64)
    free = every[~apart] if cell > 0 else every[:0]
    column, row = np.floor(x[free] / cell if cell else x[:0]), np.floor(y[free] / cell if cell else y[:0])
    # In each square the weightiest comes last.
    order = np.lexsort((weight[free], row, column))
    free, column, row = free[order], column[order], row[order]
    last = np.ones(len(free), dtype=np.bool_)
    last[:-1] = (column[1:] != column[:-1]) | (row[1:] != row[:-1])
    ends = np.flatnonzero(last) + 1
    counts = np.diff(ends, prepend=0)
    many = counts > 1
    in_many = np.repeat(many, counts)
    single = np.ones(len(x), dtype=np.bool_)
    single[free[in_many]] = False
    gathered, counts, ends = free[in_many], counts[many], ends[many]
    own_ends = np.cumsum(counts)
    return Gathering(
        alone=every[single],
        x=_middles(x[gathered], counts, column[ends - 1] * cell, cell),
        y=_middles(y[gathered], counts, row[ends - 1] * cell, cell),
        worst=gathered[own_ends - 1],
        counts=counts,
        _gathered=gathered,
        _ends=own_ends,
    )


def _middles(at: Floats, counts: Places, corner: Floats, cell: float) -> Floats:
    """The mean of each group, kept off the edges of its square."""
    if not len(counts):
        return np.zeros(0)
    means = np.add.reduceat(at, np.cumsum(counts) - counts) / counts
    return np.asarray(np.clip(means, corner + INNER * cell, corner + (1 - INNER) * cell))
