"""The light of a deadline at an instant, and which of several clocks a case shows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from app.base.clock import Instant
from app.domain.deadline import Deadline

Light = Literal["in_time", "due_soon", "overdue", "paused", "not_started"]


def light(deadline: Deadline, now: Instant) -> Light:
    """The light at `now`; at the due time itself it is not red yet. Source: sla.toml [[light.state]]."""
    if deadline.paused:
        return "paused"
    if now > deadline.due_at:
        return "overdue"
    if now < deadline.starts_at:
        return "not_started"
    return "due_soon" if now >= deadline.soon_at else "in_time"


def urgency(deadline: Deadline, now: Instant) -> tuple[int, Instant]:
    """The sort key of queues: fewest ms to due first (overdue before all), not started after, paused last."""
    if deadline.paused:
        return 2, deadline.due_at
    return int(now < deadline.starts_at), deadline.due_at


def foremost(deadlines: Sequence[Deadline], now: Instant) -> int | None:
    """Which of the running clocks of a case gives its light: its place, or None when there is none."""
    if not deadlines:
        return None
    return min(range(len(deadlines)), key=lambda place: urgency(deadlines[place], now))
