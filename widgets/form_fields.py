"""The simple editors of a form: a line, a few lines, a switch. Each knows its value and its fault."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLineEdit, QPlainTextEdit, QVBoxLayout, QWidget

from widgets.check import Check
from widgets.form_spec import FieldSpec, parse_number
from widgets.theme import Theme
from widgets.themed import Themed, mark

_LONG_LINES = 3
_TEXT_LIMIT = 4_000  # characters of one field: more is a document and belongs into an attachment


class FieldEditor(Themed, QWidget):
    """What `Form` asks of an editor. `edited` when a person changed something."""

    edited = Signal()

    def __init__(self, theme: Theme, spec: FieldSpec) -> None:
        super().__init__()
        self.spec = spec
        self.theme = theme
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(0, 0, 0, 0)

    def take(self, focus: QWidget) -> None:
        """Build in the widget that holds the keyboard."""
        self.focus_widget = focus
        self.column.addWidget(focus)
        self.setFocusProxy(focus)
        focus.setAccessibleName(self.spec.label)
        focus.setAccessibleDescription(self.spec.hint)

    def value(self) -> Any:
        """The value as FieldSpec says; ValueError, perhaps with a finished text, when it is wrong."""
        raise NotImplementedError

    def put(self, value: object) -> None:
        """Set the value, None for none; not reported as edited."""
        raise NotImplementedError

    def empty(self) -> bool:
        raise NotImplementedError

    def take_marked(self) -> bool:
        """On Enter: take what a list has marked. True when Enter is used up by that and the field stays."""
        return False

    def move_mark(self, by: int) -> bool:
        """On Up and Down: True when there is a list to move in."""
        return False

    def close_list(self) -> bool:
        """On Esc: True when there was a list to close."""
        return False

    def show_wrong(self, wrong: bool) -> None:
        mark(self.focus_widget, wrong=wrong)


class TextField(FieldEditor):
    """One line: text, number or time, or a secret that is shown as dots and taken as typed."""

    def __init__(self, theme: Theme, spec: FieldSpec) -> None:
        super().__init__(theme, spec)
        self.line = QLineEdit()
        self.line.setMaxLength(_TEXT_LIMIT)
        self.line.setPlaceholderText(spec.placeholder)
        self.line.textEdited.connect(lambda _: self.edited.emit())
        self._secret = spec.kind == "secret"
        if self._secret:
            self.line.setEchoMode(QLineEdit.EchoMode.Password)
        self._parse = spec.parse or (parse_number if spec.kind == "number" else None)
        if spec.kind == "time" and self._parse is None:
            raise ValueError(f"field {spec.id}: a time needs a parse function")
        self.take(self.line)
        self.set_theme(theme)

    def value(self) -> Any:
        text = self.line.text() if self._secret else self.line.text().strip()
        if self._parse is None:
            return text
        return self._parse(text) if text else None

    def put(self, value: object) -> None:
        self.line.setText("" if value is None else str(value))

    def empty(self) -> bool:
        return not (self.line.text() if self._secret else self.line.text().strip())

    def retheme(self) -> None:
        self.line.setFixedHeight(self.theme.target_px)


class LongField(FieldEditor):
    """A few lines of text; Enter goes on, Shift+Enter begins a line."""

    def __init__(self, theme: Theme, spec: FieldSpec) -> None:
        super().__init__(theme, spec)
        self.text = QPlainTextEdit()
        self.text.setPlaceholderText(spec.placeholder)
        self.text.setTabChangesFocus(True)
        self.text.textChanged.connect(self._changed)
        self._quiet = False
        self.take(self.text)
        self.set_theme(theme)

    def value(self) -> Any:
        text = self.text.toPlainText().strip()
        if len(text) > _TEXT_LIMIT:
            raise ValueError
        return text

    def put(self, value: object) -> None:
        self._quiet = True
        self.text.setPlainText("" if value is None else str(value))
        self._quiet = False

    def empty(self) -> bool:
        return not self.text.toPlainText().strip()

    def retheme(self) -> None:
        self.text.setFixedHeight(_LONG_LINES * self.theme.face("body").line_px + self.theme.size(4))

    def _changed(self) -> None:
        if not self._quiet:
            self.edited.emit()


class BoolField(FieldEditor):
    """A switch, turned with the space bar; the label stands beside the box."""

    def __init__(self, theme: Theme, spec: FieldSpec) -> None:
        super().__init__(theme, spec)
        self.box = Check(theme, spec.placeholder)
        self.box.clicked.connect(lambda _: self.edited.emit())
        self.take(self.box)
        self.column.setAlignment(self.box, Qt.AlignmentFlag.AlignLeft)
        self.set_theme(theme)

    def value(self) -> Any:
        return self.box.isChecked()

    def put(self, value: object) -> None:
        self.box.setChecked(bool(value))

    def empty(self) -> bool:
        # A required switch is one that must be on: an acknowledgement.
        return not self.box.isChecked()

    def retheme(self) -> None:
        self.box.setFixedHeight(self.theme.target_px)
