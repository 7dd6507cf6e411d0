"""What the map says of its signs: cases without a word of what was said, units with the age of their fix."""

from __future__ import annotations

from app.geo.mercator import metres, to_degrees
from app.projections.selecting import Board
from app.viewmodels.board import timer_words
from app.viewmodels.context import Context
from app.viewmodels.live import what_words, where_words
from app.viewmodels.map_places import CasePlaces
from app.viewmodels.map_units import STALE, Units

KM_M = 1_000


class MapWords:
    """Finished words, each asked for when it is needed: nobody reads a thousand signs."""

    def __init__(self, context: Context, board: Board, places: CasePlaces, units: Units) -> None:
        self._context = context
        self._board = board
        self._places = places
        self._units = units

    def case(self, row: int) -> tuple[str, ...]:
        """What a case is, where, and what is left of its time; masked. Empty for one not seen any more."""
        context = self._context
        incident = self._places.incident(row)
        case = context.reading.case(incident) if incident else None
        if case is None:
            return ()
        urgency = int(context.reading.columns.column("urgency")[row])
        what = what_words(context, case)
        if urgency:
            what = context.text("map.urgent", urgency=context.text(f"urgency.{urgency}"), what=what)
        doing = context.state(case.state)
        if case.lead is not None:
            doing = context.text("list.dot").join((doing, context.unit(case.lead.unit)))
        timer = timer_words(context, self._board, row, context.now())
        return tuple(line for line in (what, where_words(context, case), timer, doing) if line)

    def case_label(self, row: int) -> str:
        """Beside a case's sign: its category and what is left of its time."""
        context = self._context
        code = context.reading.words.text(int(context.reading.columns.column("category")[row]))
        timer = timer_words(context, self._board, row, context.now())
        parts = (context.category(code) if code else "", timer)
        return context.text("list.dot").join(part for part in parts if part)

    def unit(self, number: int) -> tuple[str, ...]:
        """Which unit it is and how old its position."""
        context, marks = self._context, self._units.marks()
        unit = marks.units[number]
        seen = "map.seen_last" if marks.age[number] == STALE else "map.seen"
        span = context.formats.span(context.now() - unit.at)
        at = context.formats.near(unit.at, context.now())
        kind = context.text(f"map.kind.{unit.kind}")
        return context.label(unit.label), kind, context.text(seen, span=span, at=at)

    def unit_label(self, number: int) -> str:
        """Beside a unit's sign: its name."""
        return self._context.label(self._units.marks().units[number].label)

    def degrees(self, x: float, y: float) -> str:
        """A place as it is read out by radio: longitude and latitude to the metre."""
        lon, lat = (float(part) for part in to_degrees(x, y))
        return self._context.text("map.degrees", lon=f"{lon:.5f}", lat=f"{lat:.5f}")

    def metres(self, y: float) -> float:
        """How many metres one unit of the square is on the ground at `y`."""
        return metres(y)

    def length(self, length_m: float) -> str:
        """A round length, for the scale bar."""
        if length_m >= KM_M:
            return self._context.text("map.km", n=f"{length_m / KM_M:g}")
        return self._context.text("map.m", n=f"{length_m:g}")
