"""Pairs of a label and its value in columns, a value perhaps with something to do about it."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QPushButton, QWidget

from widgets.flow import empty_layout
from widgets.label import Label
from widgets.theme import Theme
from widgets.themed import Themed, mark

_LABEL_EM = 5.0  # least width of a label: columns of different pairs line up


class KeyValue(msgspec.Struct, frozen=True):
    """Finished texts; `action` is the text of a link behind the value. `wide` takes a whole line."""

    id: str
    label: str
    value: str
    role: str = "text1"
    action: str = ""
    wide: bool = False


class KeyValues(Themed, QWidget):
    """`columns` pairs a line; values break and can be selected with the mouse. `acted(id)` for a link."""

    acted = Signal(str)

    def __init__(self, theme: Theme, name: str, columns: int = 2) -> None:
        super().__init__()
        self._columns = columns
        self._pairs: tuple[KeyValue, ...] = ()
        self._labels: list[Label] = []
        self._values: list[Label] = []
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self.setAccessibleName(name)
        self.set_theme(theme)

    def set_pairs(self, pairs: Sequence[KeyValue]) -> None:
        """Other pairs; widgets stay when only texts changed, so that the next case opens without a jump."""
        if tuple(pairs) == self._pairs:
            return
        same = [(p.id, p.action, p.wide) for p in pairs] == [(p.id, p.action, p.wide) for p in self._pairs]
        self._pairs = tuple(pairs)
        if not same:
            self._rebuild()
        for pair, label, value in zip(self._pairs, self._labels, self._values, strict=True):
            label.set(pair.label)
            value.set(pair.value, pair.role)
            value.setAccessibleName(f"{pair.label} {pair.value}")

    def retheme(self) -> None:
        self._grid.setHorizontalSpacing(self.theme.size(4))
        self._grid.setVerticalSpacing(self.theme.px(5))
        for label in self._labels:
            label.setMinimumWidth(round(_LABEL_EM * self.theme.texts["body"]))

    def _rebuild(self) -> None:
        empty_layout(self._grid)
        self._labels, self._values = [], []
        row, column = 0, 0
        for pair in self._pairs:
            if column and (pair.wide or column == self._columns):
                row, column = row + 1, 0
            label = Label(self.theme, pair.label, "body", "text3", wrap=True)
            value = Label(self.theme, pair.value, "body", pair.role, wrap=not pair.action)
            if not pair.action:
                value.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            self._labels.append(label)
            self._values.append(value)
            top = Qt.AlignmentFlag.AlignTop
            self._grid.addWidget(label, row, 2 * column, top)
            span = 2 * self._columns - 1 if pair.wide else 1
            place = row, 2 * column + 1, 1, span
            if pair.action:
                self._grid.addLayout(self._linked(pair, value), *place)
            else:
                self._grid.addWidget(value, *place, top)
            column = self._columns if pair.wide else column + 1
        for at in range(self._columns):
            self._grid.setColumnStretch(2 * at + 1, 1)
        self.retheme()

    def _linked(self, pair: KeyValue, value: Label) -> QHBoxLayout:
        """A value with its link right behind it."""
        link = QPushButton(pair.action)
        mark(link, link=True)
        link.setAutoDefault(True)  # Enter presses the link that has the keyboard
        link.setCursor(Qt.CursorShape.PointingHandCursor)
        link.setAccessibleName(f"{pair.label} {pair.action}")
        link.clicked.connect(lambda _=False: self.acted.emit(pair.id))
        link.setFixedHeight(self.theme.face("body").line_px)
        row = QHBoxLayout()
        row.addWidget(value)
        row.addWidget(link)
        row.addStretch(1)
        return row
