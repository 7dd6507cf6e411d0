"""Names on the map, painted once with a rim of the ground's colour and placed where none covers another."""

from __future__ import annotations

import math
from collections import OrderedDict

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPixmap

from widgets.face import Face
from widgets.theme import Theme

KEPT = 1_500
"""Painted names kept, about 10 MB: several screens of grids."""

_RIM = 0.22  # of the type size
_RIM_TURNS, _RIM_REACH = 8, 0.7
_CELL_PX = 128  # squares by which names are looked up when the next is placed


class Lettering:
    """Painted names of one look."""

    def __init__(self, theme: Theme, ratio: float) -> None:
        self.theme = theme
        self.ratio = ratio
        self._kept: OrderedDict[tuple[str, str, str, bool], QPixmap] = OrderedDict()

    def name(self, text: str, step: str, tone: str, bold: bool = False) -> QPixmap:
        """The text in a type step and a colour of the theme, its rim around it."""
        key = (text, step, tone, bold)
        found = self._kept.get(key)
        if found is None:
            found = self._kept[key] = self._painted(text, self.theme.face(step, bold), tone)
            if len(self._kept) > KEPT:
                self._kept.popitem(last=False)
        else:
            self._kept.move_to_end(key)
        return found

    def size(self, text: str, step: str, bold: bool = False) -> tuple[float, float]:
        """Width and height of a painted name, px."""
        face = self.theme.face(step, bold)
        return face.width(text) + 2 * face.px * _RIM, float(face.line_px)

    def _painted(self, text: str, face: Face, tone: str) -> QPixmap:
        rim = face.px * _RIM
        width, height = round(face.width(text) + 2 * rim + 1), face.line_px
        pixmap = QPixmap(round(width * self.ratio), round(height * self.ratio))
        pixmap.setDevicePixelRatio(self.ratio)
        pixmap.fill(Qt.GlobalColor.transparent)
        at = QPointF(round(rim), face.baseline(height / 2))
        with QPainter(pixmap) as painter:
            painter.setFont(face.font)
            painter.setPen(self.theme.colour("map_ground"))
            # The same glyphs pushed a little to all sides: an outlined path would take twenty times as long.
            for turn in range(_RIM_TURNS):
                angle = math.tau * turn / _RIM_TURNS
                off = QPointF(math.cos(angle), math.sin(angle)) * rim * _RIM_REACH
                painter.drawText(at + off, text)
            painter.setPen(self.theme.colour(tone))
            painter.drawText(at, text)
        return pixmap


class Room:
    """Rectangles that are taken; looked up by squares, for thousands of names may be tried."""

    def __init__(self) -> None:
        self._taken: dict[tuple[int, int], list[QRectF]] = {}

    def take(self, rect: QRectF) -> bool:
        """Whether `rect` was free; then it is taken."""
        squares = self._squares(rect)
        if any(rect.intersects(other) for square in squares for other in self._taken.get(square, ())):
            return False
        self._keep(rect, squares)
        return True

    def block(self, rect: QRectF) -> None:
        """Take `rect`, whether or not others lie there too."""
        self._keep(rect, self._squares(rect))

    def _keep(self, rect: QRectF, squares: list[tuple[int, int]]) -> None:
        for square in squares:
            self._taken.setdefault(square, []).append(rect)

    def _squares(self, rect: QRectF) -> list[tuple[int, int]]:
        return [
            (column, row)
            for column in range(int(rect.left() // _CELL_PX), int(rect.right() // _CELL_PX) + 1)
            for row in range(int(rect.top() // _CELL_PX), int(rect.bottom() // _CELL_PX) + 1)
        ]
