"""A feed of two-line rows for reading from afar: light, boxed word, title, a line below, time right."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
from PySide6.QtCore import QPointF, QRect, QRectF, Signal
from PySide6.QtGui import QPainter, QResizeEvent

from widgets.light import paint_light
from widgets.paint import paint_boxed, paint_text
from widgets.rows import RowList
from widgets.theme import Theme

_LIGHT_EM = 1.28


class FeedRow(msgspec.Struct, frozen=True):
    """Finished texts of one row. `light` names a light or is empty; `role` colours `right`."""

    id: str
    title: str
    sub: str
    right: str = ""
    role: str = "text1"
    light: str = ""
    tag: str = ""
    tag_role: str = "urgent"


class Feed(RowList):
    """The first rows that fit; `fits_changed(count)` tells how many to bring. `activated(id)`.

    Given the same rows with other times, only the times are painted again.
    """

    fits_changed = Signal(int)

    def __init__(self, theme: Theme, name: str, active: bool = True, ground: str = "surface2") -> None:
        super().__init__(theme, name, active, ground)
        self._rows: tuple[FeedRow, ...] = ()
        self._fits = 0
        self.set_theme(theme)

    def set_rows(self, rows: Sequence[FeedRow]) -> None:
        old, self._rows = self._rows, tuple(rows)
        if len(old) != len(self._rows):
            self.update()
        else:
            for index, (before, after) in enumerate(zip(old, self._rows, strict=True)):
                if before != after:
                    self.update(self._changed(index, before, after))
        if [row.id for row in old] != [row.id for row in self._rows]:
            self.rows_changed([f"{row.tag} {row.title} {row.right} {row.sub}".strip() for row in self._rows])

    def row_ids(self) -> list[str]:
        return [row.id for row in self._rows]

    def row_px(self) -> int:
        theme = self.theme
        return round(theme.texts["lead"] * 1.4) + theme.face("note").line_px + theme.size(5) + theme.size(3)

    def paint_row(self, painter: QPainter, rect: QRect, index: int) -> None:
        row, theme = self._rows[index], self.theme
        lead, note = theme.face("lead"), theme.face("note")
        top = QRectF(rect.left(), rect.top() + theme.size(4), rect.width(), round(lead.px * 1.4))
        side = lead.px * _LIGHT_EM
        if row.light:
            light = QRectF(theme.px(3), top.center().y() - side / 2 + note.px * 0.35, side, side)
            paint_light(painter, light, theme.shape(row.light), theme.colour(f"{row.light}_mark"))
        left = side + theme.size(4)
        right = QRectF(left, top.top(), top.width() - left - theme.size(2), top.height())
        taken = paint_text(painter, lead, right, row.right, theme.colour(row.role), "right")
        x = left
        if row.tag:
            tag = theme.face("note")
            at = QPointF(x, top.center().y())
            x += paint_boxed(painter, theme, tag, at, row.tag, row.tag_role) + theme.size(3)
        room = right.right() - taken - theme.size(4) - x
        title = QRectF(x, top.top(), room, top.height())
        paint_text(painter, lead, title, row.title, theme.colour("text1"))
        sub = QRectF(left, top.bottom(), top.width() - left, note.line_px)
        paint_text(painter, note, sub, row.sub, theme.colour("text3"))
        if index + 1 < min(len(self._rows), self.fits()):
            painter.fillRect(rect.left(), rect.bottom(), rect.width(), 1, theme.colour("line_soft"))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self.fits() != self._fits:
            self._fits = self.fits()
            self.fits_changed.emit(self._fits)

    def _changed(self, index: int, before: FeedRow, after: FeedRow) -> QRect:
        rect = self.row_rect(index)
        lead = self.theme.face("lead")
        widths = lead.width(before.right), lead.width(after.right)
        same_room = widths[0] == widths[1]
        if not same_room or before != msgspec.structs.replace(after, right=before.right, role=before.role):
            return rect
        rect.setLeft(rect.right() - round(widths[0]) - self.theme.size(4))
        return rect
