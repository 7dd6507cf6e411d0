"""What lies over the map at its foot: the scale bar and the place under the cursor."""

from __future__ import annotations

import math

from PySide6.QtCore import QRect, QRectF
from PySide6.QtGui import QPainter, QPen

from widgets.map.view import View
from widgets.map.words import Words
from widgets.paint import fill_box, paint_text
from widgets.theme import Theme

BAR_MIN_PX, BAR_STEPS = 60, (1, 2, 5)
"""The bar is the shortest of the round lengths (1, 2, 5, 10, …) that is at least so long at scale 1."""


def scale_bar(view: View, metres: float, least: float) -> tuple[float, float]:
    """(round length in m, its px) for a bar of at least `least` px, `metres` to one unit of the square."""
    wanted = least / view.scale * metres
    power = 10.0 ** math.floor(math.log10(wanted))
    for step in (*BAR_STEPS, 10):
        if step * power >= wanted * 0.999_999:
            length = step * power
            return length, length / metres * view.scale
    raise AssertionError("ten times the power below it is never less")


class Foot:
    """A plate in the corner at the left and bottom."""

    def __init__(self, theme: Theme, words: Words) -> None:
        self._theme = theme
        self._words = words
        self._place = ""

    def point_at(self, view: View, spot: tuple[float, float] | None) -> bool:
        """The cursor is at this place of the square; whether that reads otherwise than before."""
        before = self._place
        self._place = "" if spot is None else self._words.place(*spot)
        return before != self._place

    def rect(self, view: View) -> QRect:
        """The strip that may have to be painted, as wide as it ever gets."""
        height = self._height()
        gap = self._theme.size(3)
        return QRect(0, view.height - height - 2 * gap, view.width, height + 2 * gap)

    def paint(self, painter: QPainter, view: View) -> None:
        theme, gap = self._theme, self._theme.size(3)
        face = theme.face("note")
        length, long = scale_bar(view, self._words.metres(view.y), theme.px(BAR_MIN_PX))
        text = self._words.length(length)
        wide = long + theme.size(3) + face.width(text)
        if self._place:
            wide += theme.size(5) + face.width(self._place)
        height = self._height()
        box = QRectF(gap, view.height - height - gap, math.ceil(wide) + 2 * gap, height)
        fill_box(painter, box, theme.colour("surface2"), theme.colour("line"), theme.px(4))
        left, foot = box.left() + gap, box.center().y() + face.px * 0.28
        painter.setPen(QPen(theme.colour("text2"), theme.px(2)))
        tick = face.px * 0.5
        painter.drawLine(round(left), round(foot), round(left + long), round(foot))
        for x in (left, left + long):
            painter.drawLine(round(x), round(foot - tick), round(x), round(foot))
        left += long + theme.size(3)
        rest = QRectF(left, box.top(), box.right() - left, box.height())
        left += paint_text(painter, face, rest, text, theme.colour("text2"))
        if self._place:
            left += theme.size(5)
            rest = QRectF(left, box.top(), box.right() - left, box.height())
            paint_text(painter, face, rest, self._place, theme.colour("text3"))

    def _height(self) -> int:
        return round(self._theme.face("note").line_px * 1.25)
