"""The board's rows and the search index on disk, and the news of them for the columns in memory."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import Connection

from app.projections import search
from app.projections.board_row import board_row, pack, vanished_row
from app.projections.cases import every_case
from app.projections.columns import NEWS_MAX, Columns
from app.projections.hall import Hall
from app.projections.halls import Halls
from app.projections.held import Held
from app.projections.words import Words

_WAITING = "SELECT incident FROM overlaid"
_UPSERT = "REPLACE INTO board(row, packed) VALUES(?, ?)"


class BoardTable:
    """Belongs to the writer's thread. What it writes is handed over to columns only by `publish`, after the
    commit."""

    def __init__(self, words: Words) -> None:
        self._words = words
        self._staged: dict[int, bytes] = {}
        self._all_over = False

    def forget(self) -> None:
        """What was staged never happened."""
        self._staged = {}
        self._all_over = False

    def save(
        self, connection: Connection, changed: Sequence[Held], spoken: Sequence[Held], halls: Halls
    ) -> None:
        """Write the rows of these cases; `spoken` are those with other words than before."""
        if not changed:
            return
        self._write(connection, [(h.row, self._packed(h, halls.of(h.home))) for h in changed])
        for home in dict.fromkeys(h.home for h in spoken):
            found = ((h.row, h.seen) for h in spoken if h.home == home)
            search.index(connection, found, halls.of(home).areas)

    def _packed(self, held: Held, hall: Hall) -> bytes:
        book = hall.book
        # Under no rules nothing is made of any case.
        assert book is not None
        row = board_row(
            held.row, held.seen, book, hall.areas, self._words, waiting=held.waiting, home=held.home
        )
        return pack(row)

    def vanish(self, connection: Connection, vanished: Sequence[Held]) -> None:
        """These cases are seen no more: found by no search and in no queue. Their row numbers stay taken."""
        if vanished:
            self._write(connection, [(h.row, pack(vanished_row(h.row))) for h in vanished])
            search.remove(connection, (h.row for h in vanished))

    def redo(self, connection: Connection, hall: Hall, home: str, *, areas_moved: bool) -> None:
        """Other rules or areas move the due times and streets of all cases of `home`, whose hall it is; the
        facts stay what they were."""
        book = hall.book
        if book is None:
            return
        waiting = frozenset(connection.exec_driver_sql(_WAITING).scalars())
        words, areas = self._words, hall.areas
        for page in every_case(connection, home):
            rows = [
                board_row(k.row, k.incident, book, areas, words, waiting=k.incident.id in waiting, home=home)
                for k in page
            ]
            self._write(connection, [(row.row, pack(row)) for row in rows])
            if areas_moved:
                # Areas are found by their names as well.
                search.index(connection, ((k.row, k.incident) for k in page), areas)

    def _write(self, connection: Connection, rows: list[tuple[int, bytes]]) -> None:
        self._words.save(connection)
        connection.exec_driver_sql(_UPSERT, rows)
        if len(self._staged) + len(rows) > NEWS_MAX:
            self._all_over, self._staged = True, {}
        if not self._all_over:
            self._staged.update(rows)

    def publish(self, readers: Iterable[Columns]) -> None:
        """The commit is done: tell all columns."""
        if self._all_over:
            for columns in readers:
                columns.give_up()
        elif self._staged:
            rows = list(self._staged.values())
            for columns in readers:
                columns.take(rows)
        self.forget()
