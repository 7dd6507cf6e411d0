"""Local times and the two hours of the year at which a clock is not to be trusted."""

from __future__ import annotations

from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.intake.local_time import TimeReader

NEW_YORK = TimeReader(("%Y-%m-%d %H:%M:%S",), "America/New_York")


def at(text: str) -> int:
    """The instant of an ISO time with its offset."""
    return int(datetime.fromisoformat(text).timestamp()) * 1000


@pytest.mark.parametrize(
    ("local", "iso"),
    [
        ("2018-01-12 11:11:26", "2018-01-12T11:11:26-05:00"),
        ("2018-07-12 11:11:26", "2018-07-12T11:11:26-04:00"),
        # The clock leaps from 02:00 to 03:00: counted on from before the leap.
        ("2018-03-11 02:43:56", "2018-03-11T03:43:56-04:00"),
        # The clock shows 01:30 twice: the first pass is in summer time.
        ("2017-11-05 01:30:00", "2017-11-05T01:30:00-04:00"),
    ],
)
def test_a_local_time_is_an_instant(local: str, iso: str) -> None:
    assert NEW_YORK.read(local) == at(iso)


def test_an_hour_shown_twice_is_the_second_where_only_that_is_possible() -> None:
    received = at("2017-11-05T01:50:00-04:00")
    assert NEW_YORK.read("2017-11-05 01:10:00", received) == at("2017-11-05T01:10:00-05:00")
    # Before the first pass there is no doubt, and an impossible time stays impossible.
    assert NEW_YORK.read("2017-11-05 00:10:00", received) == at("2017-11-05T00:10:00-04:00")


def test_an_offset_in_the_text_beats_the_zone() -> None:
    reader = TimeReader(("%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M:%S%z"), "Asia/Shanghai")
    assert reader.read("2026-03-02T10:00:00+02:00") == at("2026-03-02T10:00:00+02:00")
    assert reader.read("2026-03-02T10:00:00Z") == at("2026-03-02T10:00:00+00:00")
    assert reader.read("2026-03-02 10:00") == at("2026-03-02T10:00:00+08:00")


@pytest.mark.parametrize(
    "text", ["", "2018-02-30 10:00:00", "2018-04-12", "04/12/2018 10:00", "2018-04-12 24:00:00"]
)
def test_what_no_format_fits_is_no_time(text: str) -> None:
    assert NEW_YORK.read(text) is None


@given(st.datetimes(datetime(2000, 1, 1), datetime(2099, 12, 31)))  # noqa: DTZ001 - local on purpose
def test_the_zone_without_summer_time_is_eight_hours_ahead(local: datetime) -> None:
    reader = TimeReader(("%Y年%m月%d日 %H:%M:%S",), "Asia/Shanghai")
    text = f"{local.year}年{local.month}月{local.day}日 {local:%H:%M:%S}"
    whole = local.replace(microsecond=0)
    assert reader.read(text) == at(f"{whole.isoformat()}+08:00")
