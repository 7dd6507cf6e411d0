"""What comes in most today, by family of categories."""

from __future__ import annotations

import msgspec
import numpy as np

from app.base.formats import day_start
from app.projections.selecting import Filter
from app.viewmodels.context import Context
from app.viewmodels.signal import Changed
from app.viewmodels.sourced import sourced

SHOWN = 8
"""Bars shown: what is read at a glance from the back of the hall."""


class Rank(msgspec.Struct, frozen=True):
    """One bar or figure; `opens` is the list whose count it is."""

    id: str
    label: str
    count: int
    text: str
    opens: Filter


class RankingModel:
    """Families of today's reports, the most frequent first. Reports nobody has classed yet are not ranked."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self.changed = Changed()
        self._links = [
            context.pulse.news.connect(lambda _keys: self.changed.emit()),
            # At midnight another day is counted, whether or not anything comes in.
            context.pulse.second.connect(lambda _keys: self.changed.emit()),
        ]

    def note(self) -> str:
        return sourced(self._context, self._context.text("ranking.period"))

    def families(self, shown: int = SHOWN) -> tuple[Rank, ...]:
        """At most `shown` families; ties in the order of their codes."""
        context, book = self._context, self._context.book
        if book is None:
            return ()
        counts: dict[str, int] = {}
        for word, number in self._today():
            code = context.reading.words.text(word)
            known = book.categories.get(code)
            if known is not None:
                family = known.parent or code
                counts[family] = counts.get(family, 0) + number
        ranked = sorted(counts.items(), key=lambda rank: (-rank[1], rank[0]))[:shown]
        count = context.formats.count
        return tuple(
            Rank(code, context.category(code), n, count(n), Filter("received_today", family=code))
            for code, n in ranked
        )

    def close(self) -> None:
        for let_go in self._links:
            let_go()

    def _today(self) -> list[tuple[int, int]]:
        now, columns = self._context.now(), self._context.reading.columns
        received = columns.column("received_at")
        today = np.flatnonzero((received >= day_start(now)) & (received <= now))
        values, counts = np.unique(columns.column("category")[today], return_counts=True)
        return [(int(value), int(count)) for value, count in zip(values, counts, strict=True)]
