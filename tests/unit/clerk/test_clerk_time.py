"""However time is cut into steps, the clerk writes the same things, each once; restarts change nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from hypothesis import given, settings
from hypothesis import strategies as st

from app.base.clock import DAY_MS, HOUR_MS, MINUTE_MS
from app.domain import timing
from app.domain.moves import CaseMoved, LimitBreached
from tests.helpers.halls import actor
from tests.helpers.memory_hall import MemoryHall, body_of, drive, memory_hall
from tests.helpers.starts import HANDLER, STARTS

SPAN_MS = 120 * DAY_MS
"""Longer than any start's last rung: the longest hold and limit of the shipped rules, with their ladders."""

Deed = tuple[int, str, str, str, str]


def deeds(hall: MemoryHall, after: int) -> list[Deed]:
    """What was written after entry `after`: the case's number, what, the order's end, clock, step."""
    cases = hall.cases()
    found = []
    for numbered in hall.store.entries[after:]:
        body = body_of(numbered)
        assert isinstance(body, CaseMoved | LimitBreached), body
        place, order = cases.index(body.incident), body.order[-3:]
        if isinstance(body, LimitBreached):
            found.append((place, "breach", order, body.clock, body.step))
        else:
            found.append((place, body.action, order, "", ""))
    return found


def begun(starts: Sequence[int]) -> tuple[MemoryHall, int]:
    """A hall with one case for each start, and the number of its last entry."""
    hall = memory_hall()
    for start in starts:
        STARTS[start](hall)
    return hall, hall.store.head().gseq


def settle(hall: MemoryHall, steps_ms: Sequence[int], restarts: frozenset[int] = frozenset()) -> None:
    """Move time by the steps, over and over, with a full round of beats after each; `restarts` replace the
    clerk by a new one after those steps. At the end nothing is left to do."""
    clerk, end = hall.clerk(), hall.clock.now() + SPAN_MS
    number = 0
    while hall.clock.now() < end:
        drive(hall, clerk)
        if number in restarts:
            clerk = hall.clerk()
        hall.time.advance(steps_ms[number % len(steps_ms)])
        number += 1
    drive(hall, clerk)
    drive(hall, clerk, hall.clock.now() + SPAN_MS)
    assert clerk.next_at() is None


cases = st.lists(st.integers(0, len(STARTS) - 1), min_size=1, max_size=3)
steps = st.lists(
    st.integers(MINUTE_MS, 3 * HOUR_MS) | st.integers(HOUR_MS, 3 * DAY_MS) | st.integers(DAY_MS, 40 * DAY_MS),
    min_size=1,
    max_size=6,
).filter(lambda steps_ms: sum(steps_ms) > len(steps_ms) * 6 * HOUR_MS)


@settings(max_examples=40)
@given(cases, steps, st.frozensets(st.integers(0, 40), max_size=4))
def test_any_steps_write_the_same(starts: list[int], steps_ms: list[int], restarts: frozenset[int]) -> None:
    fine, before = begun(starts)
    drive(fine, fine.clerk(), fine.clock.now() + 2 * SPAN_MS)
    coarse, _ = begun(starts)
    settle(coarse, steps_ms, restarts)
    assert Counter(deeds(coarse, before)) == Counter(deeds(fine, before))
    assert max(Counter(deeds(coarse, before)).values(), default=1) == 1


@settings(max_examples=15)
@given(cases, st.integers(0, 30 * DAY_MS))
def test_a_second_clerk_finds_it_done(starts: list[int], late_ms: int) -> None:
    hall, _ = begun(starts)
    one, other = hall.clerk(), hall.clerk()
    drive(hall, one, hall.clock.now() + late_ms)
    written = hall.store.head().gseq
    drive(hall, other)
    drive(hall, one)
    drive(hall, hall.clerk())
    assert hall.store.head().gseq == written


STAGES = (
    ("accept", actor("intake")),
    ("file", actor("dispatcher")),
    ("dispatch", actor("dispatcher")),
    ("sign", HANDLER),
    ("first_contact", HANDLER),
    ("feedback", HANDLER),
    ("close_without_callback", actor("dispatcher")),
)
"""One case from its report to its end, and who takes it there."""


@settings(max_examples=25)
@given(st.lists(st.floats(0, 1), min_size=len(STAGES), max_size=len(STAGES)))
def test_a_case_closed_in_time_gets_no_breach(shares: list[float]) -> None:
    """Each stage is done at its due time at the latest; only archiving is left to the clerk."""
    hall = memory_hall()
    clerk = hall.clerk()
    case = hall.register()
    for (action, by), share in zip(STAGES, shares, strict=True):
        soonest = timing.all_deadlines(hall.commander.desk.book(), case)[0].deadline.due_at
        now = hall.clock.now()
        drive(hall, clerk, now + int((soonest - now) * share))
        form = hall.fill(action, case)
        if action == "dispatch":
            form["lead_department"] = HANDLER.unit
        case = hall.do(case, action, by, **form)
    drive(hall, clerk, hall.clock.now() + SPAN_MS)
    assert hall.bodies(LimitBreached) == []
    archived = [body for body in hall.bodies(CaseMoved) if getattr(body, "action", "") == "archive"]
    assert (len(archived), hall.case(case.id).state) == (1, "archived")
