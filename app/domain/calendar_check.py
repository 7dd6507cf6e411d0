"""What is wrong in the tables of working time: everything at once, as findings with their places."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from app.domain.calendar_tables import (
    FIRST_YEAR,
    LAST_YEAR,
    Calendars,
    WorkCalendar,
    YearTable,
    block_of,
    dates_of,
)
from app.domain.finding import Finding, RuleError
from app.domain.local_days import zone_of


def check(tables: Calendars) -> list[Finding]:
    """Every fault of the tables; empty when calendars can be made of them."""
    return [*_zone(tables), *_calendars(tables), *_years(tables)]


def _zone(tables: Calendars) -> Iterator[Finding]:
    try:
        zone_of(tables.timezone)
    except RuleError as error:
        yield error.at("timezone")


def _calendars(tables: Calendars) -> Iterator[Finding]:
    seen: set[str] = set()
    for number, calendar in enumerate(tables.calendars):
        key = f"calendars[{number}]"
        if calendar.id in seen:
            yield Finding(f"{key}.id", "calendar.id_twice", {"calendar": calendar.id})
        seen.add(calendar.id)
        if calendar.id == tables.default_office and calendar.days != "working":
            yield Finding(f"{key}.days", "calendar.office_every_day", {"calendar": calendar.id})
        yield from _hours(key, calendar)
    if tables.default_office not in seen:
        yield Finding("default_office", "calendar.unknown", {"calendar": tables.default_office})


def _hours(key: str, calendar: WorkCalendar) -> Iterator[Finding]:
    if not calendar.hours:
        yield Finding(f"{key}.hours", "calendar.hours_none", {"calendar": calendar.id})
    closed = 0
    for number, hours in enumerate(calendar.hours):
        place = f"{key}.hours[{number}]"
        try:
            opens, closes = block_of(hours)
        except RuleError as error:
            yield error.at(place)
            continue
        if opens < closed:
            yield Finding(place, "calendar.hours_overlap", {"hours": hours, "calendar": calendar.id})
        closed = max(closed, closes)


def _years(tables: Calendars) -> Iterator[Finding]:
    seen: set[int] = set()
    for number, table in enumerate(tables.years):
        key = f"years[{number}]"
        if table.year in seen:
            yield Finding(f"{key}.year", "calendar.year_twice", {"year": str(table.year)})
        seen.add(table.year)
        if not FIRST_YEAR <= table.year <= LAST_YEAR:
            yield Finding(
                f"{key}.year",
                "calendar.year_out_of_range",
                {"year": str(table.year), "first": str(FIRST_YEAR), "last": str(LAST_YEAR)},
            )
            continue
        yield from _days(key, table)


def _days(key: str, table: YearTable) -> Iterator[Finding]:
    holidays: set[date] = set()
    for number, spec in enumerate(table.holidays):
        try:
            holidays.update(dates_of(spec, table.year))
        except RuleError as error:
            yield error.at(f"{key}.holidays[{number}]")
    for number, spec in enumerate(table.workdays_extra):
        place = f"{key}.workdays_extra[{number}]"
        try:
            made_up = dates_of(spec, table.year)
        except RuleError as error:
            yield error.at(place)
            continue
        for day in made_up:
            if day in holidays:
                yield Finding(place, "calendar.day_both", {"date": day.isoformat()})
            elif day.weekday() < 5:
                yield Finding(place, "calendar.made_up_weekday", {"date": day.isoformat()})
