"""One line that finds everything: type, look at what it finds, Enter."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QSizePolicy, QWidget

from widgets.choice_list import ChoiceList, ChoiceRow
from widgets.key_hint import KeyHint
from widgets.keys import ENTER, UP_DOWN
from widgets.theme import Theme
from widgets.themed import Themed

__all__ = ["ChoiceRow", "CommandBar", "Completer"]


class Completer(Protocol):
    """Finds rows for what has been typed; called at every key, so it answers in a few milliseconds."""

    def complete(self, text: str) -> Sequence[ChoiceRow]: ...


class CommandBar(Themed, QWidget):
    """Up and Down mark a row, Enter emits `chosen(id)` and clears, Esc closes the list, again leaves.

    `left()` asks the owner to put the focus back to where it was. `open` is what the bar's key calls.
    """

    chosen = Signal(str)
    left = Signal()

    def __init__(
        self, theme: Theme, completer: Completer, name: str, placeholder: str, key: str = ""
    ) -> None:
        super().__init__()
        self._completer = completer
        self.edit = QLineEdit()
        self.edit.setPlaceholderText(placeholder)
        self.edit.setAccessibleName(name)
        self.edit.setClearButtonEnabled(False)
        self._hint = KeyHint(theme, key) if key else None
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.edit)
        if self._hint is not None:
            self._hint.setParent(self.edit)
        self.list = ChoiceList(theme, self.edit, name)
        self.list.picked.connect(self._choose)
        self.edit.textEdited.connect(lambda _: self._search())
        self.edit.installEventFilter(self)
        self.setFocusProxy(self.edit)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.set_theme(theme)

    def open(self, text: str = "") -> None:
        """Take the focus, with `text` typed already, and show what there is."""
        self.edit.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.edit.setText(text)
        self._search()

    def retheme(self) -> None:
        self.edit.setFixedHeight(self.theme.target_px)
        self.edit.setFont(self.theme.font("body"))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            return self._key(event)
        if event.type() == QEvent.Type.FocusOut and isinstance(event, QFocusEvent):
            # The list never takes the focus itself, so this is somebody else's.
            self.list.hide()
        if event.type() in (QEvent.Type.Resize, QEvent.Type.Show) and self._hint is not None:
            self._place_hint(self._hint)
        return super().eventFilter(watched, event)

    def _key(self, event: QKeyEvent) -> bool:
        key = event.key()
        if key in UP_DOWN:
            if self.list.isVisible():
                self.list.move_current(UP_DOWN[key])
            else:
                self._search()
        elif key in ENTER:
            current = self.list.current_id()
            if current is not None:
                self._choose(current)
        elif key == Qt.Key.Key_Escape:
            if self.list.isVisible():
                self.list.hide()
            else:
                self.edit.clear()
                self.left.emit()
        else:
            return False
        return True

    def _search(self) -> None:
        self.list.show_rows(self._completer.complete(self.edit.text().strip()))

    def _choose(self, chosen: str) -> None:
        self.list.hide()
        self.edit.clear()
        self.chosen.emit(chosen)

    def _place_hint(self, hint: KeyHint) -> None:
        hint.resize(hint.sizeHint())
        margin = (self.edit.height() - hint.height()) // 2
        hint.move(self.edit.width() - hint.width() - margin, margin)
        hint.show()
