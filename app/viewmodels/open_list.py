"""The list of open cases for paper: what a hall works from when screens and line have failed it."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
import numpy as np

from app.base.clock import HOUR_MS, Instant
from app.projections.board_row import NEVER
from app.projections.selecting import Board, Filter
from app.viewmodels.codes import said_code
from app.viewmodels.context import Context

WITH_HUB = frozenset({"alone", "live", "catching_up"})
"""Phases in which this desk is not cut off."""

COLUMNS = ("code", "category", "place", "state", "unit", "due", "phone")
"""What each row says, in the order of the paper."""


class OpenRow(msgspec.Struct, frozen=True):
    """One case in finished words, personal data masked; `late`: its limit passed, `urgent` is the word."""

    cells: tuple[str, ...]
    urgent: str
    late: bool


class OpenList:
    """The open cases of one moment, the most pressing first; pages are made as they are asked for."""

    def __init__(self, context: Context, board: Board, now: Instant) -> None:
        self._context = context
        self._board = board
        self.at = now
        self._rows = board.order(board.select(Filter("open"), now), now)

    def __len__(self) -> int:
        return len(self._rows)

    def page(self, first: int, count: int) -> list[OpenRow]:
        """So many rows from the row `first` on."""
        rows = [int(row) for row in self._rows[first : first + count]]
        texts = self._context.reading.texts(rows)
        return [self._row(row, texts[row].code, texts[row].address) for row in rows]

    def _row(self, row: int, code: str, address: str) -> OpenRow:
        context, columns, words = self._context, self._context.reading.columns, self._context.reading.words

        def word(name: str) -> str:
            return words.text(int(columns.column(name)[row]))

        lead, category = word("lead"), word("category")
        due = int(self._board.at("due_at", np.array([row]))[0])
        clock = context.clock_name(word("clock")) if word("clock") else ""
        when = context.formats.near(due, self.at) if due != NEVER else ""
        late = context.text("light.overdue") if due < self.at else ""
        urgency = int(columns.column("urgency")[row])
        cells = (
            said_code(code, self.at),
            context.category(category) if category else context.text("case.no_category"),
            " ".join(part for part in (context.area(word("area")), address) if part),
            context.state(word("state")),
            context.unit(lead) if lead else "",
            " ".join(part for part in (clock, when, late) if part),
            context.phone(lead) if lead else "",
        )
        return OpenRow(cells, context.text(f"urgency.{urgency}") if urgency else "", bool(late))


class OpenListModel:
    """Says when the list is to be printed: so long after the hub was last heard, and each hour from then.

    `after_ms`: how long the desk must have been cut off, 0 for never.
    """

    def __init__(self, context: Context, after_ms: int) -> None:
        self._context = context
        self._after_ms = after_ms
        self._board = Board(context.reading.columns, context.reading.words)
        self._cut_since: Instant | None = None
        self._next: Instant = 0

    def due(self) -> bool:
        """Whether it is to be printed now; asked each second, and said once for each time."""
        status, now = self._context.link(), self._context.now()
        if not self._after_ms or status.phase in WITH_HUB:
            self._cut_since = None
            return False
        if self._cut_since is None:
            self._cut_since = min(now, status.heard_at or now)
            self._next = self._cut_since + self._after_ms
        if now < self._next:
            return False
        self._next = now + HOUR_MS
        return True

    def cut_for_ms(self) -> int:
        """How long the desk has been cut off."""
        return max(0, self._context.now() - self._cut_since) if self._cut_since is not None else 0

    def open_list(self) -> OpenList:
        """The cases of this moment."""
        if self._context.book is not None:
            self._board.refresh(self._context.book, self._context.below)
        return OpenList(self._context, self._board, self._context.now())

    def titles(self) -> Sequence[str]:
        """What stands over the columns."""
        return [self._context.text(f"printing.column.{name}") for name in COLUMNS]

    def heading(self) -> tuple[str, str]:
        """Whose list this is, and why it was printed."""
        context = self._context
        founded = context.reading.hall.founded
        title = context.text("printing.title")
        if founded is not None:
            marked = context.text(f"wall.{founded.mark}") if founded.mark else ""
            parts = (context.label(founded.label), title, marked)
            title = context.text("list.dot").join(part for part in parts if part)
        return title, context.text("printing.reason", span=context.formats.span(self.cut_for_ms()))

    def foot(self, listed: OpenList, page: int) -> str:
        """When, how many, which page."""
        context = self._context
        return context.text("printing.at", at=context.formats.moment(listed.at), n=len(listed), page=page)
