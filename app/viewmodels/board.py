"""The board: a list of cases by queue, filter and search, with its lights and countdowns."""

from __future__ import annotations

from collections.abc import Hashable

import msgspec
import numpy as np

from app.base.clock import Instant
from app.base.formats import day_number
from app.projections.board_row import NEVER
from app.projections.reading import CaseText
from app.projections.selecting import LIGHTS, Board, Filter, Rows
from app.viewmodels.codes import said_code
from app.viewmodels.context import Context
from app.viewmodels.queues import rows_of
from app.viewmodels.signal import EVERYTHING, Changed, Keys

FIRST_ROWS = 200
"""Rows put in order at once: several screens full. Scrolling past them sorts the rest."""

TEXTS_MAX = 2_000
"""Row texts kept while scrolling."""

PAGE_BEFORE, PAGE_AFTER = 20, 60
"""Rows whose texts are read together: a screen full and what the next keys will ask for."""

SEARCH_MIN = 2
"""Characters from which a search narrows the list: one Chinese character hits half of it."""

MIDNIGHT = " 00:00"

TITLE_MAX = 120
"""Characters of what happened that a row holds; no column is wider."""


class BoardLine(msgspec.Struct, frozen=True):
    """One row as finished words. `light` is a name of LIGHTS; `urgency` the word in the box or empty; `mark`
    the word for a case that is contested, or of which something waits for the hub; `hall` whose case it is,
    where there are hubs below."""

    incident: str
    light: str
    code: str
    urgency: str
    title: str
    place: str
    state: str
    unit: str
    timer: str
    channel: str
    mark: str = ""
    contested: bool = False
    hall: str = ""


