"""Random lives: right and wrong people do right and wrong things at any time, and no rule ever breaks."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain.refusal import Refusal
from tests.helpers.chance import STEP, WAITS, form, move, pick, report, second, who
from tests.helpers.invariants import Watched

Step = tuple[int, int, int, int, int, int]


def play(world: Watched, step: Step) -> None:
    """One step: somebody tries something; refused, it leaves everything as it was."""
    which, what, by, agreed, filled, wait = step
    world.advance(pick(WAITS, wait))
    case = pick(list(world.cases.values()), which)
    before, written, taken = dict(world.cases), world.written, len(world.taken)
    if case.pending and agreed % 2:
        pending = pick(case.pending, agreed // 2)
        more = {"refuses" if agreed % 6 == 1 else "confirms": pending.eid, "reason": "不同意"}
        outcome = world.try_(case, pending.action, second(case, pending, world.book, by), **more)
    else:
        transition, order = move(case, world.book, what)
        others = {key: value for key, value in world.cases.items() if key != case.id}
        values = form(case, transition, world.book, others, world.now, filled)
        outcome = world.try_(case, transition.action, who(case, transition, order, by), **values, order=order)
    if isinstance(outcome, Refusal):
        assert world.cases == before
        assert world.written == written
    else:
        # One command is one entry, and one more for each of its consequences.
        assert world.written - written == len(world.taken) - taken


@settings(max_examples=40)
@given(
    reports=st.lists(st.integers(0, 999), min_size=1, max_size=3),
    steps=st.lists(STEP, min_size=20, max_size=60),
)
def test_no_life_breaks_a_rule(reports: list[int], steps: list[Step]) -> None:
    world = Watched()
    for number in reports:
        world.register(**report(number))
    for step in steps:
        play(world, step)
    world.look_back()


@settings(max_examples=30)
@given(
    numbers=st.lists(st.integers(0, 999), min_size=2, max_size=3),
    steps=st.lists(STEP, min_size=20, max_size=60),
)
def test_no_life_of_dispatched_cases_breaks_a_rule(numbers: list[int], steps: list[Step]) -> None:
    world = Watched()
    for number in numbers:
        world.handling(
            pick(("SZ", "CG", "JD"), number), pick(((), ("GD",), ("HB", "SQ")), number // 3), **report(number)
        )
    for step in steps:
        play(world, step)
    world.look_back()
