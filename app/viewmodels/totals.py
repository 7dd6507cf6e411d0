"""Today's totals and the lights of what is open: every figure with its period, and the list it counts."""

from __future__ import annotations

import msgspec
import numpy as np

from app.base.clock import DAY_MS, Instant
from app.base.formats import day_start, weekday
from app.projections.selecting import LIGHTS, Board, Filter
from app.viewmodels.context import Context
from app.viewmodels.signal import EVERYTHING, Changed, Keys
from app.viewmodels.sourced import sourced

WEEK_MS = 7 * DAY_MS

SHARE_FROM = 20
"""A share of fewer cases than this says more about chance than about the hall: the number itself is shown."""

SHOWN = ("in_time", "due_soon", "overdue", "paused", "not_started")
"""Lights in the order of the bar; what has no limit has no light and is counted in words."""


class Total(msgspec.Struct, frozen=True):
    """A figure in finished words. `opens` is the list whose count it is; `sub` its comparison or remark."""

    id: str
    label: str
    value: str
    sub: str
    severity: str
    opens: Filter


class LightCount(msgspec.Struct, frozen=True):
    """How many open cases show a light, and the list of them."""

    light: str
    label: str
    count: int
    text: str
    opens: Filter


class TotalsModel:
    """Received and closed today against the same weekday's same hour, open, overdue; the spread of lights."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._board = Board(context.reading.columns, context.reading.words)
        self.changed = Changed()
        self._links = [
            context.pulse.news.connect(self._news),
            context.pulse.hall.connect(self._news),
            context.pulse.second.connect(self._second),
        ]
        self._find_open()

    def period(self) -> str:
        """What the day's figures count: since midnight, compared with the same weekday at this hour."""
        context = self._context
        day = context.text(f"format.weekday{weekday(context.now())}")
        return sourced(context, context.text("totals.period", weekday=day))

    def totals(self) -> tuple[Total, ...]:
        """受理, 办结, 在办, 超期; empty before any rules are adopted."""
        if self._context.book is None:
            return ()
        return (self._received(), self._closed(), self._open(), self._overdue())

    def lights(self) -> tuple[LightCount, ...]:
        """How many open cases show each light."""
        if self._context.book is None:
            return ()
        text, count = self._context.text, self._context.formats.count
        counts = self._light_counts()
        return tuple(
            LightCount(
                light,
                text(f"wall.light.{light}"),
                counts[light],
                count(counts[light]),
                Filter("open", light=light),
            )
            for light in SHOWN
        )

    def open_words(self) -> str:
        """How many are open, and how many of them have no limit and so no light."""
        context = self._context
        if context.book is None:
            return ""
        text, count = context.text, context.formats.count
        words = text("totals.cases", n=count(len(self._board.open_rows)))
        without = self._light_counts()["none"]
        more = text("totals.without_limit", n=count(without)) if without else ""
        return sourced(context, words, more)

    def close(self) -> None:
        for let_go in self._links:
            let_go()

    def _received(self) -> Total:
        today, before = self._today("received_at")
        words = self._context.formats.count(today)
        label = self._context.text("totals.received")
        return Total("received", label, words, self._change(today, before), "", Filter("received_today"))

    def _closed(self) -> Total:
        today, before = self._today("closed_at")
        words = self._context.formats.count(today)
        label = self._context.text("totals.closed")
        return Total("closed", label, words, self._change(today, before), "", Filter("closed_today"))

    def _open(self) -> Total:
        text, count = self._context.text, self._context.formats.count
        paused = text("totals.paused", n=count(self._light_counts()["paused"]))
        rows = self._board.open_rows
        return Total("open", text("totals.open"), count(len(rows)), paused, "", Filter("open"))

    def _overdue(self) -> Total:
        context, now = self._context, self._context.now()
        rows = self._board.select(Filter("overdue"), now)
        sub = ""
        if len(rows):
            longest = now - int(self._board.at("due_at", rows).min())
            sub = context.text("totals.longest", span=context.formats.span(longest))
        words, label = context.formats.count(len(rows)), context.text("totals.overdue")
        return Total("overdue", label, words, sub, "overdue" if len(rows) else "", Filter("overdue"))

    def _light_counts(self) -> dict[str, int]:
        lights = self._board.lights(self._board.open_rows, self._context.now())
        counts = np.bincount(lights, minlength=len(LIGHTS))
        return {light: int(counts[place]) for place, light in enumerate(LIGHTS)}

    def _today(self, column: str) -> tuple[int, int]:
        """Rows of today so far, and of the same weekday a week ago up to this hour."""
        values, now = self._context.reading.columns.column(column), self._context.now()
        return _between(values, day_start(now), now), _between(
            values, day_start(now) - WEEK_MS, now - WEEK_MS
        )

    def _change(self, today: int, before: int) -> str:
        """An arrow for growth; nothing to compare with says so instead of a made-up share."""
        context = self._context
        if before == 0:
            return context.text("totals.no_comparison")
        if before < SHARE_FROM:
            return context.text("totals.before", n=context.formats.count(before))
        change = (today - before) / before
        if change == 0:
            return context.text("totals.same")
        share = context.formats.share(abs(change))
        return (
            context.text("totals.up", share=share) if change > 0 else context.text("totals.down", share=share)
        )

    def _find_open(self) -> None:
        # Only entries open or close a case; a look through all of them each second would be for nothing.
        if self._context.book is not None:
            self._board.refresh(self._context.book, self._context.below)

    def _news(self, keys: Keys = EVERYTHING) -> None:
        self._find_open()
        self.changed.emit(keys)

    def _second(self, _keys: Keys) -> None:
        # What falls due moves these figures without any entry.
        self.changed.emit()


def _between(
    values: np.ndarray[tuple[int], np.dtype[np.signedinteger]], first: Instant, last: Instant
) -> int:
    return int(np.count_nonzero((values >= first) & (values <= last)))
