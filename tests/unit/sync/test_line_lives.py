"""Whatever is cut, lost and begun again, in any order: every entry arrives once, in order, everywhere."""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.helpers.line_world import LineWorld, SimDesk

STEPS = (
    "write", "connect", "offer", "to_wire", "to_hub", "commit", "announce", "from_hub", "to_desk", "take",
    "tick", "cut", "commit_orphan", "crash_desk", "crash_hub",
)  # fmt: skip
COMMON = 11
"""The first of STEPS are what goes on all the time, the others are the troubles."""

DESKS = 2
steps = st.lists(st.tuples(st.sampled_from(STEPS), st.integers(0, DESKS - 1)), max_size=160)


def step(world: LineWorld, name: str, number: int) -> None:
    desk = world.desks[number]
    act: Callable[[SimDesk], None] = getattr(world, name)
    act(desk)
    acknowledged_is_at_the_hub(world)


def acknowledged_is_at_the_hub(world: LineWorld) -> None:
    for desk in world.desks:
        assert desk.acked <= world.hub.last_of(desk.replica.origin)


def healed(world: LineWorld) -> None:
    """What must be true when all troubles are over."""
    world.heal()
    entries = world.hub.entries
    assert [numbered.gseq for numbered in entries] == list(range(1, len(entries) + 1))
    for desk in world.desks:
        replica = desk.replica
        at_hub = [n.entry.eid for n in entries if n.entry.origin == replica.origin]
        assert at_hub == replica.written
        assert replica.confirmed == entries
        assert replica.head() == world.hub.head()
        # Nothing that was sent in all this time was wrong.
        assert set(desk.closes) <= {"silent"}
        assert not desk.alarms
        assert desk.status().trouble == ""


@given(steps)
def test_any_life_ends_with_every_entry_once_and_in_order(life: list[tuple[str, int]]) -> None:
    world = LineWorld(DESKS)
    for name, number in life:
        step(world, name, number)
    healed(world)


@pytest.mark.parametrize("seed", range(25))
def test_long_lives_with_few_troubles(seed: int) -> None:
    """Random lists are full of troubles: here lines live long enough for windows and pages to fill."""
    chance = random.Random(seed)
    world = LineWorld(DESKS)
    for _ in range(2_500):
        usual = chance.random() > 0.01
        name = chance.choice(STEPS[:COMMON] if usual else STEPS[COMMON:])
        step(world, name, chance.randrange(DESKS))
    healed(world)
    assert len(world.hub.entries) > 50


@settings(max_examples=40)
@given(st.integers(0, 120), st.sampled_from(["cut", "crash_desk", "crash_hub"]))
def test_a_cut_at_any_frame_of_one_exchange(at: int, trouble: str) -> None:
    """One exchange in which both sides have something, cut once at every place there is."""
    world = LineWorld(DESKS)
    usual = (
        "connect",
        "offer",
        "to_wire",
        "to_hub",
        "commit",
        "announce",
        "from_hub",
        "to_desk",
        "take",
        "tick",
    )
    for _ in range(5):
        for number in range(DESKS):
            step(world, "write", number)
    done = 0
    for _ in range(12):
        for number in range(DESKS):
            for name in usual:
                step(world, name, number)
                done += 1
                if done == at:
                    step(world, trouble, number)
                    step(world, "connect", number)
                    step(world, "commit_orphan", number)
    healed(world)
