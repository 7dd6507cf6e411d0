"""What falls due within the hour, by unit; beside it what nobody has signed and what does not move."""

from __future__ import annotations

import numpy as np

from app.projections.selecting import Board, Filter, Rows
from app.viewmodels.context import Context
from app.viewmodels.ranking import Rank
from app.viewmodels.signal import Changed
from app.viewmodels.sourced import sourced

SHOWN = 5
"""Units shown with the rest: with more side by side their names would be cut off."""


class DueStripModel:
    """Counted by the unit that owns the case at this moment; all lists are as of now."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._board = Board(context.reading.columns, context.reading.words)
        self.changed = Changed()
        self._links = [
            context.pulse.news.connect(lambda _keys: self._news()),
            context.pulse.hall.connect(lambda _keys: self._news()),
            context.pulse.second.connect(lambda _keys: self.changed.emit()),
        ]
        self._find_open()

    def total(self) -> Rank:
        """All that falls due within the hour."""
        return self._rank("due_hour", self._context.text("strip.due_hour"))

    def units(self, shown: int = SHOWN) -> tuple[Rank, ...]:
        """Owners with the most cases due within the hour; the last one gathers the rest of too many."""
        context, rows = self._context, self._rows("due_hour")
        owners = self._board.at("owner", rows)
        values, counts = np.unique(owners, return_counts=True)
        words, count = context.reading.words, context.formats.count
        ranked = sorted(zip(values.tolist(), counts.tolist(), strict=True), key=lambda r: (-r[1], r[0]))
        head = ranked if len(ranked) <= shown else ranked[: shown - 1]
        found = [
            Rank(
                words.text(word),
                context.unit(words.text(word)),
                number,
                count(number),
                Filter("due_hour", unit=words.text(word)),
            )
            for word, number in head
        ]
        if len(head) < len(ranked):
            rest = rows[~np.isin(owners, [word for word, _ in head])]
            opens = Filter("due_hour", among=tuple(int(row) for row in rest))
            found.append(Rank("rest", context.text("strip.rest"), len(rest), count(len(rest)), opens))
        return tuple(found)

    def unsigned(self) -> Rank:
        """Dispatched, and no unit has signed."""
        return self._rank("to_sign", self._context.text("strip.unsigned"))

    def without_progress(self) -> Rank:
        """In work, and no entry came for three hours."""
        return self._rank("no_progress", self._context.text("strip.no_progress"))

    def note(self) -> str:
        return sourced(self._context, self._context.text("strip.period"))

    def close(self) -> None:
        for let_go in self._links:
            let_go()

    def _rank(self, queue: str, label: str) -> Rank:
        number = len(self._rows(queue))
        return Rank(queue, label, number, self._context.formats.count(number), Filter(queue))

    def _rows(self, queue: str) -> Rows:
        return self._board.select(Filter(queue), self._context.now())

    def _find_open(self) -> None:
        if self._context.book is not None:
            self._board.refresh(self._context.book, self._context.below)

    def _news(self) -> None:
        self._find_open()
        self.changed.emit()
