"""A small account: left what or when, in the middle why, at the right how much; a total under a line."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter

from widgets.flowing import Flowing, Run
from widgets.light import paint_light
from widgets.lines import Lines
from widgets.paint import paint_text
from widgets.theme import Theme

_LIGHT_EM = 1.02
_LEFT_SHARE = 0.34  # of the width, at most


class LedgerRow(msgspec.Struct, frozen=True):
    """Finished texts. `light` stands before `text`, `role` colours it; `total` is the last, bold row."""

    left: str
    text: str
    right: str = ""
    role: str = "text2"
    light: str = ""
    bold: bool = False
    total: bool = False


class Ledger(Lines):
    """Rows in the order given; `text` breaks to the width, the outer columns are as wide as their widest."""

    def __init__(self, theme: Theme, name: str, step: str = "body", ground: str = "surface2") -> None:
        super().__init__(theme, name, ground)
        self._step = step
        self._rows: tuple[LedgerRow, ...] = ()
        self.set_theme(theme)

    def set_rows(self, rows: Sequence[LedgerRow]) -> None:
        if tuple(rows) != self._rows:
            self._rows = tuple(rows)
            self.lines_changed([f"{row.left} {row.text} {row.right}".strip() for row in self._rows])

    def count(self) -> int:
        return len(self._rows)

    def above_px(self, index: int) -> int:
        return self.theme.px(7) if self._rows[index].total else 0

    def flow(self, index: int, width: int) -> Flowing:
        row = self._rows[index]
        left, right = self._columns(width)
        room = width - left - right - self._light_px(row)
        role = "text1" if row.total else row.role
        return Flowing(self.theme, [Run(row.text, role, self._step, row.bold or row.total)], room, self._step)

    def paint_line(self, painter: QPainter, rect: QRectF, index: int, text: Flowing) -> None:
        row, theme = self._rows[index], self.theme
        face = theme.face(self._step, row.total)
        left, right = self._columns(int(rect.width()))
        if row.total:
            painter.fillRect(
                QRectF(rect.left(), rect.top() - self.theme.px(4), rect.width(), 1), theme.colour("line")
            )
        first = QRectF(rect.left(), rect.top(), left - theme.size(4), face.line_px)
        paint_text(painter, face, first, row.left, theme.colour("text1" if row.total else "text3"))
        if row.light:
            side = face.px * _LIGHT_EM
            light = QRectF(left, first.center().y() - side / 2, side, side)
            paint_light(painter, light, theme.shape(row.light), theme.colour(f"{row.light}_mark"))
        text.paint(painter, left + self._light_px(row), rect.top())
        amount = QRectF(rect.right() - right, rect.top(), right, face.line_px)
        paint_text(painter, face, amount, row.right, theme.colour("text1" if row.total else "text2"), "right")

    def _light_px(self, row: LedgerRow) -> float:
        return self.theme.face(self._step).px * _LIGHT_EM + self.theme.size(2) if row.light else 0.0

    def _columns(self, width: int) -> tuple[float, float]:
        """Widths of the left column with its gap, and of the right one with its."""
        face, gap = self.theme.face(self._step, True), self.theme.size(5)
        left = min(max((face.width(row.left) for row in self._rows), default=0.0) + gap, width * _LEFT_SHARE)
        right = max((face.width(row.right) for row in self._rows), default=0.0)
        return left, right + (gap if right else 0.0)
