"""The light of a deadline at an instant."""

from __future__ import annotations

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
