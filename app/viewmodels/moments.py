"""Times as people type them: 18:30, 明天 9点, +2h, 11-28, 2026-11-28 17:30; always the next one to come."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from app.base.clock import DAY_MS, HOUR_MS, MINUTE_MS, Instant
from app.base.formats import HALL_OFFSET_MS, day_number, day_start, weekday

DAY_END_MS = DAY_MS
"""A day named without a time means until its end, which is written 24:00."""

_SPAN = re.compile(r"\+?(\d+(?:\.\d+)?)(m|min|分|分钟|h|小时|d|天|日)$")
_CLOCK = re.compile(
    r"(?P<half>上午|早上|中午|下午|晚上|am|pm)?(?P<hour>\d{1,2})"
    r"(?:[:：](?P<minute>\d{2})|[点时](?:(?P<past>\d{1,2})分?|(?P<thirty>半))?|(?=am|pm))(?P<after>am|pm)?$"
)
_DATE = re.compile(r"(?:(\d{4})[-/.年])?(\d{1,2})[-/.月](\d{1,2})[日号]?(?!\d)")
_NEAR_DAY = (
    (re.compile(r"今[天日]|today"), 0),
    (re.compile(r"明[天日]|tomorrow"), 1),
    (re.compile(r"大后天"), 3),
    (re.compile(r"后[天日]"), 2),
)
_WEEKDAYS = (
    re.compile(r"(?:周|星期|礼拜)一|mon(?:day)?"),
    re.compile(r"(?:周|星期|礼拜)二|tue(?:sday)?"),
    re.compile(r"(?:周|星期|礼拜)三|wed(?:nesday)?"),
    re.compile(r"(?:周|星期|礼拜)四|thu(?:rsday)?"),
    re.compile(r"(?:周|星期|礼拜)五|fri(?:day)?"),
    re.compile(r"(?:周|星期|礼拜)六|sat(?:urday)?"),
    re.compile(r"(?:周|星期|礼拜)[日天]|sun(?:day)?"),
)
_SPANS_MS = {"m": MINUTE_MS, "min": MINUTE_MS, "h": HOUR_MS, "d": DAY_MS}
_MINUTES = re.compile("分钟?$")
_HOURS = re.compile("小时$")
_MORNING = re.compile("上午|早上|am")
_NOON = re.compile("中午")
_EVENING = re.compile("下午|晚上|pm")


def parse_moment(typed: str, now: Instant) -> Instant | None:
    """The instant meant, seen from `now` in the hall's time; None when it is not understood.

    A time of day alone is the next one to come; a date without a year, and a weekday, likewise.
    """
    text = re.sub(r"\s+", " ", typed.strip().lower())
    span = _SPAN.fullmatch(text.replace(" ", ""))
    if span is not None:
        return now + round(float(span[1]) * _span_ms(span[2]))
    day, rest = _day(text, now)
    rest = rest.replace(" ", "")
    if not rest:
        return None if day is None else day + DAY_END_MS
    clock = _clock_ms(rest)
    if clock is None:
        return None
    if day is not None:
        return day + clock
    today = day_start(now) + clock
    return today if today > now else today + DAY_MS


def _span_ms(unit: str) -> int:
    if unit in _SPANS_MS:
        return _SPANS_MS[unit]
    if _MINUTES.fullmatch(unit):
        return MINUTE_MS
    return HOUR_MS if _HOURS.fullmatch(unit) else DAY_MS


def _day(text: str, now: Instant) -> tuple[Instant | None, str]:
    """The start of the day that is named, and what else was typed."""
    for pattern, ahead in _NEAR_DAY:
        found = pattern.match(text)
        if found is not None:
            return day_start(now) + ahead * DAY_MS, text[found.end() :]
    found = _DATE.match(text)
    if found is not None:
        date = _date(found, now)
        return (date, text[found.end() :]) if date is not None else (None, text)
    for number, pattern in enumerate(_WEEKDAYS, start=1):
        found = pattern.match(text)
        if found is not None:
            ahead = (number - weekday(now) - 1) % 7 + 1
            return day_start(now) + ahead * DAY_MS, text[found.end() :]
    return None, text


def _date(found: re.Match[str], now: Instant) -> Instant | None:
    this_year = datetime.fromtimestamp((now + HALL_OFFSET_MS) / 1000, UTC).year
    years = [int(found[1])] if found[1] else [this_year, this_year + 1]
    for year in years:
        try:
            midnight = datetime(year, int(found[2]), int(found[3]), tzinfo=UTC)
        except ValueError:
            continue
        at = (midnight - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(milliseconds=1) - HALL_OFFSET_MS
        if found[1] or day_number(at) >= day_number(now):
            return at
    return None


def _clock_ms(text: str) -> int | None:
    """Milliseconds since midnight, or None."""
    found = _CLOCK.fullmatch(text)
    if found is None:
        return None
    hour = int(found["hour"])
    minute = 30 if found["thirty"] else int(found["minute"] or found["past"] or 0)
    half = found["half"] or found["after"] or ""
    if (_EVENING.fullmatch(half) and hour < 12) or (_NOON.fullmatch(half) and hour < 10):
        hour += 12
    if _MORNING.fullmatch(half) and hour == 12:
        hour = 0
    if hour > 24 or minute > 59 or (hour == 24 and minute):
        return None
    return hour * HOUR_MS + minute * MINUTE_MS
