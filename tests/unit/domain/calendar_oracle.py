"""Slow counting with datetimes, by minutes and by days: what the quick calendars are held against."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from datetime import date, datetime, timedelta, timezone
from functools import cache
from pathlib import Path

import msgspec

from app.base.clock import Instant
from app.domain.calendar import Calendar, Calendars

CHINA = timezone(timedelta(hours=8))
MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)

FILE = tomllib.loads(Path(__file__).with_name("calendar_vectors.toml").read_text(encoding="utf-8"))
TABLES = msgspec.convert(FILE["tables"], Calendars)
CALENDAR_IDS = ("office", "city_ops", "seat_24x7")
Pauses = Sequence[tuple[datetime, datetime]]


def calendar(name: str) -> Calendar:
    return Calendar.of(TABLES, name)


def ms(when: datetime | str) -> Instant:
    """The instant of a datetime, or of a text; without an offset it is local time."""
    if isinstance(when, str):
        when = datetime.fromisoformat(when)
    if when.tzinfo is None:
        when = when.replace(tzinfo=CHINA)
    return round(when.timestamp() * 1000)


def local(at: Instant) -> datetime:
    return datetime.fromtimestamp(at / 1000, CHINA)


@cache
def is_work_day(day: date) -> bool:
    def listed(field: str) -> bool:
        for year in FILE["tables"]["years"]:
            for spec in year[field]:
                first, _, last = spec.partition("..")
                if date.fromisoformat(first) <= day <= date.fromisoformat(last or first):
                    return True
        return False

    if listed("workdays_extra"):
        return True
    return not listed("holidays") and day.weekday() < 5


def is_open(when: datetime, name: str) -> bool:
    """Does the minute that begins at `when` count in this calendar?"""
    if name == "seat_24x7":
        return True
    clock = when.hour + when.minute / 60
    if name == "city_ops":
        return 7 <= clock < 21
    return (8.5 <= clock < 12 or 14 <= clock < 17.5) and is_work_day(when.date())


def walk(start: datetime, minutes: int, name: str, pauses: Pauses = ()) -> datetime:
    """Use up so many open minutes that no pause covers, one after the other."""
    when = start
    while minutes:
        if is_open(when, name) and not any(a <= when < b for a, b in pauses):
            minutes -= 1
        when += MINUTE
    return when


def open_minutes(since: datetime, until: datetime, name: str) -> int:
    count, when = 0, since
    while when < until:
        count += is_open(when, name)
        when += MINUTE
    return count


def nth_work_day(day: date, n: int) -> date:
    while n:
        day += DAY
        n -= is_work_day(day)
    return day


def due_in_work_days(start: datetime, n: int) -> datetime:
    last = nth_work_day(start.date(), n)
    return datetime(last.year, last.month, last.day, 17, 30, tzinfo=CHINA)


def due_in_days(start: datetime, n: int) -> datetime:
    return roll(midnight(start.date() + (n + 1) * DAY))


def roll(end: datetime) -> datetime:
    last = (end - timedelta(microseconds=1)).date()
    if is_work_day(last):
        return end
    while not is_work_day(last):
        last += DAY
    return midnight(last + DAY)


def midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=CHINA)


def paused_minutes(pauses: Pauses, start: datetime, due: datetime, name: str | None) -> int:
    """Minutes of [start, due) that some pause covers and that count: open ones, or all without a calendar."""
    count, when = 0, start
    while when < due:
        if any(a <= when < b for a, b in pauses):
            count += name is None or is_open(when, name)
        when += MINUTE
    return count


def moved_due(start: datetime, due: datetime, pauses: Pauses, name: str | None) -> datetime:
    """The due time moved by the counted minutes paused before it, until nothing moves any more."""
    moved = due
    while True:
        minutes = paused_minutes(pauses, start, moved, name)
        later = due + minutes * MINUTE if name is None else walk(due, minutes, name)
        if later == moved:
            return moved
        moved = later
