"""A list of bars to one scale, each divided by light, with its figure and the counts that press."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
from PySide6.QtCore import QRect, QRectF
from PySide6.QtGui import QPainter

from widgets.light import paint_light
from widgets.paint import paint_text
from widgets.rows import RowList
from widgets.theme import Theme

# A row is as high as its share of the room, within these sizes of its type: few stand loosely, many closely.
_ROW_EM_MIN, _ROW_EM_MAX = 1.45, 2.4
_LABEL_SHARE = 0.36  # of the width, at most: a bar list with no room for bars is a table
_BAR_EM = 0.68  # of the type size
_LIGHT_EM = 0.8
_LEAST_PX = 3  # a part that is not nothing must be seen


class Count(msgspec.Struct, frozen=True):
    """A finished figure behind a light's shape; nothing is painted for an empty text."""

    light: str
    text: str


class StackedBar(msgspec.Struct, frozen=True):
    """`parts` are (light, count) from the bar's beginning, `total` its whole length; what is left is track.

    `counts` stand in columns of their own before `text`, the finished figure of the whole.
    """

    id: str
    label: str
    parts: tuple[tuple[str, int], ...]
    total: int
    text: str
    counts: tuple[Count, ...] = ()


class StackedBars(RowList):
    """Bars from the greatest total's full width down; all start at one line. `activated(id)`."""

    def __init__(
        self, theme: Theme, name: str, step: str = "body", active: bool = True, ground: str = "surface2"
    ) -> None:
        super().__init__(theme, name, active, ground)
        self._step = step
        self._bars: tuple[StackedBar, ...] = ()
        self._label_px = 0.0
        self._figure_px = 0.0
        self._count_px: list[float] = []
        self.set_theme(theme)

    def set_bars(self, bars: Sequence[StackedBar]) -> None:
        if tuple(bars) == self._bars:
            return
        self._bars = tuple(bars)
        self._measure()
        self.rows_changed(
            [" ".join([bar.label, *(count.text for count in bar.counts), bar.text]) for bar in self._bars]
        )
        self.update()

    def retheme(self) -> None:
        self._measure()

    def row_ids(self) -> list[str]:
        return [bar.id for bar in self._bars]

    def row_px(self) -> int:
        em = self.theme.face(self._step).px
        share = self.height() // max(1, len(self._bars))
        return max(round(em * _ROW_EM_MIN), min(share, round(em * _ROW_EM_MAX)))

    def paint_row(self, painter: QPainter, rect: QRect, index: int) -> None:
        bar, theme = self._bars[index], self.theme
        face, gap = theme.face(self._step), theme.size(4)
        label = min(self._label_px, rect.width() * _LABEL_SHARE)
        box = QRectF(0, rect.top(), label, rect.height())
        paint_text(painter, face, box, bar.label, theme.colour("text1"))
        right = float(rect.width())
        figure = QRectF(right - self._figure_px, rect.top(), self._figure_px, rect.height())
        paint_text(painter, face, figure, bar.text, theme.colour("text1"), "right")
        right -= self._figure_px + gap
        for place in reversed(range(len(self._count_px))):
            width = self._count_px[place]
            if place < len(bar.counts):
                cell = QRectF(right - width, rect.top(), width, rect.height())
                self._paint_count(painter, cell, bar.counts[place])
            right -= width + gap
        self._paint_bar(painter, QRectF(label + gap, rect.top(), right - label - gap, rect.height()), bar)

    def _paint_count(self, painter: QPainter, cell: QRectF, count: Count) -> None:
        if not count.text:
            return
        theme, face = self.theme, self.theme.face(self._step)
        side = face.px * _LIGHT_EM
        wide = paint_text(painter, face, cell, count.text, theme.colour(count.light), "right")
        left = cell.right() - wide - side - theme.size(2)
        light = QRectF(left, cell.center().y() - side / 2, side, side)
        paint_light(painter, light, theme.shape(count.light), theme.colour(f"{count.light}_mark"))

    def _paint_bar(self, painter: QPainter, room: QRectF, bar: StackedBar) -> None:
        theme = self.theme
        longest = max((each.total for each in self._bars), default=0)
        if longest <= 0 or bar.total <= 0 or room.width() <= 0:
            return
        height = round(theme.face(self._step).px * _BAR_EM)
        top = round(room.center().y() - height / 2)
        whole = room.width() * bar.total / longest
        painter.fillRect(QRectF(room.left(), top, whole, height), theme.colour("track"))
        left = room.left()
        for light, count in bar.parts:
            width = max(whole * count / bar.total, float(theme.px(_LEAST_PX))) if count else 0.0
            painter.fillRect(QRectF(left, top, width, height), theme.colour(f"{light}_mark"))
            left += width

    def _measure(self) -> None:
        face = self.theme.face(self._step)
        self._label_px = max((face.width(bar.label) for bar in self._bars), default=0.0) + 1
        self._figure_px = max((face.width(bar.text) for bar in self._bars), default=0.0)
        columns = max((len(bar.counts) for bar in self._bars), default=0)
        side = face.px * _LIGHT_EM + self.theme.size(2)
        self._count_px = [
            max((face.width(bar.counts[at].text) for bar in self._bars if at < len(bar.counts)), default=0.0)
            + side
            for at in range(columns)
        ]
