"""A message that comes and goes by itself, never in the way, with at most one thing to do about it."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QAccessible, QAccessibleEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QWidget

from widgets.label import Label
from widgets.light import Light
from widgets.theme import Theme
from widgets.themed import Themed, mark

SHORT_MS = 6_000  # time to read two lines and to press undo
LONG_MS = 15_000  # a refusal has to be read, understood and perhaps read to someone


class Toast(Themed, QFrame):
    """One over the foot of its `window`; a new message takes the old one's place. `acted(id)` on its button.

    It takes no focus; the owner binds the key that does the same as the button.
    """

    acted = Signal(str)

    def __init__(self, theme: Theme, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self._action_id = ""
        self._light = Light(theme, "in_time", "", "body")
        self._label = Label(theme, "", "body", "text1")
        self._button = QPushButton()
        self._button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._button.clicked.connect(self._act)
        mark(self._button, link=True)
        self._row = QHBoxLayout(self)
        for part in (self._light, self._label, self._button):
            self._row.addWidget(part)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.hide)
        window.installEventFilter(self)
        self.set_theme(theme)
        self.hide()

    def show_message(
        self,
        text: str,
        severity: str = "",
        action_id: str = "",
        action_text: str = "",
        for_ms: int = SHORT_MS,
    ) -> None:
        """Finished texts; `severity` is empty or a light's name, painted by the style sheet."""
        self._action_id = action_id
        self._label.set(text)
        self._light.setHidden(not severity)
        if severity:
            self._light.set_light(severity, "")
        self._button.setText(action_text)
        self._button.setVisible(bool(action_text))
        self.setAccessibleName(text)
        mark(self, severity=severity)
        self._place()
        self.show()
        self.raise_()
        self._timer.start(for_ms)
        QAccessible.updateAccessibility(QAccessibleEvent(self, QAccessible.Event.Alert))

    @property
    def action_id(self) -> str:
        """What the message on show offers, or empty."""
        return self._action_id if self.isVisible() else ""

    def act(self) -> None:
        """Do what the message offers, by key."""
        if self.action_id:
            self._act()

    def retheme(self) -> None:
        side = self.theme.size(5)
        self._row.setContentsMargins(side, self.theme.size(4), side, self.theme.size(4))
        self._row.setSpacing(self.theme.size(4))
        if self.isVisible():
            self._place()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize and self.isVisible():
            self._place()
        return super().eventFilter(watched, event)

    def event(self, event: QEvent) -> bool:
        taken = super().event(event)
        if event.type() == QEvent.Type.LayoutRequest and not self.isHidden():
            self._place()  # the style sheet, coming later, has made the texts larger
        return taken

    def _act(self) -> None:
        chosen, self._action_id = self._action_id, ""
        self.hide()
        self._timer.stop()
        self.acted.emit(chosen)

    def _place(self) -> None:
        self._row.activate()
        size = self.sizeHint()
        width = min(size.width(), self._window.width() - 2 * self.theme.size(6))
        left = (self._window.width() - width) // 2
        top = self._window.height() - size.height() - self.theme.size(8)
        self.setGeometry(left, top, width, size.height())
