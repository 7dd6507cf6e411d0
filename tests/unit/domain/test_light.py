"""Lights by the table, and which clock of a case is shown."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.deadline import ClockRun, Deadline, Pause, deadline
from app.domain.light import foremost, light, urgency
from app.domain.limits import Limit
from app.domain.sla import LightRule
from tests.unit.domain.calendar_oracle import calendar, ms

RUNNING = Deadline(100, 200, 300, False, False)
PAUSED = Deadline(100, 200, 300, True, False)
DEADLINES = st.tuples(st.integers(0, 50), st.integers(0, 50), st.integers(0, 50), st.booleans()).map(
    lambda t: Deadline(t[0], t[0] + t[1], t[0] + t[1] + t[2], t[3], False)
)


@pytest.mark.parametrize(
    ("now", "shown"),
    [
        (99, "not_started"),
        (100, "in_time"),
        (199, "in_time"),
        (200, "due_soon"),
        (300, "due_soon"),  # done at this very instant it is in time
        (301, "overdue"),
    ],
)
def test_the_light_of_a_running_clock(now: int, shown: str) -> None:
    assert light(RUNNING, now) == shown


@pytest.mark.parametrize("now", [99, 150, 250, 999])
def test_a_paused_clock_is_paused_whatever_the_time(now: int) -> None:
    assert light(PAUSED, now) == "paused"


def test_urgent_work_is_never_paused_nor_grey() -> None:
    rule = LightRule(share=0.25, urgent_minutes=30)
    run = ClockRun("restore", ms("2026-11-20T20:00"), None, (Pause(ms("2026-11-20T21:00"), None, "hold"),))
    for limit in (Limit(24.0, "h_natural"), Limit(1.0, "wd")):
        urgent = deadline(run, limit, calendar("office"), urgent=True, light=rule)
        assert light(urgent, run.started_at) == "in_time"
        assert light(urgent, urgent.due_at - 30 * 60_000) == "due_soon"
        assert light(urgent, urgent.due_at + 1) == "overdue"


def test_a_clock_waits_for_its_opening() -> None:
    rule = LightRule(share=0.25, urgent_minutes=30)
    run = ClockRun("sign", ms("2026-11-20T20:00"))
    found = deadline(run, Limit(2.0, "wh"), calendar("office"), urgent=False, light=rule)
    assert light(found, ms("2026-11-23T08:29")) == "not_started"
    assert light(found, ms("2026-11-23T08:30")) == "in_time"


def test_the_clock_with_the_least_time_is_shown_overdue_before_all() -> None:
    overdue = Deadline(0, 10, 90, False, False)
    waiting = Deadline(150, 160, 170, False, False)
    assert foremost([PAUSED, waiting, RUNNING, overdue], 120) == 3
    assert foremost([PAUSED, waiting, RUNNING], 120) == 2
    assert foremost([PAUSED, waiting], 120) == 1
    assert foremost([PAUSED], 120) == 0
    assert foremost([], 120) is None
    assert foremost([RUNNING, RUNNING], 120) == 0


@given(st.lists(DEADLINES, min_size=1, max_size=6), st.integers(0, 160))
def test_queues_run_from_overdue_to_paused(deadlines: list[Deadline], now: int) -> None:
    order = sorted(deadlines, key=lambda d: urgency(d, now))
    shown = [light(d, now) for d in order]
    # The lights of running clocks mix by what is left; these four borders never do.
    groups = {"overdue": 0, "due_soon": 1, "in_time": 1, "not_started": 2, "paused": 3}
    assert [groups[s] for s in shown] == sorted(groups[s] for s in shown)
    first = foremost(deadlines, now)
    assert first is not None
    assert urgency(deadlines[first], now) == urgency(order[0], now)
    running = [d.due_at for d in order if light(d, now) not in ("paused", "not_started")]
    assert running == sorted(running)
