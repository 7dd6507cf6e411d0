"""A form made from field specifications, filled in without the mouse."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from PySide6.QtCore import QEvent, QObject, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from widgets.action_bar import Action, ActionButton
from widgets.flow import empty_layout
from widgets.form_choices import ChoiceField, MultiField, SuggestField
from widgets.form_fields import BoolField, FieldEditor, LongField, TextField
from widgets.form_row import FormRow
from widgets.form_spec import Choice, FieldSpec, FormWords, Match, Picked, Suggest, plain_match
from widgets.keys import ENTER, UP_DOWN
from widgets.theme import Theme
from widgets.themed import Themed

__all__ = ["Choice", "FieldSpec", "Form", "FormWords", "Match", "Picked", "Suggest", "plain_match"]

_LABEL_SHARE = 0.4  # of the width, at most: long labels of another language elide


def _no_suggestions(field_id: str, typed: str) -> Sequence[Choice]:
    return ()


class Form(Themed, QWidget):
    """Enter goes on to the next field and from the last to the button, Ctrl+Enter submits, Esc leaves.

    `submitted(dict)` carries the values by field id (FieldSpec says of what type) and comes only when all are
    right; otherwise the errors stand under their fields and the first wrong one has the keyboard.
    `left()` on Esc; `edited(field id)` while a person fills in.
    """

    submitted = Signal(object)
    left = Signal()
    edited = Signal(str)

    def __init__(
        self,
        theme: Theme,
        name: str,
        fields: Sequence[FieldSpec],
        words: FormWords,
        match: Match = plain_match,
        suggest: Suggest = _no_suggestions,
    ) -> None:
        super().__init__()
        self._words = words
        self._match = match
        self._suggest = suggest
        self._rows: dict[str, FormRow] = {}
        self.setAccessibleName(name)
        self.theme = theme
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._fields = QVBoxLayout()
        self._column.addLayout(self._fields)
        self._buttons = QHBoxLayout()
        self._column.addLayout(self._buttons)
        self._column.addStretch(1)
        self._submit = self._button(
            Action("submit", words.submit, words.submit_key, primary=True), self.submit
        )
        if words.leave:
            self._button(Action("leave", words.leave, words.leave_key), self.left.emit)
        self._buttons.addStretch(1)
        self.set_fields(fields)
        self.set_theme(theme)

    def set_fields(self, fields: Sequence[FieldSpec], keep: bool = False) -> None:
        """Other fields; with `keep` what stands in fields of the same id and kind is carried over."""
        old = {row.editor.spec.id: row.editor for row in self._rows.values()} if keep else {}
        kept: dict[str, Any] = {}
        for spec in fields:
            editor = old.get(spec.id)
            if editor is not None and editor.spec.kind == spec.kind and not editor.empty():
                try:
                    kept[spec.id] = editor.value()
                except ValueError:
                    continue  # what was wrong there would be wrong here
        empty_layout(self._fields)
        self._rows = {}
        for spec in fields:
            row = FormRow(self.theme, self._editor(spec))
            self._rows[spec.id] = row
            self._fields.addWidget(row)
            row.editor.put(kept.get(spec.id, spec.value))
            row.editor.edited.connect(lambda field=spec.id: self._on_edited(field))
            row.editor.focus_widget.installEventFilter(self)
        self._line_up()

    def values(self) -> dict[str, Any]:
        """The values of all fields that are right, wrong ones left out; nothing is shown or reported."""
        found = {}
        for field, row in self._rows.items():
            try:
                found[field] = row.editor.value()
            except ValueError:
                continue
        return found

    def set_value(self, field: str, value: object) -> None:
        """Fill a field in as if it had been the specification's `value`."""
        self._rows[field].editor.put(value)
        self._rows[field].show_error("")

    def check(self) -> bool:
        """Show every field's error; the keyboard goes to the first wrong one."""
        errors = {field: error for field, row in self._rows.items() if (error := self._wrong(row.editor))}
        self.show_errors(errors)
        return not errors

    def show_errors(self, errors: Mapping[str, str]) -> None:
        """Finished texts by field, of a refusal for instance; fields not named lose theirs."""
        for field, row in self._rows.items():
            row.show_error(errors.get(field, ""))
        first = next((field for field in self._rows if field in errors), None)
        if first is not None:
            self.focus_field(first)

    def errors(self) -> dict[str, str]:
        """What is shown as wrong at present, by field."""
        return {field: row.error for field, row in self._rows.items() if row.error}

    def submit(self) -> None:
        """Check, and submit when everything is right."""
        # The list under the field that has the keyboard may still hold its choice.
        for row in self._rows.values():
            if row.editor.focus_widget.hasFocus():
                row.editor.take_marked()
        if self.check():
            self.submitted.emit(self.values())

    def clear(self) -> None:
        """Back to the values of the specifications."""
        for field, row in self._rows.items():
            self.set_value(field, row.editor.spec.value)

    def focus_first(self) -> None:
        if self._rows:
            self.focus_field(next(iter(self._rows)))

    def focus_field(self, field: str) -> None:
        self._focus(self._rows[field].editor.focus_widget)

    def editor(self, field: str) -> FieldEditor:
        """The editor of a field, for tests and for who must place something beside it."""
        return self._rows[field].editor

    def retheme(self) -> None:
        self._column.setSpacing(self.theme.size(4))
        self._fields.setSpacing(self.theme.px(6))
        self._buttons.setSpacing(self.theme.size(3))
        self._line_up()

    def minimumSizeHint(self) -> QSize:
        return QSize(self.theme.px(280), super().minimumSizeHint().height())

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            for field, row in self._rows.items():
                if row.editor.focus_widget is watched:
                    return self._key(field, row.editor, event)
        return super().eventFilter(watched, event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        elif event.key() in ENTER and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.submit()
        else:
            super().keyPressEvent(event)

    def _key(self, field: str, editor: FieldEditor, event: QKeyEvent) -> bool:
        key = event.key()
        if key in ENTER and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.submit()
        elif key in ENTER and event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            return False
        elif key in ENTER:
            if not editor.take_marked():
                self._go_on(field)
        elif key in UP_DOWN:
            return editor.move_mark(UP_DOWN[key])
        elif key == Qt.Key.Key_Escape:
            if not editor.close_list():
                self.left.emit()
        else:
            return False
        return True

    def _go_on(self, field: str) -> None:
        order = list(self._rows)
        after = order.index(field) + 1
        if after < len(order):
            self.focus_field(order[after])
        else:
            self._focus(self._submit)

    def _focus(self, widget: QWidget) -> None:
        widget.setFocus(Qt.FocusReason.TabFocusReason)
        above = self.parentWidget()
        while above is not None and not isinstance(above, QScrollArea):
            above = above.parentWidget()
        if above is not None:
            above.ensureWidgetVisible(widget)

    def _wrong(self, editor: FieldEditor) -> str:
        """What is wrong with a field, finished, or empty."""
        spec = editor.spec
        said = spec.error or self._words.wrong
        if editor.empty():
            return said if spec.required else ""
        try:
            editor.value()
        except ValueError as error:
            return str(error) or said
        return ""

    def _on_edited(self, field: str) -> None:
        row = self._rows[field]
        # An error goes as soon as it is mended, but none appears while a person is still typing.
        if row.error and not self._wrong(row.editor):
            row.show_error("")
        self.edited.emit(field)

    def _editor(self, spec: FieldSpec) -> FieldEditor:
        if spec.kind == "long_text":
            return LongField(self.theme, spec)
        if spec.kind == "choice":
            return ChoiceField(self.theme, spec, self._match)
        if spec.kind == "multi":
            return MultiField(self.theme, spec, self._match)
        if spec.kind == "bool":
            return BoolField(self.theme, spec)
        if spec.kind == "suggest":
            return SuggestField(self.theme, spec, lambda typed: self._suggest(spec.id, typed))
        return TextField(self.theme, spec)

    def _button(self, action: Action, work: Callable[[], None]) -> ActionButton:
        button = ActionButton(self.theme, action)
        button.clicked.connect(lambda _=False: work())
        self._buttons.addWidget(button)
        return button

    def _line_up(self) -> None:
        widest = max((row.label_px() for row in self._rows.values()), default=0)
        room = round(max(self.width(), self.theme.px(280)) * _LABEL_SHARE)
        for row in self._rows.values():
            row.set_label_px(min(widest, room))
