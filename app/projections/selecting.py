"""Filtering, sorting and counting the board in numpy: which rows, in which order, at which instant."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType

import msgspec
import numpy as np
from numpy.typing import NDArray

from app.base.clock import HOUR_MS, Instant
from app.base.formats import day_start
from app.domain.rulebook import RuleBook
from app.projections.board_row import (
    FLAG_OVERLAYS,
    FLAG_PENDING,
    FLAG_PROMISE,
    FLAG_RECALL_OPEN,
    FLAG_REQUEST,
    NEVER,
    party_mark,
)
from app.projections.columns import Columns
from app.projections.words import Words

Rows = NDArray[np.int64]
Mask = NDArray[np.bool_]

LIGHTS = ("none", "in_time", "due_soon", "overdue", "paused", "not_started")
"""Lights by number; `none` for closed cases and clocks without a limit."""

_IN_TIME, _DUE_SOON, _OVERDUE, _PAUSED, _NOT_STARTED = range(1, 6)

DUE_NEXT_MS = 2 * HOUR_MS
"""The queue "falls due next" looks this far."""

NO_PROGRESS_MS = 3 * HOUR_MS
"""A case in work about which nothing was written for so long is asked after."""

OWN = "own"
"""In a filter: cases of this hub itself."""

_NO_WORD = 0

_CLOSED = 7
"""The last group of the order; see `Board.order`."""

_DUE_BITS = 45
_DUE_MAX = (1 << _DUE_BITS) - 1
"""Due times of the next thousand years fit; NEVER is cut to the largest, behind all others."""


class Filter(msgspec.Struct, frozen=True):
    """What a list shows. Empty fields do not narrow. `unit` owns the case, `party` has an order in it;
    `among` are the hits of a text search, newest first. `state` is the workflow's, whatever a queue of the
    same name holds. `home` is the stream of the hub that owns the case, or OWN."""

    queue: str = "open"
    state: str = ""
    light: str = ""
    street: str = ""
    family: str = ""
    unit: str = ""
    party: str = ""
    channel: str = ""
    urgent: bool = False
    home: str = ""
    among: tuple[int, ...] | None = None


class Board:
    """Asks the columns. `refresh` after they changed; every answer is for the `now` it is given."""

    def __init__(self, columns: Columns, words: Words) -> None:
        self._columns = columns
        self._words = words
        self._open: Rows = np.zeros(0, dtype=np.int64)
        self._is_open: Mask = np.zeros(0, dtype=np.bool_)
        self._some_vanished = False
        self._book: RuleBook | None = None

    def refresh(self, book: RuleBook, below: Mapping[str, RuleBook] = MappingProxyType({})) -> None:
        """Find the open rows anew; everything else works on those few. `below` are the rules of other hubs by
        their streams: a case is done where its own hub's rules say so."""
        self._book = book
        states = self._columns.column("state")
        self._is_open = self._open_under(book, states)
        for home, rules in below.items():
            theirs = self._columns.column("home") == self._words.find(home)
            self._is_open[theirs] = self._open_under(rules, states[theirs])
        self._some_vanished = bool((states == _NO_WORD).any())
        self._open = np.flatnonzero(self._is_open).astype(np.int64)

    def _open_under(self, book: RuleBook, states: NDArray[np.signedinteger]) -> Mask:
        done = [self._words.find(s.id) for s in book.rules.workflow.states if s.kind in ("done", "final")]
        # The empty word is the state of what vanished: such a row is in no list.
        return ~self._among_words(states, [_NO_WORD, *done])

    @property
    def open_rows(self) -> Rows:
        return self._open

    def at(self, name: str, rows: Rows) -> NDArray[np.signedinteger]:
        """One column at these rows."""
        return self._columns.column(name)[rows]

    def lights(self, rows: Rows, now: Instant) -> NDArray[np.int8]:
        """The light of each row, as a place in LIGHTS."""
        due, soon, starts = self.at("due_at", rows), self.at("soon_at", rows), self.at("starts_at", rows)
        lights = np.where(now >= soon, _DUE_SOON, _IN_TIME)
        lights = np.where(now < starts, _NOT_STARTED, lights)
        lights = np.where(now > due, _OVERDUE, lights)
        lights = np.where(self.at("paused", rows) > 0, _PAUSED, lights)
        return np.where((due == NEVER) & (lights != _PAUSED), 0, lights).astype(np.int8)

    def select(self, wanted: Filter, now: Instant) -> Rows:
        """The rows that pass, in no particular order."""
        rows = self._queue(wanted.queue, now)
        if wanted.among is not None:
            found = np.array(wanted.among, dtype=np.int64)
            # The index may know cases of the last moment that the columns learn of at the next beat.
            found = found[found < len(self._is_open)]
            rows = found if wanted.queue == "all" else rows[np.isin(rows, found)]
        for column, word in (
            ("state", wanted.state),
            ("street", wanted.street),
            ("owner", wanted.unit),
            ("channel", wanted.channel),
        ):
            if word:
                rows = rows[self.at(column, rows) == self._words.find(word)]
        if wanted.party:
            rows = rows[self._among_words(self.at("parties", rows), self._holding(party_mark(wanted.party)))]
        if wanted.family:
            rows = rows[self._among_words(self.at("category", rows), self._family(wanted.family))]
        if wanted.home:
            home = _NO_WORD if wanted.home == OWN else self._words.find(wanted.home)
            rows = rows[self.at("home", rows) == home]
        if wanted.urgent:
            rows = rows[self.at("urgency", rows) > 0]
        if wanted.light:
            rows = rows[self.lights(rows, now) == LIGHTS.index(wanted.light)]
        return rows

    def _among_words(self, values: NDArray[np.signedinteger], words: Sequence[int]) -> Mask:
        """Which values are one of these words. A look into a table: words are few, rows are a million."""
        table = np.zeros(len(self._words), dtype=np.bool_)
        table[[word for word in words if word >= 0]] = True
        found: Mask = table[values]
        return found

    def _holding(self, part: str) -> list[int]:
        """The words that hold `part`."""
        return [w for w in range(len(self._words)) if part in self._words.text(w)]

    def _family(self, code: str) -> list[int]:
        """Words of a category and, for two digits, of all below it."""
        return [w for w in range(len(self._words)) if self._words.text(w).startswith(code)] if code else []

    def _queue(self, queue: str, now: Instant) -> Rows:
        rows = self._open
        if queue == "all":
            if self._some_vanished:
                return np.flatnonzero(self._columns.column("state") != _NO_WORD).astype(np.int64)
            return np.arange(len(self._columns), dtype=np.int64)
        if queue in ("open", ""):
            return rows
        if queue in _DAILY:
            times = self._columns.column(_DAILY[queue])
            return np.flatnonzero((times >= day_start(now)) & (times <= now)).astype(np.int64)
        if queue in _MARKED:
            return np.flatnonzero(self._columns.column(queue) > 0).astype(np.int64)
        test = QUEUES.get(queue)
        if test is None:
            return rows[self.in_states(rows, (queue,))]
        return rows[test(self, rows, now)]

    def in_states(self, rows: Rows, states: tuple[str, ...]) -> Mask:
        return self._among_words(self.at("state", rows), [self._words.find(state) for state in states])

    def flagged(self, rows: Rows, flag: int) -> Mask:
        return (self.at("flags", rows) & flag) > 0

    def counts(self, queues: tuple[str, ...], now: Instant) -> dict[str, int]:
        """How many rows each queue holds."""
        return {queue: len(self._queue(queue, now)) for queue in queues}

    def order(self, rows: Rows, now: Instant, first: int | None = None) -> Rows:
        """Rows by what is burning: overdue before urgent before what is left, then not started, paused, the
        rest, closed ones last; within these by due time, ties by receipt. With `first` only so many are put
        in order, and returned."""
        is_open = self._is_open[rows]
        if first is not None and np.count_nonzero(is_open) >= first:
            # Nothing closed comes before anything open: a million closed ones need not be looked at.
            rows = rows[is_open]
            is_open = np.ones(len(rows), dtype=np.bool_)
        lights = self.lights(rows, now).astype(np.int64)
        urgent = self.at("urgency", rows).astype(np.int64)
        group = np.array([6, 3, 3, 1, 5, 4], dtype=np.int64)[lights]
        group = np.where((lights == _OVERDUE) & (urgent > 0), 0, group)
        group = np.where((urgent > 0) & np.isin(lights, (_IN_TIME, _DUE_SOON, 0)), 2, group)
        group = np.where(is_open, group, _CLOSED)
        due = np.minimum(self.at("due_at", rows), _DUE_MAX)
        key = (group << _DUE_BITS) | due
        return self._sorted(rows, key, first)

    def order_by(self, rows: Rows, column: str, descending: bool, first: int | None = None) -> Rows:
        """Rows by one column."""
        key = self.at(column, rows).astype(np.int64)
        return self._sorted(rows, -key if descending else key, first)

    def _sorted(self, rows: Rows, key: Rows, first: int | None) -> Rows:
        if first is not None and first < len(rows):
            chosen = np.argpartition(key, first)[:first]
            rows, key = rows[chosen], key[chosen]
        received = self.at("received_at", rows)
        return rows[np.lexsort((rows, received, key))]


