"""Counting by a working calendar: when a limit is due, and how much working time lies between instants."""

from __future__ import annotations

import math
from functools import lru_cache

import msgspec

from app.base.clock import Instant
from app.domain.calendar_check import check
from app.domain.calendar_tables import Calendars, WorkCalendar, YearTable, block_of
from app.domain.finding import RuleError
from app.domain.limits import NATURAL_UNITS, Limit, Unit
from app.domain.local_days import local_days, out_of_calendar
from app.domain.work_days import WorkDays
from app.domain.working_time import NATURAL, Ruler, WorkingTime

__all__ = ["Calendar", "Calendars", "Due", "WorkCalendar", "YearTable", "check"]


class Due(msgspec.Struct, frozen=True, gc=False):
    """When a limit ends.

    `at`: the due time. `starts_at`: when counting opens (the next opening for wh, the first counted midnight
    for wd and nd, the start itself for natural units). `span_ms`: the limit in ms of its own counting,
    working time for wh and wd, else natural time. `provisional`: counted through a year whose table is not
    published.
    """

    at: Instant
    starts_at: Instant
    span_ms: int
    provisional: bool


class Calendar:
    """One calendar of a district, ready for counting from FIRST_YEAR to LAST_YEAR.

    Limits in working days use the days and the closing hour of the office calendar, whatever this calendar's
    own hours are: shifts change hours, not the days that published limits mean. Instants outside those years
    raise WorldError, for then the clock that gave them is wrong. Source: calendar.toml [counting].
    """

    __slots__ = ("_office", "_office_day_ms", "_provisional", "_time", "_varies", "days", "id", "local")

    def __init__(self, tables: Calendars, calendar_id: str) -> None:
        own = _named(tables, calendar_id)
        office = _named(tables, tables.default_office)
        self.id = calendar_id
        self.local = local_days(tables.timezone)
        self.days: WorkDays = _work_days(tables)
        self._time = _working_time(tables, own)
        self._office = self._time if own is office else _working_time(tables, office)
        self._office_day_ms = sum(closes - opens for opens, closes in map(block_of, office.hours))
        midnights = self.local.midnights
        self._provisional = tuple((midnights[d], midnights[e + 1]) for d, e in self.days.provisional_spans)
        self._varies = own.days == "working"

    @classmethod
    def of(cls, tables: Calendars, calendar_id: str) -> Calendar:
        """The calendar of that id, made once for equal tables; RuleError when the tables cannot be used."""
        return _calendar(tables, calendar_id)

    def add(self, start: Instant, limit: Limit) -> Due:
        """When `limit` ends if its clock starts at `start`."""
        unit = limit.unit
        if unit == "wd":
            return self._add_work_days(start, limit.amount)
        if unit == "wh":
            return self._add_work_hours(start, limit.ms)
        if unit == "nd":
            return self._add_natural_days(start, limit.amount)
        return Due(start + limit.ms, start, limit.ms, False)

    def _add_work_hours(self, start: Instant, ms: int) -> Due:
        time = self._time
        at = time.instant(time.read(start) + ms)
        provisional = self._varies and self.provisional(start, at)
        return Due(at, time.opening(start), ms, provisional)

    def _add_work_days(self, start: Instant, amount: float) -> Due:
        days, office = self.days, self._office
        day = self.local.day(start)
        rank = days.rank_after(day)
        last_rank = rank + math.ceil(amount) - 1
        if last_rank >= len(days.numbers):
            raise out_of_calendar()
        at = office.closes[last_rank]
        span_ms = int(amount * self._office_day_ms)
        short_ms = int((math.ceil(amount) - amount) * self._office_day_ms)
        if short_ms:
            at = office.instant(office.readings[last_rank] - short_ms)
        starts_at = self.local.midnights[days.numbers[rank]]
        return Due(at, starts_at, span_ms, days.provisional(day + 1, days.numbers[last_rank]))

    def _add_natural_days(self, start: Instant, amount: float) -> Due:
        day = self.local.day(start)
        counted = day + math.ceil(amount)
        last = self.days.on_or_after(counted)
        midnights = self.local.midnights
        starts_at, at = midnights[day + 1], midnights[last + 1]
        return Due(at, starts_at, at - starts_at, self.days.provisional(counted, last))

    def working_ms(self, since: Instant, until: Instant) -> int:
        """Working time of this calendar within [since, until)."""
        return self._time.read(until) - self._time.read(since)

    def add_working(self, start: Instant, ms: int) -> Instant:
        """The instant at which `ms` of this calendar's working time have gone by since `start`.

        Used up exactly at the end of a block, it stays there; 0 ms end where counting opens.
        """
        if ms <= 0:
            return self._time.opening(start)
        return self._time.instant(self._time.read(start) + ms)

    def ruler(self, unit: Unit) -> Ruler:
        """The time that limits of this unit, and pauses of such limits, are measured in."""
        if unit == "wd":
            return self._office
        return self._time if unit == "wh" else NATURAL

    def provisional(self, since: Instant, until: Instant) -> bool:
        """Does [since, until) touch a year whose table is not published?"""
        for begin, end in self._provisional:
            if begin < until and since < end:
                return True
        return False

    def depends_on_days(self, unit: Unit) -> bool:
        """Does a limit of this unit move when the table of holidays moves?"""
        return unit not in NATURAL_UNITS and (unit != "wh" or self._varies)

    def roll(self, at: Instant) -> Instant:
        """`at` if its day is a working day, else the end (24:00) of the next working day.

        A moment at midnight belongs to the day it ends.
        """
        day = self.local.day(at - 1)
        last = self.days.on_or_after(day)
        return at if last == day else self.local.midnights[last + 1]


def _named(tables: Calendars, calendar_id: str) -> WorkCalendar:
    for calendar in tables.calendars:
        if calendar.id == calendar_id:
            return calendar
    raise RuleError("calendar.unknown", calendar=calendar_id)


# A district has a handful of calendars; a change of rules and a replay beside it may hold two sets of them.
@lru_cache(maxsize=32)
def _calendar(tables: Calendars, calendar_id: str) -> Calendar:
    return Calendar(tables, calendar_id)


@lru_cache(maxsize=32)
def _working_time(tables: Calendars, own: WorkCalendar) -> WorkingTime:
    if not own.hours:
        raise RuleError("calendar.hours_none", calendar=own.id)
    local = local_days(tables.timezone)
    days = _work_days(tables).numbers if own.days == "working" else range(local.count)
    return WorkingTime(local, days, tuple(sorted(map(block_of, own.hours))))


@lru_cache(maxsize=4)
def _work_days(tables: Calendars) -> WorkDays:
    return WorkDays(tables.years, local_days(tables.timezone).count)
