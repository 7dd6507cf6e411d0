"""The label of what is pointed at: a few lines on a plate beside it, never taking hand or focus."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPoint, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from widgets.paint import fill_box, paint_text
from widgets.theme import Theme
from widgets.themed import Themed

WIDTH_EM_MAX = 26
"""Longer lines are elided: a label is read at a glance."""


class Plate(Themed, QWidget):
    """Laid over its parent; the first line is bold."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._over = parent
        self._lines: tuple[str, ...] = ()
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.set_theme(theme)
        self.hide()

    @property
    def lines(self) -> tuple[str, ...]:
        return self._lines

    def show_lines(self, lines: Sequence[str], at: QPoint, away: int) -> None:
        """Beside a point of the parent, `away` px from it, inside the parent's edges."""
        self._lines = tuple(line for line in lines if line)
        if not self._lines:
            self.hide()
            return
        size, room = self.sizeHint(), self._over.size()
        x = at.x() + away if at.x() + away + size.width() <= room.width() else at.x() - away - size.width()
        y = min(max(0, at.y() - size.height() // 2), max(0, room.height() - size.height()))
        self.setGeometry(max(0, x), y, size.width(), size.height())
        self.show()
        self.raise_()
        self.update()

    def sizeHint(self) -> QSize:
        theme = self.theme
        face, bold = theme.face("body"), theme.face("body", True)
        widest = max(
            ((bold if at == 0 else face).width(line) for at, line in enumerate(self._lines)), default=0.0
        )
        wide = min(widest, face.px * WIDTH_EM_MAX) + 2 * theme.size(4) + 1
        return QSize(round(wide), len(self._lines) * face.line_px + 2 * theme.size(2))

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = self.theme
        face, pad = theme.face("body"), theme.size(4)
        with QPainter(self) as painter:
            box = QRectF(self.rect())
            painter.fillRect(box, theme.colour("surface2"))
            fill_box(painter, box, theme.colour("surface2"), theme.colour("line_strong"), 0)
            for at, line in enumerate(self._lines):
                top = theme.size(2) + at * face.line_px
                rect = QRectF(pad, top, box.width() - 2 * pad, face.line_px)
                tone = theme.colour("text1" if at == 0 else "text3")
                paint_text(painter, theme.face("body", at == 0), rect, line, tone)
