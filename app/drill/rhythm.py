"""When reports come in and about what: the category mix by the hour, and instants between which it rains."""

from __future__ import annotations

import random
from datetime import datetime
from itertools import accumulate
from zoneinfo import ZoneInfo

from app.base.clock import HOUR_MS, SECOND_MS, Instant
from app.drill.mix import Mix

HOURS = 24
DAYS_PER_MONTH = 30
WEEKDAYS = 7


class Rhythm:
    """How many reports an hour brings, and of which categories."""

    def __init__(self, mix: Mix, scale: str, timezone: str) -> None:
        self._zone = ZoneInfo(timezone)
        self._codes = tuple(mix.categories)
        self._sums = [self._cumulative(mix, hour) for hour in range(HOURS)]
        daily = sum(sums[-1] for sums in self._sums)
        weekly = sum(mix.arrivals.weekdays)
        self._weekdays = [factor * WEEKDAYS / weekly for factor in mix.arrivals.weekdays]
        self.per_day = mix.monthly[scale] / DAYS_PER_MONTH
        """Reports of an average day."""
        self._hourly = [self.per_day * sums[-1] / daily for sums in self._sums]
        self._peak = max(self._hourly) * max(self._weekdays)

    def _cumulative(self, mix: Mix, hour: int) -> list[float]:
        shares = {name: weights[hour] / sum(weights) for name, weights in mix.hours.items()}
        return list(accumulate(c.weight * shares[c.hours] for c in mix.categories.values()))

    def per_hour(self, at: Instant) -> float:
        """How many reports an hour at this time of the day and week brings on average."""
        local = self._local(at)
        return self._hourly[local.hour] * self._weekdays[local.weekday()]

    def next_after(self, rng: random.Random, at: Instant) -> Instant:
        """The instant of the next report: a Poisson stream thinned to the rhythm of day and week."""
        while True:
            at += max(1, int(rng.expovariate(self._peak) * HOUR_MS))
            if rng.random() * self._peak <= self.per_hour(at):
                return at

    def category(self, rng: random.Random, at: Instant) -> str:
        """What a report at this hour is about."""
        hour = self._local(at).hour
        return rng.choices(self._codes, cum_weights=self._sums[hour])[0]

    def _local(self, at: Instant) -> datetime:
        return datetime.fromtimestamp(at / SECOND_MS, self._zone)
