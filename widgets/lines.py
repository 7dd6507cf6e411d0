"""The ground of painted lists whose rows are as high as their text needs at the present width."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from widgets.flowing import Flowing
from widgets.theme import Theme
from widgets.themed import Themed

WIDTHS_KEPT = 8
"""Qt asks for the height at several widths in turn before it settles; laying out for each again took half of
the time a case needs to open."""


class Lines(Themed, QWidget):
    """Subclasses answer `count`, `flow(index, width)` (the text that may break) and paint the rest of a row.

    Texts are laid out once for each of the last few widths; only rows in the dirty rectangle are painted.
    """

    def __init__(self, theme: Theme, name: str, ground: str = "surface2") -> None:
        super().__init__()
        self.ground = ground
        self._laid: list[Flowing] = []
        self._flows: dict[int, list[Flowing]] = {}
        self._tops: list[int] = []
        self._whole_px = 0
        self._laid_for = -1
        self.setAccessibleName(name)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.theme = theme

    def count(self) -> int:
        raise NotImplementedError

    def flow(self, index: int, width: int) -> Flowing:
        raise NotImplementedError

    def paint_line(self, painter: QPainter, rect: QRectF, index: int, text: Flowing) -> None:
        raise NotImplementedError

    def gap_px(self) -> int:
        """Between two rows."""
        return self.theme.px(3)

    def above_px(self, index: int) -> int:
        """More room above this row than the gap."""
        return 0

    def lines_changed(self, texts: Sequence[str]) -> None:
        """After other rows came: `texts` are read out by a screen reader, one a line."""
        self.setAccessibleDescription("\n".join(texts))
        self._laid_for = -1
        self.updateGeometry()
        self.update()

    def retheme(self) -> None:
        self._laid_for = -1

    def row_rect(self, index: int) -> QRect:
        """Where a row stands at the present width."""
        self._lay_out(self.width())
        return QRect(0, self._tops[index], self.width(), self._laid[index].height)

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        self._lay_out(width)
        return self._whole_px

    def sizeHint(self) -> QSize:
        width = self.width() if self._laid_for == self.width() else self.theme.px(320)
        return QSize(self.theme.px(320), self.heightForWidth(width))

    def minimumSizeHint(self) -> QSize:
        return QSize(self.theme.px(160), self.theme.face("body").line_px)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self.updateGeometry()

    def paintEvent(self, event: QPaintEvent) -> None:
        self._lay_out(self.width())
        with QPainter(self) as painter:
            painter.fillRect(event.rect(), self.theme.colour(self.ground))
            for index in range(self.count()):
                rect = self.row_rect(index)
                if rect.intersects(event.rect()):
                    self.paint_line(painter, QRectF(rect), index, self._laid[index])

    def _lay_out(self, width: int) -> None:
        if width == self._laid_for:
            return
        if self._laid_for == -1:
            self._flows.clear()
        self._laid_for = width
        if width not in self._flows:
            if len(self._flows) == WIDTHS_KEPT:
                self._flows.pop(next(iter(self._flows)))
            self._flows[width] = [self.flow(index, width) for index in range(self.count())]
        self._laid = self._flows[width]
        self._tops, self._whole_px = [], 0
        for index, text in enumerate(self._laid):
            self._tops.append(self._whole_px + self.above_px(index))
            self._whole_px = self._tops[-1] + text.height + self.gap_px()
