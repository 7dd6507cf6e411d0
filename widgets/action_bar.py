"""A row of what may be done now, the likely one first, each with its key."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QPushButton, QSizePolicy, QStyle, QStyleOptionButton, QWidget

from widgets.flow import FlowLayout, empty_layout
from widgets.paint import paint_text
from widgets.theme import Theme
from widgets.themed import Themed, mark


class Action(msgspec.Struct, frozen=True):
    """`key` is the key's finished name; `hint` says what it does or, when not `enabled`, why not."""

    id: str
    text: str
    key: str = ""
    primary: bool = False
    enabled: bool = True
    hint: str = ""


class ActionButton(Themed, QPushButton):
    """A button with its key in small beside the text. The key itself is bound by whoever owns the keys."""

    def __init__(self, theme: Theme, action: Action) -> None:
        super().__init__(action.text)
        self.action_id = action.id
        self._key = action.key
        self.setAutoDefault(True)  # Enter presses the button that has the keyboard
        self.setEnabled(action.enabled)
        self.setToolTip(action.hint)
        self.setAccessibleName(f"{action.text} {action.key}".strip())
        self.setAccessibleDescription(action.hint)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        mark(self, primary=action.primary)
        self.set_theme(theme)

    def sizeHint(self) -> QSize:
        theme = self.theme
        face = theme.face("body", bool(self.property("primary")))
        width = face.width(self.text()) + 2 * theme.size(5)
        if self._key:
            width += theme.face("tiny").width(self._key) + theme.size(3)
        return QSize(round(width), theme.target_px)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            option = QStyleOptionButton()
            self.initStyleOption(option)
            self.style().drawControl(QStyle.ControlElement.CE_PushButtonBevel, option, painter, self)
            theme = self.theme
            face, small = theme.face("body", bool(self.property("primary"))), theme.face("tiny")
            key_px = small.width(self._key) + theme.size(3) if self._key else 0.0
            left = (self.width() - face.width(self.text()) - key_px) / 2
            rect = QRectF(left, 0, face.width(self.text()) + 1, self.height())
            colour = self.palette().color(QPalette.ColorRole.ButtonText)
            paint_text(painter, face, rect, self.text(), colour)
            if self._key:
                key = QRectF(rect.right() - 1 + theme.size(3), 0, key_px, self.height())
                paint_text(painter, small, key, self._key, colour)


class ActionBar(Themed, QWidget):
    """Buttons in the order given; those that do not fit go into a second line. `triggered(id)`."""

    triggered = Signal(str)

    def __init__(self, theme: Theme, name: str) -> None:
        super().__init__()
        self._actions: tuple[Action, ...] = ()
        self._flow = FlowLayout(theme.size(3))
        self.setLayout(self._flow)
        self.setAccessibleName(name)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.set_theme(theme)

    def set_actions(self, actions: Sequence[Action]) -> None:
        """Other actions; buttons are kept when nothing changed, so that the focus stays."""
        if tuple(actions) == self._actions:
            return
        focused = next((b.action_id for b in self.buttons() if b.hasFocus()), "")
        empty_layout(self._flow)
        self._actions = tuple(actions)
        for action in self._actions:
            button = ActionButton(self.theme, action)
            button.clicked.connect(lambda _=False, chosen=action.id: self.triggered.emit(chosen))
            self._flow.addWidget(button)
            if action.id == focused:
                button.show()  # the layout would show it later, and what is hidden takes no focus
                button.setFocus(Qt.FocusReason.OtherFocusReason)
        self.updateGeometry()

    def buttons(self) -> list[ActionButton]:
        """The buttons as they stand, in order."""
        widgets = (self._flow.itemAt(at).widget() for at in range(self._flow.count()))  # type: ignore[union-attr]
        return [widget for widget in widgets if isinstance(widget, ActionButton)]

    def retheme(self) -> None:
        self._flow.setSpacing(self.theme.size(3))
