"""How each street stands: its open cases by light, and the two lists in it that call for somebody."""

from __future__ import annotations

import msgspec
import numpy as np
from numpy.typing import NDArray

from app.projections.selecting import LIGHTS, Board, Filter, Rows
from app.viewmodels.context import Context
from app.viewmodels.ranking import Rank
from app.viewmodels.signal import Changed
from app.viewmodels.sourced import sourced

Counts = NDArray[np.int64]
"""How many by light, in the order of LIGHTS."""

NONE: Counts = np.zeros(len(LIGHTS), dtype=np.int64)

BAR = ("overdue", "due_soon", "in_time", "paused")
"""Lights of a street's bar from its beginning; what is left of it runs no clock yet."""


class StreetLine(msgspec.Struct, frozen=True):
    """One street. `lights` are the parts of its bar; `open`, `overdue` and `due_soon` lead to lists."""

    id: str
    label: str
    lights: tuple[tuple[str, int], ...]
    open: Rank
    overdue: Rank
    due_soon: Rank


class StreetsModel:
    """Every street of the area tree, the fullest first; what lies in none of them comes last."""

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

    def note(self, hidden: int = 0) -> str:
        """What the bars are; `hidden` streets there was no room for are told."""
        text = self._context.text
        more = text("streets.hidden", n=hidden) if hidden else ""
        return sourced(self._context, text("streets.period"), more)

    def streets(self) -> tuple[StreetLine, ...]:
        """Those without any open case too: a street that is missing would look like a fault."""
        context = self._context
        if context.book is None:
            return ()
        spread = self._spread()
        lines = [
            self._line(area.code, context.label(area.label), spread.pop(area.code, NONE), None)
            for area in context.reading.hall.areas.all()
            if area.level == "street"
        ]
        lines.sort(key=lambda line: (-line.open.count, line.id))
        if spread:
            # Places nobody has confirmed yet, or of a street that the area tree has lost.
            counts: Counts = np.sum(list(spread.values()), axis=0)
            rows = self._elsewhere(tuple(spread))
            lines.append(self._line("", context.text("streets.elsewhere"), counts, rows))
        return tuple(lines)

    def close(self) -> None:
        for let_go in self._links:
            let_go()

    def _line(self, code: str, label: str, counts: Counts, among: tuple[int, ...] | None) -> StreetLine:
        by_light = {light: int(counts[place]) for place, light in enumerate(LIGHTS)}

        def rank(light: str, number: int) -> Rank:
            opens = Filter("open", light=light, street=code, among=among)
            return Rank(light, label, number, self._context.formats.count(number), opens)

        return StreetLine(
            code,
            label,
            tuple((light, by_light[light]) for light in BAR),
            rank("", int(counts.sum())),
            rank("overdue", by_light["overdue"]),
            rank("due_soon", by_light["due_soon"]),
        )

    def _spread(self) -> dict[str, Counts]:
        """Counts of each street that has open cases; the empty code stands for no street."""
        board, rows = self._board, self._board.open_rows
        lights = board.lights(rows, self._context.now()).astype(np.int64)
        values, counts = np.unique(self._street_words(rows) * len(LIGHTS) + lights, return_counts=True)
        spread: dict[str, Counts] = {}
        for value, number in zip(values.tolist(), counts.tolist(), strict=True):
            word, light = divmod(value, len(LIGHTS))
            code = self._context.reading.words.text(word)
            spread.setdefault(code, NONE.copy())[light] = number
        return spread

    def _elsewhere(self, codes: tuple[str, ...]) -> tuple[int, ...]:
        rows, words = self._board.open_rows, self._context.reading.words
        found = rows[np.isin(self._street_words(rows), [words.find(code) for code in codes])]
        return tuple(int(row) for row in found)

    def _street_words(self, rows: Rows) -> Counts:
        found: Counts = self._board.at("street", rows).astype(np.int64)
        return found

    def _find_open(self) -> None:
        if self._context.book is not None:
            self._board.refresh(self._context.book, self._context.below)

    def _news(self) -> None:
        self._find_open()
        self.changed.emit()
