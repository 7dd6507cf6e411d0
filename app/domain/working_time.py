"""Two rulers for time: working time, which stands still outside the hours of a calendar, and natural time."""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from typing import Protocol

from app.base.clock import DAY_MS, Instant
from app.domain.local_days import LocalDays, out_of_calendar


class Ruler(Protocol):
    """Reads an instant as ms of counted time since a zero of its own, and back."""

    def read(self, at: Instant) -> int:
        """Counted ms up to `at`."""
        ...

    def instant(self, reading: int) -> Instant:
        """The EARLIEST instant with that reading: a limit used up at the end of a block is due there."""
        ...


class NaturalTime:
    """All time counts."""

    __slots__ = ()

    def read(self, at: Instant) -> int:
        return at

    def instant(self, reading: int) -> Instant:
        return reading


NATURAL = NaturalTime()


class WorkingTime:
    """The blocks of one calendar over all its years, with the working ms that lie before each.

    `_opens[i]` is the opening of block i, `_before[i]` the working ms before it; `_before` has one more
    place, the sum of all, so the length of block i is `_before[i + 1] - _before[i]`. `closes[k]` and
    `readings[k]` are the end of the k-th of `days` and the reading there.
    """

    __slots__ = ("_before", "_first", "_last", "_opens", "closes", "readings")

    def __init__(self, local: LocalDays, days: Iterable[int], hours: tuple[tuple[int, int], ...]) -> None:
        # Lists where bisect looks, for it is twice as quick there; arrays where an index is enough.
        self._opens: list[Instant] = []
        self._before: list[int] = [0]
        self.closes, self.readings = array("q"), array("q")
        self._first, self._last = local.midnights[0], local.midnights[local.count]
        midnights = local.midnights
        for day in days:
            midnight = midnights[day]
            blocks = hours
            if midnights[day + 1] - midnight != DAY_MS:
                blocks = tuple((local.elapsed(day, a), local.elapsed(day, b)) for a, b in hours)
            for opens, closes in blocks:
                self._opens.append(midnight + opens)
                self._before.append(self._before[-1] + closes - opens)
            self.closes.append(midnight + blocks[-1][1])
            self.readings.append(self._before[-1])

    def read(self, at: Instant) -> int:
        """Working ms from the first year of the tables to `at`; WorldError outside them."""
        if not self._first <= at <= self._last:
            raise out_of_calendar()
        block = bisect_right(self._opens, at) - 1
        if block < 0:
            return 0
        reading = self._before[block] + at - self._opens[block]
        full = self._before[block + 1]
        return reading if reading < full else full

    def instant(self, reading: int) -> Instant:
        block = bisect_left(self._before, reading) - 1
        if not 0 <= block < len(self._opens):
            raise out_of_calendar()
        return self._opens[block] + reading - self._before[block]

    def opening(self, at: Instant) -> Instant:
        """`at` itself inside a block, else the next opening."""
        block = bisect_right(self._opens, at) - 1
        if block >= 0 and at - self._opens[block] < self._before[block + 1] - self._before[block]:
            return at
        if block + 1 == len(self._opens):
            raise out_of_calendar()
        return self._opens[block + 1]
