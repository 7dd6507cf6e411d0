"""The board as the service sees it: columns brought up to date before every look, and what has changed."""

from __future__ import annotations

from app.domain.rulebook import RuleBook
from app.hub.limits import BOARD_NEWS_MAX
from app.hub.live.recent import Recent
from app.projections.reading import Reading
from app.projections.selecting import Board


class Glance:
    """One thread's look at the read models. `changes` are row numbers of cases, for the live feed."""

    def __init__(self, reading: Reading) -> None:
        self._reading = reading
        self._board = Board(reading.columns, reading.words)
        self._book: RuleBook | None = None
        self._stale = True
        self.changes: Recent[int, int] = Recent(BOARD_NEWS_MAX)

    def catch_up(self) -> bool:
        """Take in what was committed; whether there was any."""
        changed = self._reading.columns.catch_up()
        for row in changed:
            self.changes.put(row, row)
        self._stale = self._stale or bool(changed)
        return bool(changed)

    @property
    def columns(self) -> Board:
        """The board for looking at rows that are known: which are open it may not know at this moment."""
        return self._board

    def board(self, book: RuleBook) -> Board:
        """The board as it is now."""
        self.catch_up()
        if self._stale or book is not self._book:
            self._stale, self._book = False, book
            below = {home: hall.book for home, hall in self._reading.homes.items() if hall.book is not None}
            self._board.refresh(book, below)
        return self._board
