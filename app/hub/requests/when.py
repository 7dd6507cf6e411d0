"""Times as callers may write them: milliseconds since the epoch, or RFC 3339 with its offset."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from msgspec import Meta

from app.base.clock import Instant
from app.domain.forms import TIME_MAX, TIME_MIN
from app.hub.requests.problems import ProblemError

When = Annotated[int, Meta(ge=TIME_MIN, lt=TIME_MAX)] | Annotated[datetime, Meta(tz=True)]


def instant(when: int | datetime, field: str) -> Instant:
    """ProblemError for a time outside the years the rules take."""
    at = when if isinstance(when, int) else round(when.timestamp() * 1000)
    if not TIME_MIN <= at < TIME_MAX:
        raise ProblemError("field", field=field, rule="time")
    return at
