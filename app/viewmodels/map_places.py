"""Where each case of the board lies on the map, read in slices and kept by row until news of it comes."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from app.domain.incident import Incident
from app.domain.place import Point
from app.geo.mercator import Floats, world_points
from app.projections.reading import Reading
from app.projections.selecting import Rows

Standings = NDArray[np.int8]

UNREAD, PLACED, LACKING, PLACEHOLDER, OUTSIDE = range(5)
"""How a case stands to the map; only PLACED ones are drawn. LACKING: nobody has given a position yet."""

SLICE = 100
"""Cases read at once: some 10 ms, after which whoever types or drags has its turn."""


class CasePlaces:
    """Positions by row number in the unit square. `read` a slice after the other until nothing is unread."""

    def __init__(self, reading: Reading) -> None:
        self._reading = reading
        self._x: Floats = np.zeros(0)
        self._y: Floats = np.zeros(0)
        self._standing: Standings = np.zeros(0, dtype=np.int8)
        self._areas: dict[int, str] = {}
        self._ids: dict[int, str] = {}

    def standing(self, rows: Rows) -> Standings:
        """How each of these rows stands, UNREAD where that is not known yet."""
        self._make_room()
        return self._standing[rows]

    def at(self, rows: Rows) -> tuple[Floats, Floats]:
        """x and y of rows that are not LACKING."""
        return self._x[rows], self._y[rows]

    def incident(self, row: int) -> str:
        """The id of the case of a row that was read."""
        return self._ids.get(row, "")

    def row_of(self, incident: str) -> int | None:
        """The row of a case, with its position read; None for one that is not seen here."""
        row = self._reading.row_of(incident)
        if row is None:
            return None
        self._make_room()
        if row < len(self._standing) and self._standing[row] == UNREAD:
            self._take([row])
        return row if row < len(self._standing) else None

    def forget(self, rows: Iterable[object]) -> None:
        """These cases have changed, or may have."""
        known = [row for row in rows if isinstance(row, int) and row < len(self._standing)]
        self._standing[known] = UNREAD

    def read(self, rows: Rows) -> bool:
        """Read the next slice of what is unread among these; False when nothing was."""
        waiting = rows[self.standing(rows) == UNREAD][:SLICE]
        if not len(waiting):
            return False
        self._take([int(row) for row in waiting])
        return True

    def middles(self) -> dict[str, Floats]:
        """The mean of the placed cases of each area, (2,): where an area is that has no point of its own."""
        gathered: dict[str, list[int]] = {}
        for row, area in self._areas.items():
            if area and self._standing[row] == PLACED:
                gathered.setdefault(area, []).append(row)
        return {
            area: np.array([self._x[rows].mean(), self._y[rows].mean()]) for area, rows in gathered.items()
        }

    def _make_room(self) -> None:
        lacking = len(self._reading.columns) - len(self._standing)
        if lacking > 0:
            more = np.zeros(max(lacking, len(self._standing) // 2))
            self._x, self._y = np.concatenate((self._x, more)), np.concatenate((self._y, more))
            self._standing = np.concatenate((self._standing, more.astype(np.int8)))

    def _take(self, rows: list[int]) -> None:
        texts = self._reading.texts(rows)
        cases = self._reading.cases([text.incident for text in texts.values()])
        points: list[tuple[int, Point]] = []
        for row, text in texts.items():
            case = cases.get(text.incident)
            self._ids[row] = text.incident
            self._areas[row] = case.place.area if case is not None else ""
            self._standing[row] = _standing(case)
            if case is not None and case.place.point is not None:
                points.append((row, case.place.point))
        world = world_points([(point.lon, point.lat) for _, point in points])
        at = [row for row, _ in points]
        self._x[at], self._y[at] = world[:, 0], world[:, 1]


def _standing(case: Incident | None) -> int:
    point = None if case is None else case.place.point
    if point is None:
        return LACKING
    return {None: PLACED, "placeholder": PLACEHOLDER, "outside": OUTSIDE}[point.flag]
