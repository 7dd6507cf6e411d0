"""Times as people type them, seen from Monday 2026-03-09 09:00."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.base.clock import DAY_MS, HOUR_MS, MINUTE_MS
from app.base.formats import day_start
from app.viewmodels.moments import parse_moment
from tests.helpers.halls import MONDAY_9

TODAY = day_start(MONDAY_9)


@pytest.mark.parametrize(
    ("typed", "after_midnight"),
    [
        ("18:30", 18.5 * HOUR_MS),
        ("8:30", DAY_MS + 8.5 * HOUR_MS),
        ("18：30", 18.5 * HOUR_MS),
        ("9点半", 9.5 * HOUR_MS),
        ("9点15分", 9.25 * HOUR_MS),
        ("下午3点", 15 * HOUR_MS),
        ("中午12点", 12 * HOUR_MS),
        ("3pm", 15 * HOUR_MS),
        ("5:30 PM", 17.5 * HOUR_MS),
        ("24:00", DAY_MS),
        ("明天 9点", DAY_MS + 9 * HOUR_MS),
        ("tomorrow 9:00", DAY_MS + 9 * HOUR_MS),
        ("后天", 3 * DAY_MS),
        ("周五 17:00", 4 * DAY_MS + 17 * HOUR_MS),
        ("Friday 17:00", 4 * DAY_MS + 17 * HOUR_MS),
        ("周一 8:00", 7 * DAY_MS + 8 * HOUR_MS),
        ("+2h", 11 * HOUR_MS),
        ("+1.5h", 10.5 * HOUR_MS),
        ("90分钟", 10.5 * HOUR_MS),
        ("3天", 3 * DAY_MS + 9 * HOUR_MS),
        ("3-10", 2 * DAY_MS),
        ("2026-03-10 17:30", DAY_MS + 17.5 * HOUR_MS),
        ("2026年3月10日 17点", DAY_MS + 17 * HOUR_MS),
        ("3-8", 365 * DAY_MS),
    ],
)
def test_what_is_meant(typed: str, after_midnight: float) -> None:
    assert parse_moment(typed, MONDAY_9) == TODAY + round(after_midnight)


@pytest.mark.parametrize(
    "typed",
    ["", "  ", "吃饭", "25:00", "12:60", "13-40", "13-40 18:30", "2026-02-30", "18:30x", "9", "h", "--"],
)
def test_what_is_not_understood(typed: str) -> None:
    assert parse_moment(typed, MONDAY_9) is None


@given(st.integers(0, 23), st.integers(0, 59), st.integers(0, 3 * 365))
def test_a_time_of_day_is_the_next_one_to_come(hour: int, minute: int, days: int) -> None:
    now = MONDAY_9 + days * DAY_MS
    at = parse_moment(f"{hour}:{minute:02}", now)
    assert at is not None
    assert now < at <= now + DAY_MS
    assert (at - day_start(at)) == hour * HOUR_MS + minute * MINUTE_MS


@given(st.text(max_size=30))
def test_nothing_typed_breaks_it(typed: str) -> None:
    at = parse_moment(typed, MONDAY_9)
    assert at is None or isinstance(at, int)
