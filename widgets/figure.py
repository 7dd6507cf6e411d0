"""One large figure with its label and what it is measured against; leads to the list behind it."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QFrame, QVBoxLayout

from widgets.keys import PRESS
from widgets.label import Label
from widgets.theme import Theme
from widgets.themed import Themed, mark

_FIGURE_LINE = 1.18  # figures have no descenders: a full line would tear the three texts apart
_NOTE_LINE = 1.3


class Figure(Themed, QFrame):
    """Label above, figure, and a line below (period, change in words). `activated()` on click, Enter, Space.

    The severity (empty, or a light's name) is a dynamic property: the style sheet paints edge and figure.
    """

    activated = Signal()

    def __init__(self, theme: Theme, label: str, step: str = "figure", active: bool = True) -> None:
        super().__init__()
        self._step = step
        self._label = Label(theme, label, "note", "text2")
        self._value = Label(theme, "", step)
        self._sub = Label(theme, "", "note", "text3")
        column = QVBoxLayout(self)
        column.setSpacing(0)
        for part in (self._label, self._value, self._sub):
            column.addWidget(part)
        column.addStretch(1)
        if active:
            self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
            self.setCursor(Qt.CursorShape.PointingHandCursor)
        self._active = active
        mark(self, severity="")
        self.set_theme(theme)

    def set(self, value: str, sub: str = "", severity: str = "", label: str = "") -> None:
        """Finished texts; an empty label keeps the one that stands."""
        if label:
            self._label.set(label)
        self._value.set(value, severity or "text1")
        self._sub.set(sub)
        self._sub.setVisible(bool(sub))
        mark(self, severity=severity)
        self.setAccessibleName(f"{self._label.text()} {value}")
        self.setAccessibleDescription(sub)

    @property
    def value(self) -> str:
        return self._value.text()

    def retheme(self) -> None:
        theme = self.theme
        layout = self.layout()
        assert layout is not None
        layout.setContentsMargins(theme.size(4), theme.px(1), theme.size(2), theme.px(2))
        self._label.setFixedHeight(round(theme.texts["note"] * _NOTE_LINE))
        self._value.setFixedHeight(round(theme.texts[self._step] * _FIGURE_LINE))
        self._sub.setFixedHeight(round(theme.texts["note"] * _NOTE_LINE))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._active and self.rect().contains(event.position().toPoint()):
            self.activated.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self._active and event.key() in PRESS:
            self.activated.emit()
        else:
            super().keyPressEvent(event)
