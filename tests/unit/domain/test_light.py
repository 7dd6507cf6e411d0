"""Lights by the table."""

from __future__ import annotations

import pytest

from app.domain.deadline import ClockRun, Deadline, Pause, deadline
from app.domain.light import light
from app.domain.limits import Limit
from app.domain.sla import LightRule
from tests.unit.domain.calendar_oracle import calendar, ms

RUNNING = Deadline(100, 200, 300, False, False)
PAUSED = Deadline(100, 200, 300, True, False)


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
