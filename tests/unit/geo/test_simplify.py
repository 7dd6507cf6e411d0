"""Fewer corners, the same outline to within the tolerance."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from app.geo.rings import distances
from app.geo.simplify import CORNERS_MIN, simplified
from tests.unit.geo.shapes import SQUARE


def wavy(corners: int, wave: float) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    turn = np.arange(corners) * 2 * np.pi / corners
    reach = 1 + wave * np.sin(turn * 17)
    return np.column_stack((reach * np.cos(turn), reach * np.sin(turn)))


@given(st.integers(5, 400), st.floats(0, 0.2), st.floats(1e-6, 0.3))
def test_what_is_left_out_lies_near_what_is_kept(corners: int, wave: float, tolerance: float) -> None:
    ring = wavy(corners, wave)
    fewer = simplified(ring, tolerance)
    assert CORNERS_MIN <= len(fewer) <= len(ring)
    assert {tuple(c) for c in fewer.tolist()} <= {tuple(c) for c in ring.tolist()}
    if len(fewer) < len(ring):
        assert distances(fewer, ring[:, 0], ring[:, 1]).max() <= tolerance + 1e-12


def test_a_straight_side_loses_its_middle_corners() -> None:
    side = np.linspace(0, 1, 50)[:-1]
    nought, one = np.zeros(49), np.ones(49)
    ring = np.concatenate(
        [np.column_stack(p) for p in ((side, nought), (one, side), (1 - side, one), (nought, 1 - side))]
    )
    assert sorted(simplified(ring, 1e-9).tolist()) == sorted(SQUARE.tolist())


def test_small_rings_and_no_tolerance_change_nothing() -> None:
    assert simplified(SQUARE, 10) is SQUARE
    ring = wavy(100, 0.1)
    assert simplified(ring, 0) is ring
