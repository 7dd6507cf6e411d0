"""The line at a window's foot: how link and log stand, and a few switches at the right."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QSizePolicy

from widgets.flow import empty_layout
from widgets.keys import PRESS
from widgets.label import Label
from widgets.light import Light
from widgets.theme import Theme
from widgets.themed import Themed, mark


class StatusCell(msgspec.Struct, frozen=True):
    """Finished text; `light` puts a light before it, `severity` colours it, `active` makes it a switch."""

    id: str
    text: str
    light: str = ""
    severity: str = ""
    active: bool = False


class _CellView(Themed, QFrame):
    """One cell; made once for its id and changed in place."""

    pressed = Signal()

    def __init__(self, theme: Theme, active: bool) -> None:
        super().__init__()
        self._light = Light(theme, "in_time", "", "tiny")
        self._label = Label(theme, "", "note", "text3")
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.addWidget(self._light)
        self._row.addWidget(self._label)
        self._active = active
        if active:
            self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
            self.setCursor(Qt.CursorShape.PointingHandCursor)
            mark(self, switch=True)
        self.set_theme(theme)

    def show_cell(self, cell: StatusCell) -> None:
        self._label.set(cell.text, cell.severity or "text3")
        self._light.setHidden(not cell.light)
        if cell.light:
            self._light.set_light(cell.light, "")
        self.setAccessibleName(cell.text)

    def retheme(self) -> None:
        self._row.setSpacing(self.theme.size(2))
        side = self.theme.size(2) if self._active else 0
        self._row.setContentsMargins(side, 0, side, 0)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._active:
            self.pressed.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self._active and event.key() in PRESS:
            self.pressed.emit()
        else:
            super().keyPressEvent(event)


class StatusBar(Themed, QFrame):
    """Cells at the left and at the right; `activated(id)` for those that are switches."""

    activated = Signal(str)

    def __init__(self, theme: Theme, name: str) -> None:
        super().__init__()
        self._cells: tuple[StatusCell, ...] = ()
        self._views: dict[str, _CellView] = {}
        self._row = QHBoxLayout(self)
        self.setAccessibleName(name)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.set_theme(theme)

    def set_cells(self, left: Sequence[StatusCell], right: Sequence[StatusCell] = ()) -> None:
        cells = (*left, *right)
        if cells == self._cells:
            return
        if [(c.id, c.active) for c in cells] != [(c.id, c.active) for c in self._cells]:
            self._rebuild(left, right)
        self._cells = cells
        for cell in cells:
            self._views[cell.id].show_cell(cell)
        self.setAccessibleDescription("\n".join(cell.text for cell in cells))

    def sizeHint(self) -> QSize:
        return QSize(super().sizeHint().width(), self._line_px())

    def retheme(self) -> None:
        self._row.setContentsMargins(self.theme.size(5), 0, self.theme.size(5), 0)
        self._row.setSpacing(self.theme.size(5))
        self.setFixedHeight(self._line_px())

    def _line_px(self) -> int:
        switches = any(cell.active for cell in self._cells)
        large = self.theme.target_px if switches and self.theme.large else 0
        return max(self.theme.face("note").line_px + self.theme.px(10), large)

    def _rebuild(self, left: Sequence[StatusCell], right: Sequence[StatusCell]) -> None:
        empty_layout(self._row)
        self._views = {}
        for part in (left, right):
            if part is right:
                self._row.addStretch(1)
            for cell in part:
                view = self._views[cell.id] = _CellView(self.theme, cell.active)
                view.pressed.connect(lambda chosen=cell.id: self.activated.emit(chosen))
                self._row.addWidget(view)
