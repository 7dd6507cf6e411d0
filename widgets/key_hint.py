"""The cap of a key, beside what the key does."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from widgets.face import Face
from widgets.paint import fill_box, paint_text
from widgets.theme import Theme
from widgets.themed import Themed

_STEP = "tiny"


def cap_width(theme: Theme, key: str) -> int:
    """How wide `paint_cap` paints `key`."""
    face = theme.face(_STEP)
    return max(round(face.px * 1.5), round(face.width(key) + theme.size(3) + theme.px(2)))


def cap_height(face: Face) -> int:
    return round(face.px * 1.6)


def paint_cap(painter: QPainter, theme: Theme, left: float, middle: float, key: str) -> None:
    """A key cap with its left edge at `left`, centred on the height `middle`."""
    face = theme.face(_STEP)
    height = cap_height(face)
    rect = QRectF(round(left), round(middle - height / 2), cap_width(theme, key), height)
    fill_box(painter, rect, theme.colour("surface3"), theme.colour("line_strong"), theme.px(3))
    paint_text(painter, face, rect, key, theme.colour("text2"), "middle")


class KeyHint(Themed, QWidget):
    """A key cap as a widget; `key` is finished text such as F2 or Ctrl K."""

    def __init__(self, theme: Theme, key: str) -> None:
        super().__init__()
        self._key = key
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(key)
        self.set_theme(theme)

    def sizeHint(self) -> QSize:
        return QSize(cap_width(self.theme, self._key), cap_height(self.theme.face(_STEP)))

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            paint_cap(painter, self.theme, 0, self.height() / 2, self._key)
