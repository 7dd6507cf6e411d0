"""The wall's live incidents: what burns first, where, who is on it, and how much time is left; masked.

What a reporter said never stands here, since a name may stand in it: the category says what it is.
"""

from __future__ import annotations

import msgspec
import numpy as np

from app.base.clock import Instant
from app.domain.incident import Incident
from app.domain.kinds import read_body
from app.domain.moves import CaseMoved
from app.domain.rulebook import MILESTONES
from app.projections.selecting import LIGHTS, Board, Filter, Rows
from app.viewmodels.board import timer_words
from app.viewmodels.context import Context
from app.viewmodels.signal import EVERYTHING, Changed, Keys
from app.viewmodels.sourced import sourced

ROWS_MAX = 40
"""More rows than any wall shows: put in order and read no further."""

TEXTS_MAX = 200
"""Cases kept in words; five walls full."""


class LiveRow(msgspec.Struct, frozen=True):
    """One case in finished words. `doing` says who is on it and how far; without a limit `light` is empty and
    `timer` says the state."""

    incident: str
    light: str
    urgency: str
    title: str
    place: str
    doing: str
    timer: str


class _Words(msgspec.Struct, frozen=True):
    """What of a row changes only with an entry about its case."""

    incident: str
    state: str
    title: str
    place: str
    doing: str


class LiveModel:
    """Open cases: urgent ones first, overdue before all among them, then the rest as the board puts them."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._board = Board(context.reading.columns, context.reading.words)
        self._words: dict[int, _Words] = {}
        self.changed = Changed()
        self._links = [
            context.pulse.news.connect(self._news),
            context.pulse.hall.connect(self._hall),
            context.pulse.second.connect(lambda _keys: self.changed.emit()),
        ]
        self._find_open()

    def note(self) -> str:
        return sourced(self._context, self._context.text("live.period"))

    def rows(self, most: int) -> tuple[LiveRow, ...]:
        """At most `most` rows, the first to look at first."""
        if self._context.book is None or most < 1:
            return ()
        now = self._context.now()
        return tuple(self._row(int(row), now) for row in self._ordered(now, min(most, ROWS_MAX)))

    def close(self) -> None:
        for let_go in self._links:
            let_go()

    def _ordered(self, now: Instant, most: int) -> Rows:
        board = self._board
        urgent = board.select(Filter("open", urgent=True), now)
        first = board.order(urgent, now, most)
        if len(first) >= most:
            return first
        rest = board.open_rows[board.at("urgency", board.open_rows) == 0]
        return np.concatenate((first, board.order(rest, now, most - len(first))))

    def _row(self, row: int, now: Instant) -> LiveRow:
        context, board = self._context, self._board
        words = self._in_words(row)
        light = LIGHTS[int(board.lights(np.array([row]), now)[0])]
        urgency = int(context.reading.columns.column("urgency")[row])
        return LiveRow(
            incident=words.incident,
            light="" if light == "none" else light,
            urgency=context.text(f"urgency.{urgency}") if urgency else "",
            title=words.title,
            place=words.place,
            doing=words.doing,
            timer=timer_words(context, board, row, now) or words.state,
        )

    def _in_words(self, row: int) -> _Words:
        found = self._words.get(row)
        if found is None:
            if len(self._words) >= TEXTS_MAX:
                self._words.clear()
            found = self._words[row] = self._read(row)
        return found

    def _read(self, row: int) -> _Words:
        context = self._context
        text = context.reading.texts([row])[row]
        case = context.reading.case(text.incident)
        assert case is not None  # its row is folded in the same transaction
        return _Words(
            incident=text.incident,
            state=context.state(case.state),
            title=what_words(context, case),
            place=where_words(context, case),
            doing=self._doing(case),
        )

    def _doing(self, case: Incident) -> str:
        context, lead = self._context, case.lead
        parts = [context.unit(lead.unit)] if lead is not None else []
        reached = self._reached(case)
        parts.append(reached or context.state(case.state))
        helping = sum(1 for order in case.orders if order.in_force and order.role == "co")
        if helping:
            parts.append(context.text("live.helping", n=helping))
        return context.text("list.dot").join(parts)

    def _reached(self, case: Incident) -> str:
        """The last milestone and when it was reached; empty before the first and in ordinary cases."""
        context = self._context
        if not case.urgent or case.milestones_from is None:
            return ""
        for numbered in reversed(context.reading.entries(case.id)):
            if numbered.at < case.milestones_from:
                break
            if numbered.entry.kind != "case_moved":
                continue
            body = read_body(numbered.entry.kind, numbered.entry.kind_version, numbered.entry.body)
            if isinstance(body, CaseMoved) and body.action in MILESTONES:
                at = context.formats.minute(numbered.at)
                return context.text("live.reached", clock=context.clock_name(body.action), at=at)
        return ""

    def _find_open(self) -> None:
        if self._context.book is not None:
            self._board.refresh(self._context.book, self._context.below)

    def _news(self, keys: Keys = EVERYTHING) -> None:
        for row in keys:
            if isinstance(row, int):
                self._words.pop(row, None)
        self._find_open()
        self.changed.emit(keys)

    def _hall(self, _keys: Keys) -> None:
        self._words.clear()
        self._find_open()
        self.changed.emit()


def what_words(context: Context, case: Incident) -> str:
    """What a case is about without a word of what was said: its category, else where it came from."""
    if case.category:
        return context.category(case.category)
    return context.text("live.unclassed", channel=context.choice("channels", case.channel))


def where_words(context: Context, case: Incident) -> str:
    """Street and address to the building, as far as they are known."""
    path = context.reading.hall.areas.path(case.place.area)
    street = context.label(path[0].label) if path else ""
    place = case.place.address or (context.label(path[-1].label) if len(path) > 1 else "")
    return f"{street} {place}".strip() or context.text("live.no_place")
