"""Each fault of a calendar table, planted alone, is found alone and where it stands."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from app.domain.calendar import Calendars, check
from tests.unit.domain.calendar_oracle import TABLES


def planted(path: str, value: Any) -> Calendars:
    """The good tables with one value changed, e.g. `years.1.holidays`."""
    tables = msgspec.json.decode(msgspec.json.encode(TABLES))
    spot: Any = tables
    *way, last = (int(step) if step.isdigit() else step for step in path.split("."))
    for step in way:
        spot = spot[step]
    spot[last] = value
    return msgspec.convert(tables, Calendars)


FAULTS = [
    ("timezone", "Asia/Atlantis", "timezone", "calendar.timezone_unknown"),
    ("default_office", "bureau", "default_office", "calendar.unknown"),
    ("calendars.0.days", "every", "calendars[0].days", "calendar.office_every_day"),
    ("calendars.2.id", "city_ops", "calendars[2].id", "calendar.id_twice"),
    ("calendars.0.hours", [], "calendars[0].hours", "calendar.hours_none"),
    ("calendars.0.hours", ["8:30-12:00"], "calendars[0].hours[0]", "calendar.hours_unreadable"),
    ("calendars.0.hours", ["08:30-24:30"], "calendars[0].hours[0]", "calendar.hours_impossible"),
    ("calendars.0.hours", ["08:60-12:00"], "calendars[0].hours[0]", "calendar.hours_impossible"),
    ("calendars.0.hours", ["22:00-06:00"], "calendars[0].hours[0]", "calendar.hours_impossible"),
    ("calendars.0.hours", ["08:30-12:00", "11:00-17:30"], "calendars[0].hours[1]", "calendar.hours_overlap"),
    ("calendars.0.hours", ["14:00-17:30", "08:30-12:00"], "calendars[0].hours[1]", "calendar.hours_overlap"),
    ("years.1.year", 1999, "years[1].year", "calendar.year_out_of_range"),
    ("years.1.holidays", ["2026-02-30"], "years[1].holidays[0]", "calendar.date_unreadable"),
    ("years.1.holidays", ["20260201"], "years[1].holidays[0]", "calendar.date_unreadable"),
    ("years.1.holidays", ["2026-10-07..2026-10-01"], "years[1].holidays[0]", "calendar.range_backwards"),
    ("years.1.holidays", ["2026-10-01.."], "years[1].holidays[0]", "calendar.date_unreadable"),
    ("years.1.holidays", ["2025-12-31"], "years[1].holidays[0]", "calendar.date_outside_year"),
    ("years.1.holidays", ["2026-12-30..2027-01-02"], "years[1].holidays[0]", "calendar.date_outside_year"),
    ("years.1.workdays_extra", ["2026-10-04"], "years[1].workdays_extra[0]", "calendar.day_both"),
    ("years.1.workdays_extra", ["2026-10-12"], "years[1].workdays_extra[0]", "calendar.made_up_weekday"),
    ("years.1.workdays_extra", ["Sunday"], "years[1].workdays_extra[0]", "calendar.date_unreadable"),
]


@pytest.mark.parametrize(("path", "value", "key", "rule"), FAULTS, ids=[f"{f[3]}-{f[1]}" for f in FAULTS])
def test_a_planted_fault_is_found_alone(path: str, value: Any, key: str, rule: str) -> None:
    assert [(finding.key, finding.rule) for finding in check(planted(path, value))] == [(key, rule)]


def test_a_year_given_twice_is_found() -> None:
    tables = msgspec.structs.replace(TABLES, years=(*TABLES.years, TABLES.years[1]))
    assert [(f.key, f.rule, f.params) for f in check(tables)] == [
        ("years[3].year", "calendar.year_twice", {"year": "2026"})
    ]


def test_all_faults_are_told_at_once() -> None:
    tables = planted("years.1.workdays_extra", ["2026-10-04", "2026-10-12", "2026-13-01"])
    tables = msgspec.structs.replace(tables, timezone="Nowhere")
    assert [f.rule for f in check(tables)] == [
        "calendar.timezone_unknown",
        "calendar.day_both",
        "calendar.made_up_weekday",
        "calendar.date_unreadable",
    ]
