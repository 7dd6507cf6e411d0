"""Civil days of a time zone as numbers with their midnights, so that counting needs no datetime."""

from __future__ import annotations

from bisect import bisect_right
from datetime import date, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from app.base.clock import DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS, Instant
from app.base.errors import WorldError
from app.domain.calendar_tables import FIRST_YEAR, LAST_YEAR
from app.domain.finding import RuleError

_FIRST = date(FIRST_YEAR, 1, 1).toordinal()
_COUNT = date(LAST_YEAR + 1, 1, 1).toordinal() - _FIRST
_EPOCH = date(1970, 1, 1).toordinal()


def day_of(when: date) -> int:
    """The number of a date: 0 is the first day of FIRST_YEAR."""
    return when.toordinal() - _FIRST


def is_weekday(day: int) -> bool:
    """Monday to Friday?"""
    return (_FIRST + day - 1) % 7 < 5


def zone_of(timezone: str) -> ZoneInfo:
    """The zone of that name; RuleError when there is none."""
    try:
        return ZoneInfo(timezone)
    except (KeyError, ValueError, OSError):  # a folder's name such as "Asia" fails as a file does
        raise RuleError("calendar.timezone_unknown", timezone=timezone) from None


class LocalDays:
    """The days of FIRST_YEAR to LAST_YEAR in one zone; day `d` begins at the instant `midnights[d]`."""

    __slots__ = ("_zone", "count", "midnights")

    def __init__(self, timezone: str) -> None:
        self._zone = zone_of(timezone)
        self.count = _COUNT
        self.midnights = [self._wall(day, 0) for day in range(_COUNT + 1)]

    def _wall(self, day: int, wall_ms: int) -> Instant:
        wall = datetime.fromordinal(_FIRST + day)
        if wall_ms:
            wall = wall.replace(hour=wall_ms // HOUR_MS, minute=wall_ms // MINUTE_MS % 60)
        offset = self._zone.utcoffset(wall)
        assert offset is not None  # a ZoneInfo always knows its offset
        offset_ms = offset.days * DAY_MS + offset.seconds * SECOND_MS
        return (_FIRST + day - _EPOCH) * DAY_MS + wall_ms - offset_ms

    def elapsed(self, day: int, wall_ms: int) -> int:
        """How long `day` has lasted when its wall clock shows `wall_ms` (whole minutes, up to 24:00)."""
        lasts = self.midnights[day + 1] - self.midnights[day]
        if lasts == DAY_MS:
            return wall_ms
        # The clocks change on this day; where a zone once changed sides of the date line it has no length.
        return min(lasts, lasts if wall_ms == DAY_MS else self._wall(day, wall_ms) - self.midnights[day])

    def day(self, at: Instant) -> int:
        """The day that `at` lies in; WorldError outside the years of the tables."""
        day = bisect_right(self.midnights, at) - 1
        if not 0 <= day < _COUNT:
            raise out_of_calendar()
        return day


def out_of_calendar() -> WorldError:
    """A time no calendar can hold: the clock or the date that gave it is wrong."""
    return WorldError("time_out_of_calendar", first_year=FIRST_YEAR, last_year=LAST_YEAR)


@lru_cache(maxsize=4)
def local_days(timezone: str) -> LocalDays:
    """The days of a zone, made once; RuleError for an unknown zone."""
    return LocalDays(timezone)
