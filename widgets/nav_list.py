"""The list at a window's left: queues under section names, each with its count."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
from PySide6.QtCore import QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from widgets.keys import UP_DOWN
from widgets.paint import fill_box, paint_focus, paint_text
from widgets.theme import Theme
from widgets.themed import Themed


class NavItem(msgspec.Struct, frozen=True):
    """Finished texts. `severity` (a text colour's name) marks a count that wants attention.

    An item with an empty id is a section's name.
    """

    id: str
    text: str
    count: str = ""
    severity: str = ""


class NavList(Themed, QWidget):
    """`chosen(id)` by click, or by Up and Down, which choose at once: a queue is cheap to look into."""

    chosen = Signal(str)

    def __init__(self, theme: Theme, name: str, ground: str = "surface1") -> None:
        super().__init__()
        self._ground = ground
        self._items: tuple[NavItem, ...] = ()
        self._current = ""
        self.setAccessibleName(name)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Expanding)
        self.set_theme(theme)

    def set_items(self, items: Sequence[NavItem]) -> None:
        """Other items or counts; only rows that differ are painted again."""
        old, self._items = self._items, tuple(items)
        if [item.id for item in old] == [item.id for item in self._items]:
            for at, (before, after) in enumerate(zip(old, self._items, strict=True)):
                if before != after:
                    self.update(self._rect(at))
        else:
            self.updateGeometry()
            self.update()
        self.setAccessibleDescription("\n".join(f"{item.text} {item.count}".strip() for item in self._items))

    def set_current(self, item_id: str) -> None:
        """Show as chosen, without telling anyone."""
        self._current = item_id
        self.update()

    @property
    def current(self) -> str:
        return self._current

    def sizeHint(self) -> QSize:
        return QSize(self.theme.px(200), sum(self._height(item) for item in self._items) + 2 * self._margin())

    def minimumSizeHint(self) -> QSize:
        body = self.theme.face("body", True)
        widest = max((body.width(i.text) + body.width(i.count) for i in self._items), default=0.0)
        return QSize(round(widest) + 6 * self._margin(), self.sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.fillRect(event.rect(), self.theme.colour(self._ground))
            for at, item in enumerate(self._items):
                rect = self._rect(at)
                if rect.intersects(event.rect()):
                    self._paint_item(painter, QRectF(rect), item)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        ids = [item.id for item in self._items if item.id]
        key = event.key()
        if key in UP_DOWN and ids:
            at = ids.index(self._current) + UP_DOWN[key] if self._current in ids else 0
            self._choose(ids[max(0, min(at, len(ids) - 1))])
        elif key in (Qt.Key.Key_Home, Qt.Key.Key_End) and ids:
            self._choose(ids[0 if key == Qt.Key.Key_Home else -1])
        else:
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        for at, item in enumerate(self._items):
            if item.id and self._rect(at).contains(event.position().toPoint()):
                self._choose(item.id)

    def _choose(self, item_id: str) -> None:
        if item_id != self._current:
            self.set_current(item_id)
            self.chosen.emit(item_id)

    def _paint_item(self, painter: QPainter, rect: QRectF, item: NavItem) -> None:
        theme = self.theme
        inner = rect.adjusted(theme.px(10), 0, -theme.px(10), 0)
        if not item.id:
            inner.setTop(inner.bottom() - theme.face("tiny").line_px - theme.px(4))
            paint_text(painter, theme.face("tiny"), inner, item.text, theme.colour("text4"))
            return
        chosen = item.id == self._current
        if chosen:
            fill_box(painter, rect, theme.colour("surface4"), None, theme.px(4))
            if self.hasFocus():
                paint_focus(painter, theme, rect)
        role = "accent" if chosen else "text2"
        count = theme.face("body", bool(item.severity))
        taken = paint_text(painter, count, inner, item.count, theme.colour(item.severity or role), "right")
        inner.setRight(inner.right() - taken - theme.size(3))
        paint_text(painter, theme.face("body", chosen), inner, item.text, theme.colour(role))

    def _margin(self) -> int:
        return self.theme.size(3)

    def _height(self, item: NavItem) -> int:
        return max(self.theme.px(36), self.theme.target_px) if item.id else self.theme.px(36)

    def _rect(self, index: int) -> QRect:
        margin = self._margin()
        top = margin + sum(self._height(item) for item in self._items[:index])
        return QRect(margin, top, self.width() - 2 * margin, self._height(self._items[index]))
