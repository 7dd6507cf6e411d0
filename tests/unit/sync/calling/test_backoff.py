"""Pauses between calls: they double, they are spread, they begin anew only after a line that held."""

from __future__ import annotations

import random

from hypothesis import given
from hypothesis import strategies as st

from app.sync.calling.backoff import FIRST_MS, LIVED_MS, LONGEST_MS, Backoff


def longest() -> float:
    return 1.0


def test_the_limit_doubles_up_to_the_longest() -> None:
    backoff = Backoff(longest)
    assert [backoff.pause_ms() for _ in range(9)] == [
        500, 1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 30_000
    ]  # fmt: skip


def test_a_line_that_held_begins_anew_and_a_short_one_does_not() -> None:
    backoff = Backoff(longest)
    for _ in range(5):
        backoff.pause_ms()
    assert backoff.pause_ms(LIVED_MS - 1) == 16_000
    assert backoff.pause_ms(LIVED_MS) == FIRST_MS


def test_a_hub_that_would_not_is_asked_slowly_even_by_the_luckiest() -> None:
    assert Backoff(lambda: 0.0).pause_ms(slow=True) == LONGEST_MS // 2


@given(st.lists(st.sampled_from([0, LIVED_MS - 1, LIVED_MS]), max_size=40), st.randoms(use_true_random=False))
def test_every_pause_is_within_its_limits(lives: list[int], chance: random.Random) -> None:
    backoff = Backoff(chance.random)
    assert all(0 <= backoff.pause_ms(lived) <= LONGEST_MS for lived in lives)


def test_desks_cut_off_together_do_not_call_together() -> None:
    pauses = set()
    for seed in range(50):
        backoff = Backoff(random.Random(seed).random)
        for _ in range(6):
            backoff.pause_ms()
        pauses.add(backoff.pause_ms() // 100)
    assert len(pauses) > 35
