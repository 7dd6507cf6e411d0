"""The ground of painted lists: rows of one height, chosen by keyboard or mouse, repainted one by one."""

from __future__ import annotations

from PySide6.QtCore import QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from widgets.keys import PRESS, UP_DOWN
from widgets.paint import paint_focus
from widgets.theme import Theme
from widgets.themed import Themed


class RowList(Themed, QWidget):
    """Subclasses answer `row_ids`, `row_px` and paint a row; rows that do not fit whole are not painted.

    With `active` the list takes the focus, and Enter or a click emits `activated` with the row's id.
    """

    activated = Signal(str)

    def __init__(self, theme: Theme, name: str, active: bool = True, ground: str = "surface2") -> None:
        super().__init__()
        self.ground = ground
        self._active = active
        self._current = 0
        self._marked = ""
        self.setAccessibleName(name)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        if active:
            self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
            self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.theme = theme

    def row_ids(self) -> list[str]:
        raise NotImplementedError

    def row_px(self) -> int:
        raise NotImplementedError

    def paint_row(self, painter: QPainter, rect: QRect, index: int) -> None:
        raise NotImplementedError

    def fits(self) -> int:
        """How many whole rows the present height shows."""
        return max(0, self.height() // self.row_px())

    def row_rect(self, index: int) -> QRect:
        return QRect(0, index * self.row_px(), self.width(), self.row_px())

    def rows_changed(self, texts: list[str]) -> None:
        """After other rows came: `texts` are read out by a screen reader, one a line. The keyboard's mark
        stays on its row wherever that is now: Enter must not open what has moved up under it."""
        ids = self.row_ids()
        at = ids.index(self._marked) if self._marked in ids else self._current
        self._set_current(max(0, min(at, len(ids) - 1)))
        self.setAccessibleDescription("\n".join(texts))
        self.updateGeometry()

    def mark(self, row_id: str) -> None:
        """Put the keyboard's mark on this row, when it is there."""
        if row_id in self.row_ids():
            self._set_current(self.row_ids().index(row_id))

    def _set_current(self, index: int) -> None:
        moved, self._current = index != self._current, index
        self._marked = next(iter(self.row_ids()[index : index + 1]), "")
        if moved:
            self.update()

    def sizeHint(self) -> QSize:
        return QSize(self.theme.px(240), self.row_px() * max(1, len(self.row_ids())))

    def minimumSizeHint(self) -> QSize:
        return QSize(self.theme.px(120), self.row_px())

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            dirty = event.rect()
            painter.fillRect(dirty, self.theme.colour(self.ground))
            last = min(len(self.row_ids()), self.fits())
            for index in range(last):
                rect = self.row_rect(index)
                if rect.intersects(dirty):
                    self.paint_row(painter, rect, index)
                    if self.hasFocus() and index == self._current:
                        paint_focus(painter, self.theme, QRectF(rect))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        count = min(len(self.row_ids()), self.fits())
        key = event.key()
        if not self._active or not count:
            super().keyPressEvent(event)
        elif key in UP_DOWN:
            self._set_current(max(0, min(self._current + UP_DOWN[key], count - 1)))
        elif key in PRESS:
            self.activated.emit(self.row_ids()[min(self._current, count - 1)])
        else:
            super().keyPressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        index = int(event.position().y()) // self.row_px()
        inside = self.rect().contains(event.position().toPoint())
        if self._active and inside and index < min(len(self.row_ids()), self.fits()):
            self._set_current(index)
            self.activated.emit(self.row_ids()[index])
