"""The board in memory: one numpy column a field, so that a million rows are filtered and sorted in
milliseconds."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from threading import Lock

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection

from app.projections.board_row import COLUMNS, TIME_COLUMNS

Column = NDArray[np.int64]

_PACKED = np.dtype([(name, "<i8" if name in TIME_COLUMNS else "<i4") for name in COLUMNS])
"""A row of the table as numpy reads it."""

_GROWTH = 1.5
_FIRST_CAPACITY = 1_024
LOAD_BATCH = 20_000
"""Rows turned into columns at a time while loading: some MB of packed rows, not all of them."""

NEWS_MAX = 50_000
"""Rows kept for a reader that does not come, about 10 MB; one so far behind reads the table again."""


class Columns:
    """Rows of the board by dense row number, from 0. Handed over by `take` on the writer's thread, applied
    by `catch_up` on the one thread that reads these columns, so that no reader sees half a row."""

    def __init__(self, *, behind: bool = False) -> None:
        """`behind`: the table has rows already, and the first `catch_up` is to read them."""
        self._arrays = {name: self._empty(name, _FIRST_CAPACITY) for name in COLUMNS}
        self._count = 0
        self._lock = Lock()
        self._news: list[bytes] = []
        self._behind = behind
        self._reader: Callable[[], Connection] | None = None

    @staticmethod
    def _empty(name: str, size: int) -> NDArray[np.signedinteger]:
        return np.zeros(size, dtype=np.int64 if name in TIME_COLUMNS else np.int32)

    def __len__(self) -> int:
        return self._count

    def column(self, name: str) -> NDArray[np.signedinteger]:
        """The live part of one column; do not write to it."""
        return self._arrays[name][: self._count]

    def read_from(self, reader: Callable[[], Connection]) -> None:
        """Where to read the table again after falling behind: the reading thread's own connection."""
        self._reader = reader

    def take(self, rows: Sequence[bytes]) -> None:
        """Hand over new or changed rows, packed as in the table; any thread."""
        with self._lock:
            if self._behind:
                return
            if len(self._news) + len(rows) > NEWS_MAX:
                self._behind, self._news = True, []
            else:
                self._news += rows

    def give_up(self) -> None:
        """The table is made anew, or has changed all over: what is held here is worth nothing; any thread."""
        with self._lock:
            self._behind = self._behind or self._count > 0 or bool(self._news)
            self._news = []

    def catch_up(self) -> list[int]:
        """Apply what was handed over; returns the row numbers that changed, in order of arrival: all of them
        where the table was read again."""
        with self._lock:
            behind, news = self._behind, self._news
            self._news = []
        if behind:
            if self._reader is None:
                raise LookupError("columns fell behind and were never told where to read")
            self.load(self._reader())
            return list(range(self._count))
        if not news:
            return []
        try:
            return self._apply(news)
        except BaseException:
            self._behind = True
            raise

    def _apply(self, news: list[bytes]) -> list[int]:
        block = np.frombuffer(b"".join(news), dtype=_PACKED)
        rows = block["row"]
        self._grow(int(rows.max()) + 1)
        for name in COLUMNS:
            # Of a row that came twice the last one stays.
            self._arrays[name][rows] = block[name]
        found: list[int] = rows.tolist()
        return found

    def _grow(self, count: int) -> None:
        capacity = len(self._arrays["row"])
        if count > capacity:
            size = max(count, int(capacity * _GROWTH))
            for name, array in self._arrays.items():
                grown = self._empty(name, size)
                grown[:capacity] = array
                self._arrays[name] = grown
        self._count = max(self._count, count)

    def load(self, connection: Connection) -> None:
        """Fill the columns from the table, dropping what they held."""
        with self._lock:
            # From here on news are kept again: whatever the table does not show yet will be among them.
            self._behind, self._news = False, []
        try:
            self._read(connection)
        except BaseException:
            self._behind = True
            raise

    def _read(self, connection: Connection) -> None:
        last = connection.exec_driver_sql("SELECT max(row) FROM board").scalar_one()
        self._count = 0
        self._grow(0 if last is None else int(last) + 1)
        result = connection.exec_driver_sql("SELECT packed FROM board ORDER BY row").scalars()
        place = 0
        while batch := result.fetchmany(LOAD_BATCH):
            self._grow(place + len(batch))
            self._fill(place, batch)
            place += len(batch)

    def _fill(self, place: int, batch: Sequence[bytes]) -> None:
        block = np.frombuffer(b"".join(batch), dtype=_PACKED)
        for name in COLUMNS:
            self._arrays[name][place : place + len(batch)] = block[name]
