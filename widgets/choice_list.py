"""The list that opens under an edit line: rows to choose from, never taking the focus from it."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
from PySide6.QtCore import QPoint, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from widgets.key_hint import cap_width, paint_cap
from widgets.paint import fill_box, paint_text
from widgets.theme import Theme
from widgets.themed import Themed

_MOST_SHOWN = 9  # more are a list to read, not a choice to make; typing on narrows them


class ChoiceRow(msgspec.Struct, frozen=True):
    """Finished texts: `title`, the `note` beside it, and the `key` that does the same without the list."""

    id: str
    title: str
    note: str = ""
    key: str = ""


class ChoiceList(Themed, QWidget):
    """A list laid over the window under its `anchor`; `picked(id)` on click. Keys are the anchor's."""

    picked = Signal(str)

    def __init__(self, theme: Theme, anchor: QWidget, name: str) -> None:
        super().__init__(anchor)
        self._anchor = anchor
        self._rows: tuple[ChoiceRow, ...] = ()
        self._current = -1
        self._first = 0
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setAccessibleName(name)
        self.set_theme(theme)
        self.hide()

    def show_rows(self, rows: Sequence[ChoiceRow], current: int = 0) -> None:
        """Open with these rows, the row `current` marked (-1: none); close when there are none."""
        self._rows = tuple(rows)
        self._first = 0
        self._current = min(current, len(self._rows) - 1)
        if not self._rows:
            self.hide()
            return
        self.setParent(self._anchor.window())
        self._place()
        self.show()
        self.raise_()
        self._say()
        self.update()

    def move_current(self, by: int) -> None:
        """Mark the next row, round the ends; from none to the first or the last."""
        if self._rows:
            # Before the first row and after the last lies the place of "none".
            start = len(self._rows) if self._current < 0 and by < 0 else self._current
            self._current = (start + by) % len(self._rows)
            self._first = min(max(self._first, self._current - self._shown() + 1), self._current)
            self._say()
            self.update()

    def current_id(self) -> str | None:
        """The marked row's id while the list is open."""
        return self._rows[self._current].id if self.isVisible() and self._current >= 0 else None

    def sizeHint(self) -> QSize:
        frame = 2 * self.theme.size(2)
        return QSize(self._anchor.width(), self._shown() * self._row_px() + frame)

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = self.theme
        with QPainter(self) as painter:
            fill_box(
                painter,
                QRectF(self.rect()),
                theme.colour("surface2"),
                theme.colour("line_strong"),
                theme.px(4),
            )
            for at in range(self._shown()):
                self._paint_row(painter, self._row_rect(at), self._first + at)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        for at in range(self._shown()):
            if self._row_rect(at).contains(event.position()):
                self.picked.emit(self._rows[self._first + at].id)
                return

    def _paint_row(self, painter: QPainter, rect: QRectF, index: int) -> None:
        row, theme = self._rows[index], self.theme
        if index == self._current:
            fill_box(painter, rect, theme.colour("surface4"), None, theme.px(3))
        body, note = theme.face("body"), theme.face("note")
        inner = rect.adjusted(theme.size(3), 0, -theme.size(3), 0)
        if row.key:
            inner.setRight(inner.right() - cap_width(theme, row.key))
            paint_cap(painter, theme, inner.right(), inner.center().y(), row.key)
            inner.setRight(inner.right() - theme.size(3))
        # The title may not push the note away wholly: what tells two like titles apart is in the note.
        title_px = min(body.width(row.title) + 1, inner.width() * (0.7 if row.note else 1.0))
        title = QRectF(inner.left(), inner.top(), title_px, inner.height())
        taken = paint_text(painter, body, title, row.title, theme.colour("text1"))
        inner.setLeft(inner.left() + taken + theme.size(4))
        paint_text(painter, note, inner, row.note, theme.colour("text4"), "right")

    def _say(self) -> None:
        spoken = self._rows[self._current] if self._current >= 0 else None
        self.setAccessibleDescription(f"{spoken.title} {spoken.note}".strip() if spoken else "")

    def _shown(self) -> int:
        return min(_MOST_SHOWN, len(self._rows))

    def _row_px(self) -> int:
        return max(
            self.theme.face("body").line_px + self.theme.size(3), self.theme.target_px - self.theme.size(2)
        )

    def _row_rect(self, at: int) -> QRectF:
        frame, height = self.theme.size(2), self._row_px()
        return QRectF(frame, frame + at * height, self.width() - 2 * frame, height)

    def _place(self) -> None:
        """Under the anchor, or above it where the window ends before the list does."""
        window, size = self._anchor.window(), self.sizeHint()
        corner = self._anchor.mapTo(window, QPoint(0, self._anchor.height() + self.theme.size(1)))
        if corner.y() + size.height() > window.height():
            above = self._anchor.mapTo(window, QPoint(0, 0)).y() - size.height() - self.theme.size(1)
            corner.setY(max(0, above))
        self.setGeometry(QRect(corner, size))
