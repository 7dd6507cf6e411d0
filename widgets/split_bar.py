"""One bar divided to scale, with a legend: a figure, the light's shape and its word for each part."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPainterPath, QPaintEvent
from PySide6.QtWidgets import QWidget

from widgets.keys import LEFT_RIGHT, PRESS
from widgets.light import paint_light
from widgets.paint import paint_focus, paint_text
from widgets.theme import Theme
from widgets.themed import Themed

_BAR_PX = 18
_LEAST_PX = 3  # a part that is not nothing must be seen


class Part(msgspec.Struct, frozen=True):
    """`light` names shape and colour, `count` the share, `text` the finished figure, `label` the word."""

    id: str
    light: str
    count: int
    text: str
    label: str


class SplitBar(Themed, QWidget):
    """Parts in the order given. A part is chosen by click or by arrows and Enter: `activated(id)`."""

    activated = Signal(str)

    def __init__(self, theme: Theme, name: str, active: bool = True, ground: str = "surface2") -> None:
        super().__init__()
        self._active = active
        self._ground = ground
        self._parts: tuple[Part, ...] = ()
        self._current = 0
        self.setAccessibleName(name)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        if active:
            self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
            self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.set_theme(theme)

    def set_parts(self, parts: Sequence[Part]) -> None:
        if tuple(parts) == self._parts:
            return
        self._parts = tuple(parts)
        self._current = min(self._current, max(0, len(self._parts) - 1))
        self.setAccessibleDescription("\n".join(f"{part.label} {part.text}" for part in self._parts))
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        theme = self.theme
        lead, body = theme.face("lead"), theme.face("note")
        height = theme.px(_BAR_PX) + theme.size(4) + lead.line_px + body.line_px
        columns = [
            max(lead.width(p.text), body.width(p.label) + body.px * 1.3) + theme.size(4) for p in self._parts
        ]
        return QSize(round(sum(columns)), height)

    def minimumSizeHint(self) -> QSize:
        return QSize(self.theme.px(160), self.sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.fillRect(event.rect(), self.theme.colour(self._ground))
            self._paint_bar(painter)
            for index, part in enumerate(self._parts):
                column = self._column(index)
                self._paint_legend(painter, column, part)
                if self.hasFocus() and index == self._current:
                    paint_focus(painter, self.theme, column.adjusted(-2, -2, -self.theme.size(2), 0))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        if not self._active or not self._parts:
            super().keyPressEvent(event)
        elif key in LEFT_RIGHT:
            self._current = max(0, min(self._current + LEFT_RIGHT[key], len(self._parts) - 1))
            self.update()
        elif key in PRESS:
            self.activated.emit(self._parts[self._current].id)
        else:
            super().keyPressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if not self._active:
            return
        for index, part in enumerate(self._parts):
            if self._column(index).contains(event.position()):
                self._current = index
                self.update()
                self.activated.emit(part.id)

    def widths(self) -> list[float]:
        """Width of each part in px: to scale, but never invisible unless it is nothing."""
        total = sum(part.count for part in self._parts)
        if total <= 0:
            return [0.0 for _ in self._parts]
        raw = [self.width() * part.count / total for part in self._parts]
        least = float(self.theme.px(_LEAST_PX))
        seen = [
            max(width, least) if part.count else 0.0 for width, part in zip(raw, self._parts, strict=True)
        ]
        # What the smallest parts were given is taken from the widest one.
        widest = seen.index(max(seen))
        seen[widest] -= sum(seen) - self.width()
        return seen

    def _column(self, index: int) -> QRectF:
        top = self.theme.px(_BAR_PX) + self.theme.size(3)
        wide = self.width() / max(1, len(self._parts))
        return QRectF(index * wide, top, wide, self.height() - top)

    def _paint_bar(self, painter: QPainter) -> None:
        theme = self.theme
        whole = QRectF(0, 0, self.width(), theme.px(_BAR_PX))
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        outline = QPainterPath()
        outline.addRoundedRect(whole, theme.px(3), theme.px(3))
        painter.setClipPath(outline)
        painter.fillRect(whole, theme.colour("track"))
        left = 0.0
        for part, width in zip(self._parts, self.widths(), strict=True):
            # What has not started yet is the empty track: nothing runs there.
            colour = "track" if theme.shape(part.light) == "ring" else f"{part.light}_mark"
            painter.fillRect(QRectF(left, 0, width, whole.height()), theme.colour(colour))
            left += width
        painter.restore()

    def _paint_legend(self, painter: QPainter, column: QRectF, part: Part) -> None:
        theme = self.theme
        lead, note = theme.face("lead"), theme.face("note")
        figure = QRectF(column.left(), column.top(), column.width(), lead.line_px)
        role = part.light if part.light == "overdue" and part.count else "text1"
        paint_text(painter, lead, figure, part.text, theme.colour(role))
        side = float(note.px)
        middle = figure.bottom() + note.line_px / 2
        light = QRectF(
            QPointF(column.left(), middle - side / 2), QPointF(column.left() + side, middle + side / 2)
        )
        paint_light(painter, light, theme.shape(part.light), theme.colour(f"{part.light}_mark"))
        word = QRectF(
            light.right() + theme.size(2), figure.bottom(), column.width() - side * 1.5, note.line_px
        )
        paint_text(painter, note, word, part.label, theme.colour("text3"))
