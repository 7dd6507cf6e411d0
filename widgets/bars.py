"""A list of horizontal bars to one scale, each with its label and its figure."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
from PySide6.QtCore import QRect, QRectF
from PySide6.QtGui import QPainter

from widgets.paint import fill_box, paint_text
from widgets.rows import RowList
from widgets.theme import Theme

_LABEL_SHARE = 0.42  # of the width, at most: a bar list with no room for bars is a table
_BAR_SHARE = 0.36  # of the row's height


class Bar(msgspec.Struct, frozen=True):
    """`value` gives the length, `text` is the finished figure, `role` the bar's colour."""

    id: str
    label: str
    value: float
    text: str
    role: str = "bar"


class Bars(RowList):
    """Bars from the longest value's full width down; all start at one line. `activated(id)`."""

    def __init__(
        self, theme: Theme, name: str, step: str = "body", active: bool = True, ground: str = "surface2"
    ) -> None:
        super().__init__(theme, name, active, ground)
        self._step = step
        self._bars: tuple[Bar, ...] = ()
        self._label_px = 0.0
        self._figure_px = 0.0
        self.set_theme(theme)

    def set_bars(self, bars: Sequence[Bar]) -> None:
        if tuple(bars) == self._bars:
            return
        self._bars = tuple(bars)
        self._measure()
        self.rows_changed([f"{bar.label} {bar.text}" for bar in self._bars])
        self.update()

    def retheme(self) -> None:
        self._measure()

    def row_ids(self) -> list[str]:
        return [bar.id for bar in self._bars]

    def row_px(self) -> int:
        return round(self.theme.face(self._step).px * 1.78)

    def paint_row(self, painter: QPainter, rect: QRect, index: int) -> None:
        bar, theme = self._bars[index], self.theme
        face, gap = theme.face(self._step), theme.size(4)
        label = min(self._label_px, rect.width() * _LABEL_SHARE)
        left, right = label + gap, rect.width() - self._figure_px - gap
        middle = QRectF(rect)
        paint_text(
            painter, face, QRectF(0, rect.top(), label, rect.height()), bar.label, theme.colour("text1")
        )
        paint_text(painter, face, middle, bar.text, theme.colour("text2"), "right")
        longest = max((each.value for each in self._bars), default=0.0)
        if longest <= 0 or bar.value <= 0 or right <= left:
            return
        height = round(rect.height() * _BAR_SHARE)
        width = max(float(theme.px(1)), (right - left) * bar.value / longest)
        top = round(middle.center().y() - height / 2)
        fill_box(
            painter, QRectF(round(left), top, round(width), height), theme.colour(bar.role), None, theme.px(1)
        )

    def _measure(self) -> None:
        face = self.theme.face(self._step)
        self._label_px = max((face.width(bar.label) for bar in self._bars), default=0.0) + 1
        self._figure_px = max((face.width(bar.text) for bar in self._bars), default=0.0)
