"""Days by number against zoneinfo, in zones with and without summer time."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.base.clock import HOUR_MS
from app.base.errors import WorldError
from app.domain.finding import RuleError
from app.domain.local_days import day_of, is_weekday, local_days
from app.domain.working_time import WorkingTime

ZONES = ("Asia/Shanghai", "Europe/Berlin", "America/Sao_Paulo", "Pacific/Apia")


@given(
    st.sampled_from(ZONES),
    st.integers(
        int(datetime(2000, 1, 2, tzinfo=UTC).timestamp()) * 1000,
        int(datetime(2100, 12, 30, tzinfo=UTC).timestamp()) * 1000,
    ),
)
def test_an_instant_lies_in_its_local_date(zone: str, at: int) -> None:
    when = datetime.fromtimestamp(at / 1000, ZoneInfo(zone)).date()
    found = local_days(zone)
    day = found.day(at)
    assert day == day_of(when)
    assert found.midnights[day] <= at < found.midnights[day + 1]
    assert is_weekday(day) == (when.weekday() < 5)


def test_the_wall_clock_of_a_short_day() -> None:
    berlin = local_days("Europe/Berlin")
    day = day_of(date(2026, 3, 29))
    assert [berlin.elapsed(day, h * HOUR_MS) // HOUR_MS for h in (0, 1, 3, 24)] == [0, 1, 2, 23]
    assert berlin.elapsed(day + 1, 24 * HOUR_MS) == 24 * HOUR_MS


def test_a_day_that_a_zone_left_out_has_no_length_and_no_working_time() -> None:
    apia = local_days("Pacific/Apia")
    day = day_of(date(2011, 12, 30))
    assert apia.midnights[day] == apia.midnights[day + 1]
    assert [apia.elapsed(day, h * HOUR_MS) for h in (0, 9, 24)] == [0, 0, 0]
    time = WorkingTime(apia, range(day - 1, day + 2), ((9 * HOUR_MS, 17 * HOUR_MS),))
    assert time.read(apia.midnights[day + 2]) == 16 * HOUR_MS


@pytest.mark.parametrize("year", [1999, 2101])
def test_days_outside_the_tables_are_an_error_of_the_world(year: int) -> None:
    at = int(datetime(year, 6, 1, tzinfo=UTC).timestamp()) * 1000
    with pytest.raises(WorldError):
        local_days("Asia/Shanghai").day(at)


def test_the_first_and_the_last_moment_still_have_a_day() -> None:
    days = local_days("Asia/Shanghai")
    assert days.day(days.midnights[0]) == 0
    assert days.day(days.midnights[days.count] - 1) == days.count - 1
    assert days.count == (date(2101, 1, 1) - date(2000, 1, 1)) // timedelta(days=1)


@pytest.mark.parametrize("zone", ["Asia/Atlantis", "Asia", "", "../etc/passwd"])
def test_an_unknown_zone_is_refused(zone: str) -> None:
    with pytest.raises(RuleError, match=r"calendar\.timezone_unknown"):
        local_days(zone)
