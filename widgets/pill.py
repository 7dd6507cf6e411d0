"""A rounded strip with a state in it: a light, perhaps a boxed word, and a text."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QSizePolicy

from widgets.keys import PRESS
from widgets.label import Label
from widgets.light import Light
from widgets.tag import Tag
from widgets.theme import Theme
from widgets.themed import Themed, mark


class Pill(Themed, QFrame):
    """`severity` and `connection` are dynamic properties that the style sheet paints.

    `light` names a light of the theme, or is empty; `badge` is a boxed word in the colour `badge_role`.
    With `active` a click, Enter or Space emits `activated()`.
    """

    activated = Signal()

    def __init__(self, theme: Theme, text: str = "", step: str = "note", active: bool = False) -> None:
        super().__init__()
        self._active = active
        self._light = Light(theme, "in_time", "", "tiny")
        self._badge = Tag(theme, "", "urgent", "tiny")
        self._label = Label(theme, text, step, "text2")
        self._row = QHBoxLayout(self)
        for part in (self._light, self._badge, self._label):
            self._row.addWidget(part)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        if active:
            self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
            self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.set_theme(theme)
        self.set(text)

    def set(
        self,
        text: str,
        light: str = "",
        severity: str = "",
        connection: str = "",
        badge: str = "",
        badge_role: str = "urgent",
    ) -> None:
        """Finished texts and states; what is not given is taken away."""
        self._label.set(text, severity or "text2")
        self._light.setHidden(not light)
        if light:
            self._light.set_light(light, "")
        self._badge.set(badge, badge_role)
        self.setAccessibleName(f"{badge} {text}".strip())
        mark(self, severity=severity or badge_role * bool(badge), connection=connection)

    def retheme(self) -> None:
        theme = self.theme
        height = theme.face("note").line_px
        self._row.setContentsMargins(theme.size(4), theme.px(3), theme.size(4), theme.px(3))
        self._row.setSpacing(theme.px(6))
        least = theme.target_px if self._active and theme.large else 0
        self.setFixedHeight(max(least, height + 2 * theme.px(3) + 2))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._active and self.rect().contains(event.position().toPoint()):
            self.activated.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self._active and event.key() in PRESS:
            self.activated.emit()
        else:
            super().keyPressEvent(event)
