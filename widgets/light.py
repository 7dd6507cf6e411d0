"""The five light shapes, painted and not set as glyphs, so that they are equally large in every font."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from widgets.theme import Theme
from widgets.themed import Themed

# Half extents as shares of the cell's shorter side, chosen so that the shapes weigh the same to the eye.
_CIRCLE = 0.41
_DIAMOND = 0.50
_TRIANGLE = 0.47
_SQUARE = 0.365
_RING = 0.36
_RING_PEN = 0.11

_EM = 1.08  # beside text of its step


def _path(middle: QPointF, side: float, shape: str) -> QPainterPath:
    path = QPainterPath()
    x, y = middle.x(), middle.y()
    if shape == "circle":
        path.addEllipse(middle, side * _CIRCLE, side * _CIRCLE)
    elif shape == "ring":
        path.addEllipse(middle, side * _RING, side * _RING)
    elif shape == "square":
        half = side * _SQUARE
        path.addRoundedRect(QRectF(x - half, y - half, 2 * half, 2 * half), side * 0.08, side * 0.08)
    elif shape == "diamond":
        half = side * _DIAMOND
        path.addPolygon(
            QPolygonF(
                [QPointF(x, y - half), QPointF(x + half, y), QPointF(x, y + half), QPointF(x - half, y)]
            )
        )
        path.closeSubpath()
    elif shape == "triangle":
        half = side * _TRIANGLE
        path.addPolygon(
            QPolygonF(
                [QPointF(x, y - half), QPointF(x + half, y + 0.8 * half), QPointF(x - half, y + 0.8 * half)]
            )
        )
        path.closeSubpath()
    else:
        raise ValueError(f"no light has the shape {shape}")
    return path


def paint_light(painter: QPainter, rect: QRectF, shape: str, colour: QColor) -> None:
    """Paint `shape` (circle, diamond, triangle, square, ring) centred in `rect`."""
    side = min(rect.width(), rect.height())
    path = _path(rect.center(), side, shape)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    if shape == "ring":
        painter.setPen(QPen(colour, side * _RING_PEN))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPath(path)
    else:
        painter.fillPath(path, colour)
    painter.restore()


class Light(Themed, QWidget):
    """One light. `light` is a name of the theme's shapes; its colour is the theme's `<light>_mark`."""

    def __init__(self, theme: Theme, light: str, name: str, step: str = "body") -> None:
        super().__init__()
        self._light = light
        self._step = step
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(name)
        self.set_theme(theme)

    def set_light(self, light: str, name: str) -> None:
        """Show another light; `name` is its word for the screen reader."""
        if light != self._light:
            self._light = light
            self.update()
        self.setAccessibleName(name)

    def sizeHint(self) -> QSize:
        side = round(self.theme.face(self._step).px * _EM)
        return QSize(side, side)

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            shape = self.theme.shape(self._light)
            paint_light(painter, QRectF(self.rect()), shape, self.theme.colour(f"{self._light}_mark"))