class BoardModel:
    """Rows by number; keys are incident ids. `changed` fires when rows or their order changed, `ticked` when
    only the timers did. The order follows news and what falls due, not the second: who reads is not moved."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._board = Board(context.reading.columns, context.reading.words)
        self._filter = Filter()
        self._search = ""
        self._sort: tuple[str, bool] | None = None
        self._rows: Rows = np.zeros(0, dtype=np.int64)
        self._ordered = 0
        self._texts: dict[int, CaseText] = {}
        self._overdue = 0
        self.changed = Changed()
        self.ticked = Changed()
        self._links = [
            context.pulse.news.connect(self._news),
            context.pulse.hall.connect(lambda _keys: self.refresh()),
            context.pulse.second.connect(self._second),
        ]
        self.refresh()

    @property
    def filter(self) -> Filter:
        return self._filter

    @property
    def search(self) -> str:
        return self._search

    @property
    def board(self) -> Board:
        return self._board

    def show(self, wanted: Filter, search: str = "") -> None:
        """Another queue, filter or search; a search goes through all cases, closed ones too."""
        self._search = search.strip()
        self._filter = wanted
        self._sort = None
        self.refresh()

    def sort(self, column: str, descending: bool) -> None:
        """Order by a column; an empty name brings back the order by what is burning."""
        self._sort = (column, descending) if column else None
        self.refresh()

    @property
    def sorted_by(self) -> tuple[str, bool] | None:
        return self._sort

    def count(self) -> int:
        return len(self._rows)

    def key(self, place: int) -> Hashable:
        return self._text(place).incident

    def find(self, incident: Hashable) -> int | None:
        """Where the case stands in the list now, None when it is not among the rows."""
        row = self._context.reading.row_of(str(incident))
        if row is None:
            return None
        places = np.flatnonzero(self._rows == row)
        if not len(places):
            return None
        if int(places[0]) >= self._ordered:
            # Past the rows in order: put all in order, for the place is about to be scrolled to.
            self._order_all()
            places = np.flatnonzero(self._rows == row)
        return int(places[0])

    def line(self, place: int) -> BoardLine:
        """The row at this place of the list, in finished words."""
        row, text = self._row(place), self._text(place)
        columns, words = self._context.reading.columns, self._context.reading.words
        context = self._at_home(row)

        def word(name: str) -> str:
            return words.text(int(columns.column(name)[row]))

        category, lead = word("category"), word("lead")
        urgency = int(columns.column("urgency")[row])
        contested, waiting = (int(columns.column(name)[row]) > 0 for name in ("contested", "waiting"))
        mark = "board.mark.contested" if contested else "board.mark.waiting" if waiting else ""
        return BoardLine(
            incident=text.incident,
            light=self.lights(range(place, place + 1))[0],
            code=said_code(text.code, context.now()),
            urgency=context.text(f"urgency.{urgency}") if urgency else "",
            title=" ".join(text.what[:TITLE_MAX].split()) or context.category(category),
            place=text.address or context.area(word("area")),
            state=context.state(word("state")),
            unit=context.unit(lead) if lead else "",
            timer=self.timer(place),
            channel=context.choice("channels", word("channel")),
            mark=context.text(mark) if mark else "",
            contested=contested,
            hall=context.label(context.hall.founded.label)
            if context.hall.founded is not None
            else word("home"),
        )

    def timer(self, place: int) -> str:
        """The clock meant and what is left of it, or why it stands."""
        row = self._row(place)
        return timer_words(self._at_home(row), self._board, row, self._context.now())

    def lights(self, places: range) -> tuple[str, ...]:
        """The lights of these places, by name."""
        rows = np.array([self._row(place) for place in places], dtype=np.int64)
        return tuple(LIGHTS[int(light)] for light in self._board.lights(rows, self._context.now()))

    def refresh(self, keys: Keys = EVERYTHING) -> None:
        """Select and order anew."""
        book = self._context.book
        if book is None:
            return
        now = self._context.now()
        self._board.refresh(book, self._context.below)
        wanted = self._filter
        if len(self._search) >= SEARCH_MIN:
            hits = tuple(self._context.reading.find(self._search))
            wanted = msgspec.structs.replace(wanted, among=hits, queue="all")
        self._rows = rows_of(self._context, self._board, wanted, now)
        self._ordered = min(FIRST_ROWS, len(self._rows))
        first = self._sorted(self._ordered)
        if self._ordered < len(self._rows):
            self._rows = np.concatenate((first, self._rows[~np.isin(self._rows, first)]))
        else:
            self._rows = first
        self._overdue = self._overdue_now(now)
        self.changed.emit(keys)

    def close(self) -> None:
        for let_go in self._links:
            let_go()

    def _at_home(self, row: int) -> Context:
        """The words of the hub that owns the case of this row."""
        reading = self._context.reading
        return self._context.at(reading.words.text(int(reading.columns.column("home")[row])))

    def _sorted(self, first: int | None) -> Rows:
        if self._sort is not None:
            column, descending = self._sort
            return self._board.order_by(self._rows, column, descending, first)
        return self._board.order(self._rows, self._context.now(), first)

    def _order_all(self) -> None:
        if self._ordered < len(self._rows):
            # The rows already shown keep their places: time has gone on since they were put in order.
            shown = self._rows[: self._ordered]
            every = self._sorted(None)
            self._rows = np.concatenate((shown, every[~np.isin(every, shown)]))
            self._ordered = len(self._rows)

    def _row(self, place: int) -> int:
        if place >= self._ordered:
            self._order_all()
        return int(self._rows[place])

    def _text(self, place: int) -> CaseText:
        row = self._row(place)
        found = self._texts.get(row)
        if found is None:
            page = [int(r) for r in self._rows[max(0, place - PAGE_BEFORE) : place + PAGE_AFTER]]
            if len(self._texts) > TEXTS_MAX:
                self._texts.clear()
            self._texts.update(self._context.reading.texts(page))
            found = self._texts[row]
        return found

    def _news(self, keys: Keys) -> None:
        for row in keys:
            if isinstance(row, int):
                self._texts.pop(row, None)
        self.refresh(keys)

    def _second(self, _keys: Keys) -> None:
        if self._overdue_now(self._context.now()) != self._overdue:
            # Something fell due: the order itself has changed.
            self.refresh()
        else:
            self.ticked.emit()

    def _overdue_now(self, now: Instant) -> int:
        rows = self._board.open_rows
        return int(np.count_nonzero(self._board.at("due_at", rows) < now)) if len(rows) else 0


def paused_until(context: Context, due: Instant, now: Instant) -> str:
    """The day on which a pause is looked at again; its time only when that is today."""
    if due == NEVER:
        return ""
    words = context.formats.near(due, now)
    return words if day_number(due) == day_number(now) else words.partition(" ")[0]


def timer_words(context: Context, board: Board, row: int, now: Instant) -> str:
    """E.g. `到场 2分41秒`, `到场超 4分05秒`, `处置 周一 08:30起算`, `暂停 · 挂账复核 11-28`."""
    rows = np.array([row])
    light = LIGHTS[int(board.lights(rows, now)[0])]
    if light == "none":
        return ""
    due = int(board.at("due_at", rows)[0])
    clock = context.clock_name(context.reading.words.text(int(board.at("clock", rows)[0])))
    formats = context.formats
    if light == "overdue":
        return context.text("timer.overdue", clock=clock, span=formats.span(now - due))
    if light == "paused":
        return context.text("timer.paused", clock=clock, until=paused_until(context, due, now)).rstrip()
    if light == "not_started":
        # A day that begins to count from its midnight needs no time of day.
        starts = formats.near(int(board.at("starts_at", rows)[0]), now).removesuffix(MIDNIGHT)
        return context.text("timer.not_started", clock=clock, starts=starts)
    return context.text("timer.left", clock=clock, span=formats.span(due - now))
