"""The tables of working time as a district hands them in: hours of its units, holidays and make-up days."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Literal

import msgspec

from app.base.clock import DAY_MS, HOUR_MS, MINUTE_MS
from app.domain.finding import RuleError

FIRST_YEAR = 2000
LAST_YEAR = 2100  # room for every case a hall will see; the prepared tables take 4 MB a calendar

_HOURS = re.compile(r"([0-9]{2}):([0-9]{2})-([0-9]{2}):([0-9]{2})")


class WorkCalendar(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Hours in which a kind of unit works.

    `days` is `working` (the district's working days) or `every` (holidays included). `hours` are blocks of
    local time, `08:30-12:00`, in order, none over midnight; `24:00` is the end of a day.
    """

    id: str
    zh: str
    en: str
    days: Literal["working", "every"]
    hours: tuple[str, ...]


class YearTable(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Holidays and make-up working days of one year, by the State Council's yearly notice.

    Entries are dates, `2026-01-01`, or ranges that hold both ends, `2026-02-15..2026-02-23`. `provisional`:
    the notice is not out. `mark`, `source` and `confidence` say where the table comes from.
    """

    year: int
    holidays: tuple[str, ...]
    workdays_extra: tuple[str, ...]
    mark: str
    source: str
    provisional: bool = False
    confidence: str = ""


class Calendars(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """All calendars of a district; limits in days use the days and the closing hour of `default_office`."""

    timezone: str
    calendars: tuple[WorkCalendar, ...]
    years: tuple[YearTable, ...]
    default_office: str = "office"


def block_of(hours: str) -> tuple[int, int]:
    """Opening and closing of one block in ms of local time since midnight; RuleError when it is none."""
    match = _HOURS.fullmatch(hours)
    if match is None:
        raise RuleError("calendar.hours_unreadable", hours=hours)
    open_h, open_min, close_h, close_min = (int(part) for part in match.groups())
    opens = open_h * HOUR_MS + open_min * MINUTE_MS
    closes = close_h * HOUR_MS + close_min * MINUTE_MS
    if open_min > 59 or close_min > 59 or not opens < closes <= DAY_MS:
        raise RuleError("calendar.hours_impossible", hours=hours)
    return opens, closes


def _date(text: str, spec: str) -> date:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise RuleError("calendar.date_unreadable", date=spec) from None
    if day.isoformat() != text:  # Python also reads 20260101; the tables are written one way
        raise RuleError("calendar.date_unreadable", date=spec)
    return day


def dates_of(spec: str, year: int) -> tuple[date, ...]:
    """The dates of one entry of a year's table; RuleError when unreadable, backwards or outside the year."""
    first_text, dots, last_text = spec.partition("..")
    first = _date(first_text, spec)
    last = _date(last_text, spec) if dots else first
    if last < first:
        raise RuleError("calendar.range_backwards", date=spec)
    if first.year != year or last.year != year:
        raise RuleError("calendar.date_outside_year", date=spec, year=str(year))
    return tuple(first + timedelta(days=n) for n in range((last - first).days + 1))
