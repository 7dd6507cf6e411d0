"""Which days are working days: the rule of the yearly tables, prepared for counting days to and fro."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Literal

from app.domain.calendar_tables import FIRST_YEAR, LAST_YEAR, YearTable, dates_of
from app.domain.local_days import day_of, is_weekday, out_of_calendar

DayKind = Literal["working", "made_up", "holiday", "weekend"]


def _days(years: Iterable[YearTable], field: Literal["holidays", "workdays_extra"]) -> frozenset[int]:
    return frozenset(
        day_of(when)
        for table in years
        for spec in getattr(table, field)
        for when in dates_of(spec, table.year)
    )


def _provisional_spans(years: Iterable[YearTable]) -> tuple[tuple[int, int], ...]:
    published = {table.year for table in years if not table.provisional}
    spans: list[tuple[int, int]] = []
    for year in range(FIRST_YEAR, LAST_YEAR + 1):
        if year in published:
            continue
        first, last = day_of(date(year, 1, 1)), day_of(date(year, 12, 31))
        if spans and spans[-1][1] == first - 1:
            spans[-1] = (spans[-1][0], last)
        else:
            spans.append((first, last))
    return tuple(spans)


class WorkDays:
    """The working days of a district, by the numbers of LocalDays.

    A date is a working day if it is a make-up day; else not if it is a holiday; else Monday to Friday.
    Years without a table count Monday to Friday, and everything counted in them is provisional:
    `provisional_spans` are the stretches of days (first, last) of which no table is published.
    """

    __slots__ = ("_holidays", "_made_up", "_numbers", "provisional_spans")

    def __init__(self, years: tuple[YearTable, ...], day_count: int) -> None:
        self._made_up = _days(years, "workdays_extra")
        self._holidays = _days(years, "holidays")
        self.provisional_spans = _provisional_spans(years)
        made_up, holidays = self._made_up, self._holidays
        self._numbers = [d for d in range(day_count) if d in made_up or (is_weekday(d) and d not in holidays)]

    @property
    def numbers(self) -> Sequence[int]:
        """All working days in order."""
        return self._numbers

    def kind(self, day: int) -> DayKind:
        """What a day is; `made_up` is a working day that the table takes from a weekend."""
        if day in self._made_up:
            return "made_up"
        if day in self._holidays:
            return "holiday"
        return "working" if is_weekday(day) else "weekend"

    def rank_after(self, day: int) -> int:
        """The place in `numbers` of the first working day after `day`."""
        return bisect_right(self._numbers, day)

    def on_or_after(self, day: int) -> int:
        """The first working day that is not before `day`; WorldError behind the last table."""
        rank = bisect_right(self._numbers, day - 1)
        if rank == len(self._numbers):
            raise out_of_calendar()
        return self._numbers[rank]

    def provisional(self, first: int, last: int) -> bool:
        """Does any day from `first` to `last` lie in a year whose table is not published?"""
        for begin, end in self.provisional_spans:
            if begin <= last and first <= end:
                return True
        return False

    def provisional_part(self, first: int, last: int) -> tuple[int, int] | None:
        """The first stretch of provisional days from `first` to `last`, both ends held."""
        for begin, end in self.provisional_spans:
            if begin <= last and first <= end:
                return max(begin, first), min(end, last)
        return None
