"""Paints the cells of a table: light, boxed word, text, on the ground of a plain or a chosen row."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainter

from widgets.light import paint_light
from widgets.paint import box_width, paint_boxed, paint_text
from widgets.table_model import Cell
from widgets.theme import Theme

_LIGHT_EM = 1.02
_TAG_ROOM_EM = 3  # a boxed word gives way before the text has less room than this


def paint_cell(painter: QPainter, theme: Theme, rect: QRectF, cell: Cell, align: str, chosen: bool) -> None:
    """One cell, its whole rectangle: ground, what stands in it, the line under the row."""
    painter.fillRect(rect, theme.colour("surface4" if chosen else "surface2"))
    painter.fillRect(QRectF(rect.left(), rect.bottom() - 1, rect.width(), 1), theme.colour("line_soft"))
    face = theme.face("body", cell.bold)
    pad = theme.size(3)
    inner = rect.adjusted(pad, 0, -pad, -1)
    left, middle = inner.left(), inner.center().y()
    if cell.light:
        side = face.px * _LIGHT_EM
        light = QRectF(left, middle - side / 2, side, side)
        paint_light(painter, light, theme.shape(cell.light), theme.colour(f"{cell.light}_mark"))
        left += side + theme.size(3)
    small = theme.face("tiny")
    for word, role in ((cell.tag, cell.tag_role), (cell.mark, cell.mark_role)):
        if word and inner.right() - left - box_width(theme, small, word) >= _TAG_ROOM_EM * face.px:
            at = QPointF(left, middle)
            left += paint_boxed(painter, theme, small, at, word, role) + theme.px(6)
    if cell.text:
        inner.setLeft(left)
        paint_text(painter, face, inner, cell.text, theme.colour(cell.role), align)
