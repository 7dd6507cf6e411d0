"""The map: open cases by light and urgency, units by age, areas; and what cannot be drawn, counted and said.

Nothing that a reporter said stands on it: the category says what a case is, the street and the house where.
"""

from __future__ import annotations

from dataclasses import dataclass

import msgspec
import numpy as np
from numpy.typing import NDArray

from app.geo.bounds import Bounds, bounds_of
from app.geo.mercator import Floats
from app.projections.selecting import LIGHTS, Board, Filter, Rows
from app.viewmodels.board import SEARCH_MIN, BoardModel
from app.viewmodels.context import Context
from app.viewmodels.listing import list_words
from app.viewmodels.map_areas import MapArea, MapAreas
from app.viewmodels.map_places import LACKING, OUTSIDE, PLACED, PLACEHOLDER, UNREAD, CasePlaces
from app.viewmodels.map_units import STALE, NoPositions, Positions, UnitMarks, Units
from app.viewmodels.map_words import MapWords
from app.viewmodels.queues import rows_of
from app.viewmodels.signal import EVERYTHING, Changed, Keys
from app.viewmodels.sourced import sourced

__all__ = ["AREAS", "CASES", "LIGHTS", "UNITS", "CaseMarks", "Counted", "Filter", "MapModel"]

AREAS, CASES, UNITS = "areas", "cases", "units"
"""What `changed` names."""

CASES_MAX = 20_000
"""Most cases drawn: more than two full days of a large district; beyond it a map is a stain."""

_UPWARDS = ("none", "paused", "not_started", "in_time", "due_soon", "overdue")
_RANK = np.array([_UPWARDS.index(light) for light in LIGHTS])
"""By light, what is drawn over what: nothing may hide what is overdue."""

NO_ROWS: Rows = np.zeros(0, dtype=np.int64)


@dataclass(frozen=True, eq=False)
class CaseMarks:
    """Cases from the lowest to the uppermost: places in the unit square, `light` a place in LIGHTS, `urgency`
    0 to 2 as on the board."""

    rows: Rows
    x: Floats
    y: Floats
    light: NDArray[np.int8]
    urgency: NDArray[np.int8]


class Counted(msgspec.Struct, frozen=True):
    """Cases on the map, or not on it and why: `opens` is the list whose count it is."""

    id: str
    count: int
    text: str
    opens: Filter


