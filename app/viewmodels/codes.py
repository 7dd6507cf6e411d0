"""Case codes as people say them: desk and counter, with the day before it when it was another day's."""

from __future__ import annotations

from app.base.clock import Instant
from app.base.formats import compact_day
from app.domain.code import short_code


def said_code(code: str, now: Instant) -> str:
    """`A1042` today, `0308 A1042` for the eighth of March: counters begin anew each day."""
    parts = code.split("-")
    day = parts[1] if len(parts) > 1 else ""
    today = compact_day(now)
    if not day or day == today:
        return short_code(code)
    shown = day[4:] if day[:4] == today[:4] else day
    return f"{shown} {short_code(code)}"
