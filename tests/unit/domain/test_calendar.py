"""Counting by calendars: the pinned vectors, and the quick engine against slow walks with datetimes."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.base.clock import DAY_MS, HOUR_MS, MINUTE_MS
from app.base.errors import WorldError
from app.domain.calendar import Calendar, Calendars, Due, WorkCalendar, check
from app.domain.finding import RuleError
from app.domain.limits import Limit, parse_limit
from tests.unit.domain import calendar_oracle as oracle
from tests.unit.domain.calendar_oracle import CALENDAR_IDS, CHINA, FILE, TABLES, calendar, local, ms

STARTS = st.datetimes(datetime(2025, 1, 1), datetime(2027, 11, 30)).map(  # noqa: DTZ001 - made local below
    lambda when: when.replace(second=0, microsecond=0, tzinfo=CHINA)
)
NAMES = st.sampled_from(CALENDAR_IDS)
INSTANTS = st.integers(ms("2025-01-01T00:00"), ms("2027-11-30T00:00"))
LIMITS = st.one_of(
    st.builds(Limit, st.integers(1, 480).map(float), st.just("min_natural")),
    st.builds(Limit, st.integers(1, 100).map(float), st.just("h_natural")),
    st.builds(Limit, st.integers(1, 80).map(lambda n: n / 2), st.just("wh")),
    st.builds(Limit, st.integers(1, 40).map(lambda n: n / 2), st.just("wd")),
    st.builds(Limit, st.integers(1, 40).map(float), st.just("nd")),
)


def due(start: str, limit: str, name: str = "office") -> Due:
    parsed = parse_limit(limit)
    assert parsed is not None
    return calendar(name).add(ms(start), parsed)


@pytest.mark.parametrize("vector", FILE["vectors"], ids=lambda v: f"{v['limit']} {v['calendar']}")
def test_the_pinned_vectors(vector: dict[str, Any]) -> None:
    assert local(due(vector["received"], vector["limit"], vector["calendar"]).at) == local(ms(vector["due"]))


def test_the_tables_of_the_vectors_have_no_fault() -> None:
    assert check(TABLES) == []
    assert len(FILE["vectors"]) == 10


def test_tables_are_read_strictly() -> None:
    with pytest.raises(msgspec.ValidationError, match="hours_per_day"):
        msgspec.convert({**FILE["tables"]["calendars"][0], "hours_per_day": 7.0}, WorkCalendar)


@settings(max_examples=40)
@given(STARTS, st.integers(1, 60), NAMES)
def test_working_hours_are_what_a_walk_by_minutes_finds(start: datetime, halves: int, name: str) -> None:
    found = calendar(name).add(ms(start), Limit(halves / 2, "wh"))
    assert local(found.at) == oracle.walk(start, halves * 30, name)
    opening = local(found.starts_at)
    assert oracle.is_open(opening, name)
    assert oracle.open_minutes(start, opening, name) == 0


@given(STARTS, st.integers(1, 25), NAMES)
def test_working_days_are_what_a_walk_by_days_finds(start: datetime, days: int, name: str) -> None:
    found = calendar(name).add(ms(start), Limit(float(days), "wd"))
    assert local(found.at) == oracle.due_in_work_days(start, days)
    assert local(found.starts_at) == oracle.midnight(oracle.nth_work_day(start.date(), 1))


@given(STARTS, st.integers(1, 40), NAMES)
def test_natural_days_are_what_a_walk_by_days_finds(start: datetime, days: int, name: str) -> None:
    found = calendar(name).add(ms(start), Limit(float(days), "nd"))
    assert local(found.at) == oracle.due_in_days(start, days)
    assert local(found.starts_at) == oracle.midnight(start.date() + timedelta(days=1))


@given(INSTANTS, st.integers(0, 5000), NAMES)
def test_natural_units_count_through_everything(start: int, amount: int, name: str) -> None:
    engine = calendar(name)
    assert engine.add(start, Limit(float(amount), "min_natural")) == Due(
        start + amount * MINUTE_MS, start, amount * MINUTE_MS, False
    )
    assert engine.add(start, Limit(float(amount), "h_natural")).at == start + amount * HOUR_MS


def test_half_a_working_day_ends_when_half_of_its_office_hours_are_over() -> None:
    friday = "2026-11-20T16:00"
    assert local(due(friday, "0.5 wd").at) == local(ms("2026-11-23T12:00"))  # block end, not 14:00
    assert local(due(friday, "1.5 wd", "city_ops").at) == local(ms("2026-11-24T12:00"))
    assert due(friday, "1.5 wd").span_ms == 10.5 * HOUR_MS


@settings(max_examples=40)
@given(STARTS, st.integers(0, 12_000), NAMES)
def test_working_time_between_is_what_a_walk_by_minutes_finds(start: datetime, span: int, name: str) -> None:
    end = start + span * oracle.MINUTE
    assert calendar(name).working_ms(ms(start), ms(end)) == oracle.open_minutes(start, end, name) * MINUTE_MS


@given(INSTANTS, INSTANTS, INSTANTS, NAMES)
def test_working_time_adds_up(a: int, b: int, c: int, name: str) -> None:
    a, b, c = sorted((a, b, c))
    engine = calendar(name)
    assert engine.working_ms(a, b) + engine.working_ms(b, c) == engine.working_ms(a, c)
    assert 0 <= engine.working_ms(a, b) <= b - a


@given(INSTANTS, st.integers(1, 60 * HOUR_MS), NAMES)
def test_working_time_added_is_working_time_between(start: int, span_ms: int, name: str) -> None:
    engine = calendar(name)
    end = engine.add_working(start, span_ms)
    assert engine.working_ms(start, end) == span_ms
    assert engine.working_ms(start, end - 1) == span_ms - 1  # the earliest such instant


def test_no_working_time_ends_where_counting_opens() -> None:
    office = calendar("office")
    for start, opening in (
        ("2026-03-02T10:00", "2026-03-02T10:00"),
        ("2026-03-02T12:00", "2026-03-02T14:00"),
        ("2026-03-06T17:30", "2026-03-09T08:30"),
        ("2026-02-14T17:30", "2026-02-24T08:30"),
    ):
        assert local(office.add_working(ms(start), 0)) == local(ms(opening))


@given(INSTANTS, INSTANTS, LIMITS, NAMES)
def test_a_later_start_is_never_due_earlier(a: int, b: int, limit: Limit, name: str) -> None:
    engine = calendar(name)
    early, late = engine.add(min(a, b), limit), engine.add(max(a, b), limit)
    assert early.at <= late.at
    assert early.starts_at <= late.starts_at
    assert min(a, b) <= early.starts_at <= early.at


@given(INSTANTS, LIMITS, st.integers(1, 9), NAMES)
def test_a_longer_limit_is_never_due_earlier(start: int, limit: Limit, more: int, name: str) -> None:
    engine = calendar(name)
    longer = Limit(limit.amount + (more if limit.unit == "nd" else more / 2), limit.unit)
    assert engine.add(start, limit).at <= engine.add(start, longer).at


@given(STARTS, st.sampled_from(["3 wd", "4 wh", "7 nd", "24 h_natural"]), NAMES)
def test_only_what_a_table_could_move_is_provisional(start: datetime, text: str, name: str) -> None:
    found = due(start.isoformat(), text, name)
    reaches_2027 = local(found.at - 1).year >= 2027
    if text == "24 h_natural" or (text == "4 wh" and name != "office"):
        assert not found.provisional
    else:
        assert found.provisional == reaches_2027


def test_years_without_a_table_count_monday_to_friday_and_are_provisional() -> None:
    national_day = due("2031-09-30T10:00", "1 wd")  # Tuesday; 2031 is not published
    assert local(national_day.at) == local(ms("2031-10-01T17:30"))
    assert national_day.provisional
    assert due("2024-05-06T10:00", "4 wh").provisional


def test_counting_into_a_provisional_year_is_provisional() -> None:
    assert not due("2026-12-30T10:00", "1 wd").provisional
    assert due("2026-12-31T10:00", "1 wd").provisional
    assert due("2026-12-31T17:00", "4 wh").provisional
    assert due("2024-12-30T10:00", "3 wd").provisional
    assert not due("2024-12-31T10:00", "1 wd").provisional
    assert due("2024-12-31T16:00", "4 wh").provisional
    office = calendar("office")
    assert not office.provisional(ms("2026-12-30T00:00"), ms("2027-01-01T00:00"))
    assert office.provisional(ms("2026-12-31T00:00"), ms("2027-01-01T00:00") + 1)


@pytest.mark.parametrize("limit", ["4 wh", "3 wd", "7 nd"])
@pytest.mark.parametrize("start", ["1970-01-01T08:00", "2200-01-01T00:00"])
def test_a_clock_out_of_all_calendars_is_an_error_of_the_world(start: str, limit: str) -> None:
    with pytest.raises(WorldError) as error:
        due(start, limit)
    assert error.value.key == "time_out_of_calendar"


@pytest.mark.parametrize("limit", ["400 wh", "300 wd", "400 nd"])
def test_counting_past_the_last_table_is_an_error_of_the_world(limit: str) -> None:
    with pytest.raises(WorldError):
        due("2100-12-01T10:00", limit)


def test_an_unknown_calendar_is_refused() -> None:
    with pytest.raises(RuleError, match=r"calendar\.unknown"):
        Calendar.of(TABLES, "night_watch")


def test_a_calendar_without_hours_cannot_be_made() -> None:
    tables = Calendars("Asia/Shanghai", (WorkCalendar("office", "x", "x", "working", ()),), ())
    with pytest.raises(RuleError, match=r"calendar\.hours_none"):
        Calendar.of(tables, "office")


def test_calendars_are_made_once_for_equal_tables() -> None:
    again = msgspec.convert(FILE["tables"], Calendars)
    assert again is not TABLES
    assert Calendar.of(again, "office") is Calendar.of(TABLES, "office")


def test_another_table_is_another_calendar() -> None:
    tables = msgspec.convert({**FILE["tables"], "years": []}, Calendars)
    found = Calendar.of(tables, "office").add(ms("2026-02-13T16:00"), Limit(3.0, "wd"))
    assert local(found.at) == local(ms("2026-02-18T17:30"))
    assert found.provisional


def test_a_time_that_falls_on_a_day_off_rolls_to_the_end_of_the_next_working_day() -> None:
    office = calendar("office")
    for at, rolled in (
        ("2026-11-20T13:00", "2026-11-20T13:00"),
        ("2026-11-21T00:00", "2026-11-21T00:00"),  # the end of Friday
        ("2026-11-21T09:00", "2026-11-24T00:00"),
        ("2026-11-22T00:00", "2026-11-24T00:00"),  # the end of Saturday
    ):
        assert local(office.roll(ms(at))) == local(ms(rolled))


@given(INSTANTS, INSTANTS)
def test_blocks_that_touch_count_as_one(a: int, b: int) -> None:
    def shift(*hours: str) -> Calendar:
        office = TABLES.calendars[0]
        tables = msgspec.structs.replace(
            TABLES, calendars=(office, WorkCalendar("x", "x", "x", "every", hours))
        )
        return Calendar.of(tables, "x")

    cut, whole = shift("07:00-11:00", "11:00-12:30", "12:30-21:00"), shift("07:00-21:00")
    assert cut.working_ms(a, b) == whole.working_ms(a, b)
    assert cut.add(a, Limit(5.0, "wh")) == whole.add(a, Limit(5.0, "wh"))


def test_summer_time_is_counted_as_it_passes() -> None:
    tables = Calendars(
        "Europe/Berlin",
        (
            WorkCalendar("office", "office", "office", "working", ("08:30-12:00", "14:00-17:30")),
            WorkCalendar("night", "night", "night", "every", ("00:00-05:00",)),
            WorkCalendar("always", "always", "always", "every", ("00:00-24:00",)),
        ),
        (),
    )
    before, after = ms("2026-03-29T00:00+01:00"), ms("2026-03-30T00:00+02:00")
    assert after - before == 23 * HOUR_MS
    assert Calendar.of(tables, "always").working_ms(before, after) == 23 * HOUR_MS
    assert Calendar.of(tables, "night").working_ms(before, after) == 4 * HOUR_MS
    autumn = ms("2026-10-25T00:00+02:00")
    assert Calendar.of(tables, "night").working_ms(autumn, autumn + DAY_MS) == 6 * HOUR_MS
    monday = Calendar.of(tables, "office").add(ms("2026-03-27T17:00+01:00"), Limit(1.0, "wh"))
    assert monday.at == ms("2026-03-30T09:00+02:00")
    assert Calendar.of(tables, "office").add(ms("2026-03-27T17:00+01:00"), Limit(1.0, "wd")).at == ms(
        "2026-03-30T17:30+02:00"
    )