class MapModel:
    """`changed` names AREAS, CASES or UNITS, or nothing for all of them; `words` says what is drawn.

    Positions are read and grids drawn in slices: call `warm` while nobody waits, until it says False. With
    `follows` the map shows the rows of that board, else everything open.
    """

    def __init__(
        self, context: Context, follows: BoardModel | None = None, positions: Positions | None = None
    ) -> None:
        self._context = context
        self._follows = follows
        self._board = Board(context.reading.columns, context.reading.words)
        self._places = CasePlaces(context.reading)
        self._areas = MapAreas(context)
        # What is near is asked of the areas of that moment: they may come later than the units.
        self._units = Units(positions or NoPositions(), lambda x, y: self._areas.near(x, y))
        self._all_areas = False
        self._rows: Rows = NO_ROWS
        self._left_out = 0
        self._marks = CaseMarks(NO_ROWS, np.zeros(0), np.zeros(0), *(np.zeros(0, dtype=np.int8),) * 2)
        self._outside: Rows = NO_ROWS
        self._drawn: Rows = NO_ROWS
        self._focus: int | None = None
        self._waiting = True
        self.words = MapWords(context, self._board, self._places, self._units)
        self.changed = Changed()
        pulse = context.pulse
        self._links = [
            # A board that is followed tells the news itself, after it has taken them.
            (follows.changed if follows is not None else pulse.news).connect(self._news),
            pulse.hall.connect(lambda _keys: self._hall()),
            pulse.second.connect(lambda _keys: self._second()),
        ]
        self._units.look(context.now())
        self._select()

    @property
    def loading(self) -> bool:
        """Whether positions of some cases are still to be read."""
        return self._waiting

    @property
    def left_out(self) -> int:
        """Cases over CASES_MAX, which are not drawn."""
        return self._left_out

    def bounds(self) -> Bounds | None:
        """What to show at first: the district, else whatever is known to lie anywhere."""
        if self._areas.bounds is not None:
            return self._areas.bounds
        units = self._units.marks()
        return bounds_of(
            np.column_stack(
                (np.concatenate((self._marks.x, units.x)), np.concatenate((self._marks.y, units.y)))
            )
        )

    def areas(self) -> tuple[MapArea, ...]:
        return self._areas.areas()

    def cases(self) -> CaseMarks:
        return self._marks

    def units(self) -> UnitMarks:
        return self._units.marks()

    def warm(self) -> bool:
        """Do one slice of what takes long; False when all is done."""
        if self._waiting:
            self._waiting = self._places.read(self._rows)
            if not self._waiting and self._areas.bounds is None:
                self._find_areas()
            self._place()
            self.changed.emit(frozenset((CASES,)))
            return True
        if self._areas.warm():
            return True
        if not self._all_areas:
            self._all_areas = True
            self.changed.emit(frozenset((AREAS,)))
        return False

    def counts(self) -> tuple[Counted, ...]:
        """The cases drawn, then those that are not: outside the district, with a placeholder for a position,
        without any. Reasons that hold for none are left out."""
        standing = self._places.standing(self._rows)
        found = {
            "drawn": self._drawn,
            "outside": self._outside,
            "placeholder": self._rows[standing == PLACEHOLDER],
            "lacking": self._rows[standing == LACKING],
        }
        queue = self._wanted().queue
        context = self._context
        return tuple(
            Counted(
                why,
                len(rows),
                context.text(f"map.{why}", n=context.formats.count(len(rows))),
                Filter(queue, among=tuple(int(row) for row in rows)),
            )
            for why, rows in found.items()
            if len(rows) or why == "drawn"
        )

    def note(self) -> str:
        """Which list is drawn, how many units, and how old all of it is at most."""
        context, count = self._context, self._context.formats.count
        if self._waiting:
            return context.text("map.reading")
        said = [list_words(context, self._wanted())]
        if self._left_out:
            said.append(context.text("map.left_out", n=count(self._left_out)))
        units = self._units.marks()
        if units.units:
            stale = int(np.count_nonzero(units.age == STALE))
            said.append(context.text("map.units", n=count(len(units.units) - stale), stale=count(stale)))
        if self._units.far:
            said.append(context.text("map.far", n=count(self._units.far)))
        return sourced(context, *said)

    def incident(self, row: int) -> str:
        """The id of a drawn case."""
        return self._places.incident(row)

    def unit_number(self, unit: str) -> int | None:
        """Where a unit stands in `units`; None for one that is not drawn."""
        return self._units.number(unit)

    def row_of(self, incident: str) -> int | None:
        """The row of a case, with its position read."""
        return self._places.row_of(incident)

    def look_at(self, incident: str) -> int | None:
        """Draw this case too, be it in the list or not, and answer its row; no id: the list alone."""
        self._focus = self._places.row_of(incident) if incident else None
        self._place()
        self.changed.emit(frozenset((CASES,)))
        return self._focus

    def place_of(self, incident: str) -> tuple[float, float] | None:
        """Where a case is, drawn or not; None when nobody knows, or it is not in this district."""
        row = self._places.row_of(incident)
        if row is None:
            return None
        x, y = self._places.at(np.array([row]))
        if self._places.standing(np.array([row]))[0] != PLACED or not self._areas.holds(x, y)[0]:
            return None
        return float(x[0]), float(y[0])

    def close(self) -> None:
        for let_go in self._links:
            let_go()

    def _wanted(self) -> Filter:
        follows = self._follows
        if follows is None:
            return Filter("open")
        if len(follows.search) >= SEARCH_MIN:
            return msgspec.structs.replace(follows.filter, queue="all")
        return follows.filter

    def _select(self) -> None:
        """The rows to show anew; those whose position is not known yet come with `warm`."""
        context = self._context
        if context.book is None:
            return
        self._board.refresh(context.book)
        wanted, now = self._wanted(), context.now()
        follows = self._follows
        if follows is not None and len(follows.search) >= SEARCH_MIN:
            wanted = msgspec.structs.replace(wanted, among=tuple(context.reading.find(follows.search)))
        rows = rows_of(context, self._board, wanted, now)
        self._left_out = max(0, len(rows) - CASES_MAX)
        self._rows = self._board.order(rows, now, CASES_MAX) if self._left_out else rows
        self._waiting = bool((self._places.standing(self._rows) == UNREAD).any())
        self._place()
        self.changed.emit(frozenset((CASES,)))

    def _place(self) -> None:
        """The marks of the rows whose position is known and lies in the district."""
        standing = self._places.standing(self._rows)
        placed = self._rows[standing == PLACED]
        x, y = self._places.at(placed)
        within = self._areas.holds(x, y)
        self._outside = np.concatenate((self._rows[standing == OUTSIDE], placed[~within]))
        self._drawn, x, y = placed[within], x[within], y[within]
        rows = self._drawn
        beside = self._beside()
        if beside is not None:
            rows, x, y = np.append(rows, beside[0]), np.append(x, beside[1]), np.append(y, beside[2])
        self._marks = self._stacked(rows, x, y)

    def _beside(self) -> tuple[int, float, float] | None:
        """The case that is looked at, when it has a place and is not among the rows."""
        if self._focus is None or (self._rows == self._focus).any():
            return None
        row = np.array([self._focus])
        x, y = self._places.at(row)
        if self._places.standing(row)[0] != PLACED or not self._areas.holds(x, y)[0]:
            return None
        return self._focus, float(x[0]), float(y[0])

    def _stacked(self, rows: Rows, x: Floats, y: Floats) -> CaseMarks:
        light = self._board.lights(rows, self._context.now())
        urgency = self._board.at("urgency", rows).astype(np.int8)
        order = np.lexsort((rows, _RANK[light], urgency > 0))
        return CaseMarks(rows[order], x[order], y[order], light[order], urgency[order])

    def _find_areas(self) -> None:
        self._areas, self._all_areas = MapAreas(self._context, self._places.middles()), False
        self.changed.emit(frozenset((AREAS,)))

    def _news(self, keys: Keys) -> None:
        self._places.forget(keys)
        self._select()

    def _hall(self) -> None:
        self._areas, self._all_areas = MapAreas(self._context), False
        self._select()
        self.changed.emit(EVERYTHING)

    def _second(self) -> None:
        context = self._context
        if self._units.look(context.now()):
            self.changed.emit(frozenset((UNITS,)))
        marks = self._marks
        if len(marks.rows) and not np.array_equal(self._board.lights(marks.rows, context.now()), marks.light):
            self._marks = self._stacked(marks.rows, marks.x, marks.y)
            self.changed.emit(frozenset((CASES,)))
