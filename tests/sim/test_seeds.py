"""Hundreds of lives under faults: no invariant breaks in any of them."""

from __future__ import annotations

import pytest

from tests.sim.run import live

SEEDS = 300
"""What the gate has time for; a night lives through thousands (`./muster bench sim --seeds 10000`)."""

TOGETHER = 6


@pytest.mark.parametrize("first", range(0, SEEDS, TOGETHER))
def test_no_invariant_breaks(first: int) -> None:
    for seed in range(first, first + TOGETHER):
        lived = live(seed)
        assert not lived.broken, f"{lived.broken}\nagain: {lived.again}"
        assert lived.entries
