"""The columns of the board: as wide as their words in this language, and fewer where room is short."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from app.viewmodels.board import BoardLine
from app.viewmodels.board_filter import BoardWords
from widgets.table import Cell, Column
from widgets.theme import Theme

SORTS = {"code": "received_at", "state": "state", "unit": "lead", "timer": "due_at", "channel": "channel"}
"""Columns that can be sorted by, and the board's own column behind each."""

DROPPED = ("channel", "unit", "place", "state", "hall")
"""What goes first where the board is narrow: the case beside it says it all."""

TITLE_EM, PLACE_EM, UNIT_EM, TIMER_EM, WORD_EM = 11.0, 6.0, 7.0, 14.5, 9.0
"""Room for the matter and the place at least; at most for a unit's name, a time limit, a state or channel."""

_QUIET = ("paused", "not_started", "none")
_PRESSING = ("overdue", "due_soon")


def board_columns(theme: Theme, words: BoardWords) -> tuple[Column, ...]:
    """All columns, in order."""

    def column(name: str, wide: float, **more: object) -> Column:
        title = words.titles[name]
        least = max(wide, _em(theme, [title]))
        return Column(name, title, least, sortable=name in SORTS, **more)  # type: ignore[arg-type]

    return (
        column("light", 1.2),
        column("code", _em(theme, [words.code])),
        *([column("hall", min(UNIT_EM, _em(theme, words.halls)), weight=1)] if words.halls else ()),
        column("title", TITLE_EM, weight=5),
        column("place", PLACE_EM, weight=3),
        column("state", min(WORD_EM, _em(theme, words.states))),
        column("unit", min(UNIT_EM, _em(theme, words.units)), weight=1),
        column("timer", min(TIMER_EM, _em(theme, words.timers, bold=True)), weight=0.5, align="right"),
        column("channel", min(WORD_EM, _em(theme, words.channels))),
    )


def fitting(theme: Theme, columns: Sequence[Column], width_px: int) -> tuple[Column, ...]:
    """The columns there is room for."""
    em, pad = theme.face("body").px, 2 * theme.size(3)
    shown = list(columns)
    for name in DROPPED:
        if sum(column.min_em * em + pad for column in shown) <= width_px:
            break
        shown = [column for column in shown if column.id != name]
    return tuple(shown)


def cells(line: BoardLine, columns: Iterable[Column]) -> tuple[Cell, ...]:
    """One row's cells for these columns."""
    lit = line.light != "none"
    timer = "text3" if line.light in _QUIET else line.light
    every = {
        "light": Cell(light=line.light if lit else ""),
        "code": Cell(line.code, "text2"),
        "hall": Cell(line.hall, "text2"),
        "title": Cell(
            line.title,
            tag=line.urgency,
            mark=line.mark,
            mark_role="overdue" if line.contested else "text3",
        ),
        "place": Cell(line.place),
        "state": Cell(line.state, "text2"),
        "unit": Cell(line.unit, "text2"),
        "timer": Cell(line.timer, timer, bold=line.light in _PRESSING),
        "channel": Cell(line.channel, "text3"),
    }
    return tuple(every[column.id] for column in columns)


def _em(theme: Theme, texts: Iterable[str], bold: bool = False) -> float:
    """How wide the widest text is, in type sizes; a little more, so that no rounding elides it."""
    face = theme.face("body", bold)
    return max((face.width(text) for text in texts), default=0.0) / face.px + 0.2