_DAILY = {"received_today": "received_at", "closed_today": "closed_at"}
"""Queues of the hall's calendar day, closed cases included, by the column they look at."""

_MARKED = ("waiting", "contested")
"""Queues of what the hub has yet to number and of what two desks disagree over, by column: closed cases
included. `Filter.state` finds the cases whose own state has such a name."""

Test = Callable[[Board, Rows, Instant], Mask]


def _states(*states: str) -> Test:
    return lambda board, rows, _now: board.in_states(rows, states)


def _flag(flag: int) -> Test:
    return lambda board, rows, _now: board.flagged(rows, flag)


def _light(light: int) -> Test:
    return lambda board, rows, now: board.lights(rows, now) == light


def _due_within(span_ms: int) -> Test:
    def due(board: Board, rows: Rows, now: Instant) -> Mask:
        at = board.at("due_at", rows)
        near: Mask = (at >= now) & (at <= now + span_ms) & (board.at("paused", rows) == 0)
        return near

    return due


def _no_progress(board: Board, rows: Rows, now: Instant) -> Mask:
    """In work and silent for NO_PROGRESS_MS, unless its clock has not begun to count."""
    working = board.in_states(rows, _IN_WORK)
    still = board.at("changed_at", rows) < now - NO_PROGRESS_MS
    silent: Mask = working & still & (board.lights(rows, now) != _NOT_STARTED)
    return silent


_IN_WORK = ("handling", "rework")

QUEUES: Mapping[str, Test] = {
    "to_accept": _states("reported", "scene_check"),
    "to_file": _states("accepted"),
    "to_dispatch": _states("filed"),
    "to_sign": _states("dispatched"),
    "in_work": _states(*_IN_WORK),
    "no_progress": _no_progress,
    "returned": _states("return_review", "arbitration"),
    "to_check": _states("check"),
    "to_call_back": _states("callback"),
    "paused": _states("on_hold", "waiting"),
    "to_confirm": _flag(FLAG_PENDING | FLAG_REQUEST),
    "promised": _flag(FLAG_PROMISE),
    "recalls": _flag(FLAG_RECALL_OPEN),
    "overdue": _light(_OVERDUE),
    "due_next": _due_within(DUE_NEXT_MS),
    "due_hour": _due_within(HOUR_MS),
    "urged": _flag(FLAG_OVERLAYS["urged"]),
    "instructed": _flag(FLAG_OVERLAYS["instructed"] | FLAG_OVERLAYS["supervised"]),
    "urgent": lambda board, rows, _now: board.at("urgency", rows) > 0,
}
"""Named queues over the open rows; a state's own id is a queue too, where no queue has the name."""
