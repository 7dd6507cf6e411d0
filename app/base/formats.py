"""How times, durations and counts are written, in one place and in both languages."""

from __future__ import annotations

from datetime import UTC, datetime

from app.base.clock import DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS, Instant
from app.base.language import Language

HALL_OFFSET_MS = 8 * HOUR_MS
"""The hall's wall clock: Asia/Shanghai, which has had no summer time since 1991."""


class Formats:
    """Finished words for one language."""

    def __init__(self, language: Language) -> None:
        self._language = language

    def clock(self, at: Instant) -> str:
        """09:42:19"""
        return _local(at).strftime("%H:%M:%S")

    def minute(self, at: Instant) -> str:
        """09:42"""
        return _local(at).strftime("%H:%M")

    def date(self, at: Instant) -> str:
        """2026-11-21"""
        return _local(at).strftime("%Y-%m-%d")

    def moment(self, at: Instant) -> str:
        """2026-11-21 09:42:19"""
        return _local(at).strftime("%Y-%m-%d %H:%M:%S")

    def day(self, at: Instant) -> str:
        """11月21日 周六 / Sat 21 Nov"""
        local = _local(at)
        return self._language.text(
            "format.day",
            month=self._language.text(f"format.month{local.month}"),
            day=local.day,
            weekday=self._language.text(f"format.weekday{local.isoweekday()}"),
        )

    def near(self, at: Instant, now: Instant) -> str:
        """The shortest that cannot be misread: 09:42 today, 周一 08:30 within a week, else 11-28."""
        days = day_number(at) - day_number(now)
        if days == 0:
            return self.minute(at)
        if 0 < days < 7:
            weekday = self._language.text(f"format.weekday{_local(at).isoweekday()}")
            return f"{weekday} {self.minute(at)}"
        return _local(at).strftime("%m-%d %H:%M") if abs(days) < 180 else self.date(at)

    def end(self, at: Instant, now: Instant) -> str:
        """A due time: midnight belongs to the day it ends and reads 24:00."""
        local = _local(at)
        if local.hour or local.minute:
            return self.near(at, now)
        return f"{_local(at - 1).strftime('%m-%d')} 24:00"

    def span(self, ms: int) -> str:
        """A length of time in at most two units: 2分41秒, 3时20分, 2天4时."""
        ms = abs(ms)
        days, rest = divmod(ms, DAY_MS)
        hours, rest = divmod(rest, HOUR_MS)
        minutes, rest = divmod(rest, MINUTE_MS)
        seconds = rest // SECOND_MS
        if days:
            return self._pair("days", days, "hours", hours)
        if hours:
            return self._pair("hours", hours, "minutes", minutes)
        if minutes:
            return self._pair("minutes", minutes, "seconds", seconds)
        return self._language.text("format.seconds", n=seconds)

    def _pair(self, big: str, many: int, small: str, few: int) -> str:
        text = self._language.text
        return text("format.pair", big=text(f"format.{big}", n=many), small=text(f"format.{small}", n=few))

    def count(self, number: int) -> str:
        """3,906"""
        return f"{number:,}"

    def share(self, part: float) -> str:
        """6.2%"""
        return f"{part * 100:.1f}%"


def day_start(at: Instant) -> Instant:
    """The hall's midnight at or before `at`."""
    return (at + HALL_OFFSET_MS) // DAY_MS * DAY_MS - HALL_OFFSET_MS


def day_number(at: Instant) -> int:
    """The hall's calendar day of `at`, counted from 1970-01-01."""
    return (at + HALL_OFFSET_MS) // DAY_MS


def weekday(at: Instant) -> int:
    """1 Monday to 7 Sunday, of the hall's calendar day."""
    return _local(at).isoweekday()


def compact_day(at: Instant) -> str:
    """The hall's calendar day as it stands in codes: 20261121."""
    return _local(at).strftime("%Y%m%d")


def _local(at: Instant) -> datetime:
    return datetime.fromtimestamp((at + HALL_OFFSET_MS) / 1000, UTC)
