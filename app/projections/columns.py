"""The board in memory: one numpy column a field, so that a million rows are filtered and sorted in
milliseconds."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection

from app.projections.board_row import COLUMNS, TIME_COLUMNS, BoardRow

Column = NDArray[np.int64]

_PACKED = np.dtype([(name, "<i8" if name in TIME_COLUMNS else "<i4") for name in COLUMNS])
"""A row of the table as numpy reads it."""

_GROWTH = 1.5
_FIRST_CAPACITY = 1_024
LOAD_BATCH = 20_000
"""Rows turned into columns at a time while loading: some MB of tuples, not all of them."""


class Columns:
    """Rows of the board by dense row number, from 0. Written by `take` on the writer's thread through a
    queue, applied by `catch_up` on the thread that reads, so that no reader sees half a row."""

    def __init__(self) -> None:
        self._arrays = {name: self._empty(name, _FIRST_CAPACITY) for name in COLUMNS}
        self._count = 0
        self._news: deque[tuple[BoardRow, ...]] = deque()

    @staticmethod
    def _empty(name: str, size: int) -> NDArray[np.signedinteger]:
        return np.zeros(size, dtype=np.int64 if name in TIME_COLUMNS else np.int32)

    def __len__(self) -> int:
        return self._count

    def column(self, name: str) -> NDArray[np.signedinteger]:
        """The live part of one column; do not write to it."""
        return self._arrays[name][: self._count]

    def take(self, rows: Iterable[BoardRow]) -> None:
        """Hand over new or changed rows; any thread."""
        self._news.append(tuple(rows))

    def catch_up(self) -> list[int]:
        """Apply what was handed over; returns the row numbers that changed, in order of arrival."""
        changed: list[int] = []
        while self._news:
            for row in self._news.popleft():
                self._put(row)
                changed.append(row.row)
        return changed

    def _put(self, row: BoardRow) -> None:
        self._grow(row.row + 1)
        arrays = self._arrays
        for name in COLUMNS:
            arrays[name][row.row] = getattr(row, name)

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
        self._news.clear()
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
