"""Two sides of one matter beside each other, line by line, with a boxed word where they differ."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QWidget

from widgets.flow import empty_layout
from widgets.label import Label
from widgets.tag import Tag
from widgets.theme import Theme
from widgets.themed import Themed

_LABEL, _FIRST, _SECOND, _TAG = range(4)


class ComparedLine(msgspec.Struct, frozen=True):
    """Finished texts; `tag` is empty, or the word for a line whose sides differ."""

    label: str
    first: str
    second: str
    tag: str = ""


class Comparison(Themed, QWidget):
    """Titles of the two sides, then the lines; values break and can be selected with the mouse."""

    def __init__(self, theme: Theme, name: str) -> None:
        super().__init__()
        self._shown: tuple[str, str, tuple[ComparedLine, ...]] = ("", "", ())
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setColumnStretch(_FIRST, 1)
        self._grid.setColumnStretch(_SECOND, 1)
        self.setAccessibleName(name)
        self.set_theme(theme)

    def set_sides(self, first: str, second: str, lines: Sequence[ComparedLine]) -> None:
        """The titles of both sides, and what they say."""
        shown = (first, second, tuple(lines))
        if shown == self._shown:
            return
        self._shown = shown
        empty_layout(self._grid)
        for column, title in ((_FIRST, first), (_SECOND, second)):
            self._put(0, column, Label(self.theme, title, "body", "text1", bold=True, wrap=True))
        for row, line in enumerate(lines, start=1):
            tone = "text1" if line.tag else "text2"
            self._put(row, _LABEL, Label(self.theme, line.label, "body", "text3"))
            for column, value in ((_FIRST, line.first), (_SECOND, line.second)):
                said = Label(self.theme, value, "body", tone, bold=bool(line.tag), wrap=True)
                said.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
                said.setAccessibleName(f"{line.label} {value} {line.tag}".strip())
                self._put(row, column, said)
            self._put(row, _TAG, Tag(self.theme, line.tag, "due_soon", "tiny"))
        said_lines = [f"{x.label} {x.first} | {x.second} {x.tag}".strip() for x in lines]
        self.setAccessibleDescription("\n".join((f"{first} | {second}", *said_lines)))

    def retheme(self) -> None:
        self._grid.setHorizontalSpacing(self.theme.size(4))
        self._grid.setVerticalSpacing(self.theme.px(5))

    def _put(self, row: int, column: int, widget: QWidget) -> None:
        self._grid.addWidget(widget, row, column, Qt.AlignmentFlag.AlignTop)
