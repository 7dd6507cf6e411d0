"""The head of a table: column titles in line with their cells, and the arrow of the order."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPolygonF
from PySide6.QtWidgets import QHeaderView

from widgets.paint import paint_text
from widgets.table_model import TableModel
from widgets.theme import Theme
from widgets.themed import Themed

_ARROW_EM = 0.32  # half of its width


class TableHeader(Themed, QHeaderView):
    """Painted like the cells below it; Qt's own arrow has a fixed size and vanishes in large mode."""

    def __init__(self, theme: Theme, model: TableModel) -> None:
        super().__init__(Qt.Orientation.Horizontal)
        self._columns = model.columns
        self.setMinimumSectionSize(1)  # the table shares out the width and must not be overruled
        self.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.setHighlightSections(False)
        self.setSectionsClickable(True)
        self.setSortIndicatorShown(False)
        self.set_theme(theme)

    def retheme(self) -> None:
        self.setFixedHeight(self.sizeHint().height())
        self.viewport().update()

    def sizeHint(self) -> QSize:
        least = self.theme.target_px if self.theme.large else 0
        return QSize(0, max(least, self.theme.face("note").line_px + self.theme.size(5)))

    def paintSection(self, painter: QPainter, rect: QRect, logicalIndex: int) -> None:
        theme, column = self.theme, self._columns[logicalIndex]
        painter.fillRect(rect, theme.colour("surface1"))
        painter.fillRect(rect.left(), rect.top(), rect.width(), 1, theme.colour("line"))
        painter.fillRect(rect.left(), rect.bottom(), rect.width(), 1, theme.colour("line"))
        sorted_by = self.isSortIndicatorShown() and self.sortIndicatorSection() == logicalIndex
        face = theme.face("note", sorted_by)
        pad = theme.size(3)
        inner = QRectF(rect).adjusted(pad, 0, -pad, 0)
        arrow = face.px * _ARROW_EM
        room = 3 * arrow if sorted_by else 0.0
        if column.align == "right":
            inner.setLeft(inner.left() + room)
        else:
            inner.setRight(inner.right() - room)
        colour = theme.colour("text1" if sorted_by else "text3")
        width = paint_text(painter, face, inner, column.title, colour, column.align)
        if sorted_by:
            beside = (
                inner.right() - width - 2 * arrow
                if column.align == "right"
                else inner.left() + width + 2 * arrow
            )
            self._paint_arrow(painter, QPointF(beside, inner.center().y()), arrow)

    def _paint_arrow(self, painter: QPainter, at: QPointF, half: float) -> None:
        """Up for the smallest first, as on paper: values grow downwards from its tip."""
        tip = -half if self.sortIndicatorOrder() == Qt.SortOrder.AscendingOrder else half
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self.theme.colour("accent"))
        points = [QPointF(0, tip * 0.8), QPointF(half, -tip * 0.6), QPointF(-half, -tip * 0.6)]
        painter.drawPolygon(QPolygonF([at + point for point in points]))
        painter.restore()
