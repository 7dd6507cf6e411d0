"""The short list of what lies under one point of the map: by key or click, Esc closes it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPoint, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QPainter
from PySide6.QtWidgets import QWidget

from widgets.paint import paint_text
from widgets.rows import RowList
from widgets.theme import Theme

SHOWN_MAX = 9
"""More are not taken in at a glance; whoever has more shows them page by page."""


class SpotChoice(RowList):
    """Laid over its parent. `chosen(number)` and `left()`; then it is hidden."""

    chosen = Signal(int)
    left = Signal()

    def __init__(self, theme: Theme, parent: QWidget, name: str) -> None:
        super().__init__(theme, name, ground="surface3")
        self._over = parent
        self.setParent(parent)
        self._rows: tuple[str, ...] = ()
        self.activated.connect(self._choose)
        self.set_theme(theme)
        self.hide()

    def show_rows(self, rows: Sequence[str], at: QPoint) -> None:
        """At most SHOWN_MAX of them, at a point of the parent, inside its edges, with the keyboard in it."""
        self._rows = tuple(rows[:SHOWN_MAX])
        self.rows_changed(list(self._rows))
        self.mark("0")
        size, room = self.sizeHint(), self._over.size()
        x, y = min(at.x(), room.width() - size.width()), min(at.y(), room.height() - size.height())
        self.setGeometry(QRect(QPoint(max(0, x), max(0, y)), size))
        self.show()
        self.raise_()
        self.setFocus(Qt.FocusReason.PopupFocusReason)

    def row_ids(self) -> list[str]:
        return [str(number) for number in range(len(self._rows))]

    def row_px(self) -> int:
        return max(self.theme.face("body").line_px + self.theme.size(3), self.theme.target_px)

    def sizeHint(self) -> QSize:
        face = self.theme.face("body")
        widest = max((face.width(row) for row in self._rows), default=0.0)
        wide = min(round(widest) + 2 * self.theme.size(4), self._over.width())
        return QSize(wide, self.row_px() * max(1, len(self._rows)))

    def paint_row(self, painter: QPainter, rect: QRect, index: int) -> None:
        pad = self.theme.size(4)
        inner = QRectF(rect).adjusted(pad, 0, -pad, 0)
        face = self.theme.face("body")
        paint_text(painter, face, inner, self._rows[index], self.theme.colour("text1"))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self._leave()
        else:
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.hide()

    def _choose(self, number: str) -> None:
        self._leave()
        self.chosen.emit(int(number))

    def _leave(self) -> None:
        self.hide()
        self.left.emit()
