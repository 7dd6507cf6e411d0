"""The frame of a panel: title, note, content; it says itself when there is nothing or a failure."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from widgets.label import Label
from widgets.theme import Theme
from widgets.themed import Themed, mark

STATES = ("ready", "loading", "empty", "stale", "cut_off", "no_permission", "failed")
# In these the last content is still true for its time and stays to be seen, with the state said above it.
_CONTENT_STAYS = ("ready", "stale", "cut_off")


class Card(Themed, QFrame):
    """`state` is a dynamic property painted by the style sheet; `header` takes more widgets at its right."""

    def __init__(self, theme: Theme, title: str, note: str = "", step: str = "title") -> None:
        super().__init__()
        self._title = Label(theme, title, step, "text1", bold=True)
        self._note = Label(theme, note, "note", "text3", align="right")
        self._note.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.header = QHBoxLayout()
        self.header.addWidget(self._title)
        self.header.addWidget(self._note, 1)
        self._message = Label(theme, "", "body", "text3", wrap=True)
        self._message.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._strip = Label(theme, "", "note", "text1", wrap=True)
        self._strip.setObjectName("strip")
        self._body: QWidget | None = None
        self._column = QVBoxLayout(self)
        self._column.addLayout(self.header)
        self._column.addWidget(self._strip)
        self._column.addWidget(self._message, 1)
        self.setAccessibleName(title)
        self._state = "ready"
        self.set_theme(theme)
        self.show_state("ready")

    def set_title(self, title: str, note: str = "") -> None:
        self._title.set(title)
        self._note.set(note)
        self.setAccessibleName(title)

    def set_note(self, note: str, tone: str = "text3") -> None:
        self._note.set(note, tone)

    def set_body(self, body: QWidget) -> None:
        """The content; given once."""
        assert self._body is None, "a card has one body"
        self._body = body
        self._column.addWidget(body, 1)
        self.show_state(self._state, self._message.text())

    @property
    def state(self) -> str:
        return self._state

    def show_state(self, state: str, text: str = "") -> None:
        """Show one of STATES with a finished text; `ready` shows the content alone."""
        if state not in STATES:
            raise ValueError(f"a card has no state {state}")
        self._state = state
        content = state in _CONTENT_STAYS
        if self._body is not None:
            self._body.setVisible(content)
        self._message.setVisible(not content)
        self._message.set(text, "overdue" if state == "failed" else "text3")
        self._strip.setVisible(content and bool(text))
        self._strip.set(text)
        self.setAccessibleDescription(text)
        mark(self, state=state)

    def attempt(self, work: Callable[[], None], say: Callable[[Exception], str]) -> bool:
        """Run a refresh whose failure stays in this card; `say` logs it and returns the text to show."""
        try:
            work()
        except Exception as error:
            # Whatever broke, the other panels of the window must live on.
            self.show_state("failed", say(error))
            return False
        if self._state == "failed":
            self.show_state("ready")
        return True

    def retheme(self) -> None:
        pad = self.theme.pad_px
        self._column.setContentsMargins(pad, pad - self.theme.size(1), pad, pad)
        self._column.setSpacing(self.theme.size(3))
        self.header.setSpacing(self.theme.size(4))
