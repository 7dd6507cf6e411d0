"""Whole lives: every transition is taken, and what always holds does hold at every step."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.helpers.invariants import Watched
from tests.helpers.lives import Life
from tests.helpers.scripts import OUTSIDE, SCRIPTS, World


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.__name__)
def test_a_scripted_life_keeps_every_rule_at_every_step(script: Callable[[World], None]) -> None:
    world = Watched()
    script(world)
    assert world.watched > 5


def test_every_transition_of_the_shipped_rules_is_taken() -> None:
    world = Life()
    for script in SCRIPTS:
        script(world)
    taken = {*world.taken, "register"}
    assert set(world.book.transitions) - taken == OUTSIDE
    assert not taken - set(world.book.transitions)


def test_every_kind_of_entry_about_a_case_is_written() -> None:
    world = Life()
    for script in SCRIPTS:
        script(world)
    kinds = {fact.kind for facts in world.facts.values() for fact in facts}
    assert kinds == {
        "report_received",
        "case_moved",
        "orders_issued",
        "case_merged",
        "case_unmerged",
        "case_split",
        "confirmation_asked",
        "confirmation_refused",
    }


def test_every_state_is_reached() -> None:
    world = Watched()
    for script in SCRIPTS:
        script(world)
    assert set(world.book.states) - world.states == set()
