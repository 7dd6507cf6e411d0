"""A switch with a tick in it: on is a shape and not only a colour."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QCheckBox

from widgets.paint import fill_box, paint_focus, paint_text
from widgets.theme import Theme
from widgets.themed import Themed

_BOX_EM = 1.25
_TICK = ((0.22, 0.52), (0.42, 0.72), (0.78, 0.30))  # shares of the box


class Check(Themed, QCheckBox):
    """A box with its finished text; the space bar turns it."""

    def __init__(self, theme: Theme, text: str) -> None:
        super().__init__(text)
        self.set_theme(theme)

    def sizeHint(self) -> QSize:
        face = self.theme.face("body")
        width = self._box().right() + self.theme.size(3) + face.width(self.text()) + self.theme.size(3)
        return QSize(round(width), self.theme.target_px)

    def minimumSizeHint(self) -> QSize:
        return QSize(round(self._box().right()) + self.theme.size(3), self.theme.target_px)

    def hitButton(self, position: object) -> bool:
        return True  # the text is as good a target as the box

    def paintEvent(self, event: QPaintEvent) -> None:
        theme, box = self.theme, self._box()
        with QPainter(self) as painter:
            if self.isChecked():
                fill_box(painter, box, theme.colour("accent_fill"), None, theme.px(3))
                painter.setRenderHint(QPainter.RenderHint.Antialiasing)
                pen = QPen(theme.colour("on_accent"), theme.px(2))
                pen.setCapStyle(Qt.PenCapStyle.RoundCap)
                pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
                painter.setPen(pen)
                side = box.width()
                painter.drawPolyline(
                    QPolygonF([box.topLeft() + QPointF(x * side, y * side) for x, y in _TICK])
                )
            else:
                fill_box(painter, box, theme.colour("surface2"), theme.colour("text4"), theme.px(3))
            text = QRectF(self.rect())
            text.setLeft(box.right() + theme.size(3))
            role = "text1" if self.isEnabled() else "text4"
            paint_text(painter, theme.face("body"), text, self.text(), theme.colour(role))
            if self.hasFocus():
                paint_focus(painter, theme, QRectF(self.rect()))

    def _box(self) -> QRectF:
        side = round(self.theme.texts["body"] * _BOX_EM)
        return QRectF(self.theme.px(6), (self.theme.target_px - side) // 2, side, side)
