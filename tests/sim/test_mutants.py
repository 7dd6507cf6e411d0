"""A simulator that finds nothing proves nothing: faults planted in the real code are found, each of them."""

from __future__ import annotations

import pytest

from tests.sim.levels.tower import has_levels
from tests.sim.mutants.every import BETWEEN_LEVELS, MUTANTS
from tests.sim.run import live
from tests.sim.test_seeds import SEEDS

SEEDS_MAX = 60
"""Within so many seeds each fault must show. Without one the same seeds hold: test_seeds lives through
them."""

assert SEEDS_MAX <= SEEDS


@pytest.mark.parametrize("name", sorted(MUTANTS))
def test_a_planted_fault_is_found(name: str) -> None:
    for seed in range(SEEDS_MAX):
        with MUTANTS[name]():
            lived = live(seed)
        if lived.broken:
            return
    pytest.fail(f"{name}: not found in {SEEDS_MAX} seeds")


@pytest.mark.parametrize("name", sorted(BETWEEN_LEVELS))
def test_a_fault_between_levels_is_found(name: str) -> None:
    for seed in filter(has_levels, range(SEEDS)):
        with BETWEEN_LEVELS[name]():
            lived = live(seed)
        if lived.broken:
            return
    pytest.fail(f"{name}: not found in {SEEDS} seeds")


def test_a_planted_fault_is_gone_behind_its_block() -> None:
    for plant in (*MUTANTS.values(), *BETWEEN_LEVELS.values()):
        with plant():
            pass
    assert not live(0).broken
