"""Shapes that the tests of geometry share."""

from __future__ import annotations

import numpy as np
from hypothesis import strategies as st

from app.geo.mercator import Floats

SQUARE = np.array([(0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0)])
HOLE = np.array([(0.25, 0.25), (0.75, 0.25), (0.75, 0.75), (0.25, 0.75)])
BENT = np.array([(0, 0), (3, 0), (3, 3), (2, 3), (2, 1), (1, 1), (1, 3), (0, 3)], dtype=np.float64)
"""A U whose middle lies outside of it."""


def points(least: int, most: int) -> st.SearchStrategy[Floats]:
    """Places on a lattice in the unit square, no two in one place."""
    spots = st.lists(
        st.tuples(st.integers(0, 40), st.integers(0, 40)), min_size=least, max_size=most, unique=True
    )
    return spots.map(lambda found: np.array(found, dtype=np.float64).reshape(-1, 2) / 40)
