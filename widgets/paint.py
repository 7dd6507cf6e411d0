"""The few strokes that every painted widget needs: text on its middle, boxes, boxed words, the focus ring."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from widgets.face import Face
from widgets.theme import Theme

_BOX_RADIUS = 3
_BOX_HEIGHT = 1.45  # of the type size: as high as a line, so that boxes of two rows never touch


def paint_text(
    painter: QPainter, face: Face, rect: QRectF, text: str, colour: QColor, align: str = "left"
) -> float:
    """One line of text in `rect`, elided to its width, centred on its middle; returns the width painted.

    `align` is left, right or middle.
    """
    shown = face.elide(text, rect.width())
    width = face.width(shown)
    x = rect.left()
    if align == "right":
        x = rect.right() - width
    elif align == "middle":
        x += (rect.width() - width) / 2
    painter.setFont(face.font)
    painter.setPen(colour)
    painter.drawText(QPointF(round(x), face.baseline(rect.center().y())), shown)
    return width


def fill_box(painter: QPainter, rect: QRectF, fill: QColor, line: QColor | None, radius: float) -> None:
    """A box with round corners; its line lies inside `rect` on whole pixels."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(fill)
    if line is None:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.drawRoundedRect(rect, radius, radius)
    else:
        painter.setPen(QPen(line, 1))
        painter.drawRoundedRect(rect.adjusted(0.5, 0.5, -0.5, -0.5), radius, radius)
    painter.restore()


def box_width(theme: Theme, face: Face, text: str) -> float:
    """How wide `paint_boxed` paints `text`."""
    return round(face.width(text) + 2 * theme.px(5))


def box_height(face: Face) -> int:
    return round(face.px * _BOX_HEIGHT)


def paint_boxed(painter: QPainter, theme: Theme, face: Face, at: QPointF, text: str, role: str) -> float:
    """A word in a box, its left middle `at`; returns its width.

    A role with a colour `on_<role>` (warning levels) fills the box, any other outlines it.
    """
    width, height = box_width(theme, face, text), box_height(face)
    rect = QRectF(round(at.x()), round(at.y() - height / 2), width, height)
    filled = f"on_{role}" in theme.colours
    line = None if filled else theme.colour(f"{role}_line" if f"{role}_line" in theme.colours else role)
    fill = theme.colour(role) if filled else QColor(Qt.GlobalColor.transparent)
    fill_box(painter, rect, fill, line, theme.px(_BOX_RADIUS))
    paint_text(painter, face, rect, text, theme.colour(f"on_{role}" if filled else role), "middle")
    return width


def paint_focus(painter: QPainter, theme: Theme, rect: QRectF) -> None:
    """The ring around what the keyboard acts on."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    width = theme.px(2)
    painter.setPen(QPen(theme.colour("focus"), width))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    inset = width / 2
    painter.drawRoundedRect(rect.adjusted(inset, inset, -inset, -inset), theme.px(4), theme.px(4))
    painter.restore()
