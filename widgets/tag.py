"""A word in a box: urgency, or the colour's name of a weather warning."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QSize
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from widgets.paint import box_height, box_width, paint_boxed
from widgets.theme import Theme
from widgets.themed import Themed, show_inside


class Tag(Themed, QWidget):
    """`role` is a colour of the theme; one with an `on_<role>` beside it fills the box. Hidden when empty."""

    def __init__(self, theme: Theme, text: str, role: str = "urgent", step: str = "note") -> None:
        super().__init__()
        self._text = ""
        self._role = role
        self._step = step
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.set_theme(theme)
        self.set(text, role)

    def set(self, text: str, role: str = "") -> None:
        self._text = text
        self._role = role or self._role
        self.setAccessibleName(text)
        show_inside(self, bool(text))
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        face = self.theme.face(self._step)
        return QSize(round(box_width(self.theme, face, self._text)), box_height(face))

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            face = self.theme.face(self._step)
            paint_boxed(painter, self.theme, face, QPointF(0, self.height() / 2), self._text, self._role)
