"""Paints the cells of a table: light, boxed word, text, on the ground of a plain or a chosen row."""

from __future__ import annotations

from collections import OrderedDict

from PySide6.QtCore import QPointF, QRect, QRectF
from PySide6.QtGui import QPainter, QPixmap

from widgets.light import paint_light
from widgets.paint import box_width, paint_boxed, paint_text
from widgets.table_model import Cell
from widgets.theme import Theme

_LIGHT_EM = 1.02
_TAG_ROOM_EM = 3  # a boxed word gives way before the text has less room than this

SCREENS_KEPT = 2
"""Painted cells are kept for so many times what the table shows: whatever moves is there when it moves."""


class CellPictures:
    """Cells as they were painted before: when a new case comes in on top all the others move, and laying a
    picture down takes a tenth of the time of writing its words."""

    def __init__(self) -> None:
        self._kept: OrderedDict[tuple[object, ...], QPixmap] = OrderedDict()
        self._area = 0

    def __len__(self) -> int:
        return len(self._kept)

    def forget(self) -> None:
        """Colours or type have changed."""
        self._kept.clear()
        self._area = 0

    def paint(
        self, painter: QPainter, theme: Theme, rect: QRect, cell: Cell, align: str, chosen: bool, room: int
    ) -> None:
        """One cell as `paint_cell` paints it; `room` is the area of the whole table, in the same pixels."""
        ratio = painter.device().devicePixelRatioF()
        key = (cell, align, chosen, rect.width(), rect.height(), ratio)
        picture = self._kept.get(key)
        if picture is None:
            picture = self._kept[key] = _picture(theme, rect, cell, align, chosen, ratio)
            self._area += rect.width() * rect.height()
            while self._area > SCREENS_KEPT * room and len(self._kept) > 1:
                _, gone = self._kept.popitem(last=False)
                size = gone.deviceIndependentSize()
                self._area -= round(size.width()) * round(size.height())
        else:
            self._kept.move_to_end(key)
        painter.drawPixmap(rect.topLeft(), picture)


def _picture(theme: Theme, rect: QRect, cell: Cell, align: str, chosen: bool, ratio: float) -> QPixmap:
    picture = QPixmap(rect.size() * ratio)
    picture.setDevicePixelRatio(ratio)
    # Without a ground the letters would be smoothed otherwise than on the table itself.
    picture.fill(theme.colour("surface4" if chosen else "surface2"))
    with QPainter(picture) as painter:
        paint_cell(painter, theme, QRectF(0, 0, rect.width(), rect.height()), cell, align, chosen)
    return picture


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
