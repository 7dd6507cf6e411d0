"""The count that stands for many signs: a plate with the figure and the weightiest light among them."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPixmap

from widgets.light import paint_light
from widgets.map.signs import LIGHT_SHAPES, Sign
from widgets.paint import fill_box, paint_text
from widgets.theme import Theme

KEPT = 2_000
"""Painted badges kept; there are as many as there are counts and lights."""

GATHER_EM = 4.2
"""The side of the squares by which signs are gathered, in sizes of the type: a badge and room around it."""

_LIGHT_EM = 0.8


class Badges:
    """Painted badges of one look."""

    def __init__(self, theme: Theme, signs: Sequence[Sign], ratio: float) -> None:
        self._theme = theme
        self._signs = tuple(signs)
        self._ratio = ratio
        self._kept: dict[tuple[str, int], QPixmap] = {}

    def paint(self, painter: QPainter, middle: QPointF, text: str, sign: int) -> None:
        """A finished figure and the place of the sign that stands for all."""
        badge = self._badge(text, sign)
        width, height = badge.width() / self._ratio, badge.height() / self._ratio
        painter.drawPixmap(QPointF(round(middle.x() - width / 2), round(middle.y() - height / 2)), badge)

    def size(self, text: str, sign: int) -> tuple[float, float]:
        badge = self._badge(text, sign)
        return badge.width() / self._ratio, badge.height() / self._ratio

    def _badge(self, text: str, sign: int) -> QPixmap:
        key = (text, sign)
        found = self._kept.get(key)
        if found is None:
            if len(self._kept) >= KEPT:
                self._kept.clear()
            found = self._kept[key] = self._painted(text, self._signs[sign])
        return found

    def _painted(self, text: str, sign: Sign) -> QPixmap:
        theme = self._theme
        face = theme.face("note", True)
        side, pad = face.px * _LIGHT_EM, theme.size(2) + theme.size(1)
        shown = sign.shape in LIGHT_SHAPES
        light = side + theme.size(1) * 1.5 if shown else 0.0
        width, height = round(face.width(text) + light + 2 * pad), round(face.px * 1.6)
        pixmap = QPixmap(round(width * self._ratio), round(height * self._ratio))
        pixmap.setDevicePixelRatio(self._ratio)
        pixmap.fill(Qt.GlobalColor.transparent)
        with QPainter(pixmap) as painter:
            box = QRectF(0, 0, width, height)
            fill_box(painter, box, theme.colour("surface2"), theme.colour("line_strong"), height / 2)
            if shown:
                at = QRectF(pad, (height - side) / 2, side, side)
                paint_light(painter, at, sign.shape, theme.colour(sign.colour))
            figures = box.adjusted(pad + light, 0, -pad + 1, 0)
            paint_text(painter, face, figures, text, theme.colour("text1"))
        return pixmap
