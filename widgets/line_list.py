"""A short list of one-line rows to choose from by keyboard: a boxed word, what it is, what there is to it."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
from PySide6.QtCore import QPointF, QRect, QRectF, QSize
from PySide6.QtGui import QPainter

from widgets.paint import paint_boxed, paint_text
from widgets.rows import RowList
from widgets.theme import Theme

_LEFT_SHARE = 0.45  # of the width, at most


class LineRow(msgspec.Struct, frozen=True):
    """Finished texts: `tag` is a boxed word before `left` in the colour `tag_role`, or empty."""

    id: str
    left: str
    text: str
    right: str = ""
    tag: str = ""
    tag_role: str = "text2"


class LineList(RowList):
    """Enter or a click gives `activated(id)`; `current_id` is the row that has the keyboard's mark."""

    def __init__(self, theme: Theme, name: str, most: int, active: bool = True) -> None:
        super().__init__(theme, name, active)
        self._most = most
        self._rows: tuple[LineRow, ...] = ()
        self.set_theme(theme)

    def set_rows(self, rows: Sequence[LineRow]) -> None:
        """At most as many as the list was made for; who holds it says how many more there are."""
        shown = tuple(rows[: self._most])
        if shown == self._rows:
            return
        self._rows = shown
        self.rows_changed([f"{row.tag} {row.left} {row.text} {row.right}".strip() for row in shown])
        self.setMinimumHeight(self.sizeHint().height())
        self.update()

    @property
    def current_id(self) -> str:
        return self._rows[self._current].id if self._rows else ""

    def row_ids(self) -> list[str]:
        return [row.id for row in self._rows]

    def row_px(self) -> int:
        return max(self.theme.face("body").line_px + self.theme.px(8), self.theme.target_px)

    def minimumSizeHint(self) -> QSize:
        return QSize(self.theme.px(120), self.sizeHint().height())

    def retheme(self) -> None:
        self.setMinimumHeight(self.sizeHint().height())

    def paint_row(self, painter: QPainter, rect: QRect, index: int) -> None:
        row, theme = self._rows[index], self.theme
        face, bold, pad = theme.face("body"), theme.face("body", True), theme.size(3)
        left = float(rect.left() + pad)
        if row.tag:
            at = QPointF(left, rect.center().y() + 1)
            left += paint_boxed(painter, theme, theme.face("tiny"), at, row.tag, row.tag_role) + theme.size(3)
        wide = min(self._left_px(), rect.width() * _LEFT_SHARE)
        paint_text(painter, bold, _part(rect, left, wide), row.left, theme.colour("text1"))
        left += wide + theme.size(4)
        taken = paint_text(
            painter,
            face,
            _part(rect, left, rect.right() - pad - left),
            row.right,
            theme.colour("text3"),
            "right",
        )
        room = rect.right() - pad - taken - theme.size(4) - left
        paint_text(painter, face, _part(rect, left, room), row.text, theme.colour("text2"))

    def _left_px(self) -> float:
        bold = self.theme.face("body", True)
        return max((bold.width(row.left) for row in self._rows), default=0.0)


def _part(rect: QRect, left: float, width: float) -> QRectF:
    return QRectF(left, rect.top(), max(0.0, width), rect.height())
