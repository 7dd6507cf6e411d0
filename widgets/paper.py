"""A table on paper, page by page: heading, columns, rows, foot; black on white, as every printer can."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QPagedPaintDevice, QPainter

TEXT_PT, HEAD_PT = 9.0, 13.0
"""Read at arm's length by the light of a torch."""

ROW_LINES = 1.3
"""A row's height in lines: a pencil mark fits beside it."""

PT_PER_INCH = 72.0


class Paper:
    """Draws on any paged device in a type family; `shares` are the columns' shares of the width."""

    def __init__(
        self, device: QPagedPaintDevice, family: str, titles: Sequence[str], shares: Sequence[float]
    ) -> None:
        self._device = device
        self._titles = titles
        self._painter = QPainter(device)
        self._text, self._bold = _font(family, TEXT_PT), _font(family, TEXT_PT, bold=True)
        self._head = _font(family, HEAD_PT, bold=True)
        whole = float(sum(shares))
        self._shares = [share / whole for share in shares]
        self._page = 0

    @property
    def good(self) -> bool:
        """Whether the device takes the drawing at all."""
        return self._painter.isActive()

    def rows_a_page(self) -> int:
        """How many rows fit under the heading and above the foot."""
        line = self._line_px()
        return max(1, int((self._height() - self._top() - 2 * line) / (line * ROW_LINES)) - 1)

    def page(self, heading: tuple[str, str], foot: str, rows: Sequence[tuple[Sequence[str], bool]]) -> None:
        """One page: each row's cells, and whether they stand in bold."""
        if self._page:
            self._device.newPage()
        self._page += 1
        line, painter = self._line_px(), self._painter
        painter.setFont(self._head)
        self._put(0.0, 0.0, self._width(), heading[0], self._head)
        self._put(0.0, self._px(HEAD_PT) * ROW_LINES, self._width(), heading[1], self._text)
        top = self._top()
        self._row(top, self._titles, self._bold)
        painter.drawLine(
            0, round(top + line * ROW_LINES), round(self._width()), round(top + line * ROW_LINES)
        )
        for at, (cells, bold) in enumerate(rows, start=1):
            self._row(top + at * line * ROW_LINES, cells, self._bold if bold else self._text)
        self._put(0.0, self._height() - line, self._width(), foot, self._text)

    def end(self) -> bool:
        """Send it off; False when the device did not take it."""
        return self._painter.end()

    def _row(self, top: float, cells: Sequence[str], font: QFont) -> None:
        left, gap = 0.0, self._px(TEXT_PT)
        for share, cell in zip(self._shares, cells, strict=True):
            width = share * self._width()
            self._put(left, top, width - gap, cell, font)
            left += width

    def _put(self, left: float, top: float, width: float, text: str, font: QFont) -> None:
        metrics = QFontMetricsF(font, self._device)
        self._painter.setFont(font)
        shown = metrics.elidedText(text, Qt.TextElideMode.ElideRight, width)
        rect = QRectF(left, top, width, metrics.height())
        self._painter.drawText(rect, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, shown)

    def _top(self) -> float:
        return self._px(HEAD_PT) * ROW_LINES + 2 * self._line_px()

    def _line_px(self) -> float:
        return QFontMetricsF(self._text, self._device).height()

    def _px(self, points: float) -> float:
        return points * self._device.logicalDpiY() / PT_PER_INCH

    def _width(self) -> float:
        return float(self._device.width())

    def _height(self) -> float:
        return float(self._device.height())


def _font(family: str, points: float, bold: bool = False) -> QFont:
    font = QFont(family)
    font.setPointSizeF(points)
    font.setBold(bold)
    return font
