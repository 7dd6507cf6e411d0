"""The editors of a form that offer a list: one choice, several, or free text with suggestions."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from widgets.choice_list import ChoiceList, ChoiceRow
from widgets.flow import FlowLayout, empty_layout
from widgets.form_fields import FieldEditor
from widgets.form_spec import Choice, FieldSpec, Match, Picked
from widgets.tag import Tag
from widgets.theme import Theme


class _Line(QLineEdit):
    """A line that tells when the keyboard comes and goes."""

    entered = Signal()
    exited = Signal()
    backed = Signal()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.selectAll()
        self.entered.emit()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.exited.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Backspace and not self.text():
            self.backed.emit()
        super().keyPressEvent(event)


class ListField(FieldEditor):
    """A line with a list under it; what the list offers is the subclass's `offers`."""

    def __init__(self, theme: Theme, spec: FieldSpec) -> None:
        super().__init__(theme, spec)
        self.line = _Line()
        self.line.setPlaceholderText(spec.placeholder)
        self.take(self.line)
        self.list = ChoiceList(theme, self.line, spec.label)
        self._offered: dict[str, Choice] = {}
        self.list.picked.connect(self._picked)
        self.line.textEdited.connect(lambda _: self._typed())
        self.line.entered.connect(self._entered)
        self.line.exited.connect(self._exited)

    def offers(self, typed: str) -> Sequence[Choice]:
        raise NotImplementedError

    def accept(self, choice: Choice) -> None:
        """A choice was taken from the list."""
        raise NotImplementedError

    def mark_when_typed(self) -> int:
        """Which row is marked after a key: the best one, or -1 when what was typed may stand."""
        return 0

    def open_list(self, marked: int = -1) -> None:
        offers = self.offers(self.line.text().strip())
        self._offered = {choice.id: choice for choice in offers}
        self.list.show_rows([ChoiceRow(c.id, c.label, c.code) for c in offers], marked)

    def move_mark(self, by: int) -> bool:
        if not self.list.isVisible():
            self.open_list()
        self.list.move_current(by)
        return True

    def close_list(self) -> bool:
        was_open = self.list.isVisible()
        self.list.hide()
        return was_open

    def take_marked(self) -> bool:
        marked = self.list.current_id()
        if marked is not None:
            self._picked(marked)
        self.list.hide()
        return False

    def retheme(self) -> None:
        self.line.setFixedHeight(self.theme.target_px)

    def _picked(self, choice_id: str) -> None:
        self.accept(self._offered[choice_id])
        self.edited.emit()

    def _typed(self) -> None:
        self.open_list(self.mark_when_typed())
        self.edited.emit()

    def _entered(self) -> None:
        self.open_list()

    def _exited(self) -> None:
        self.list.hide()


class ChoiceField(ListField):
    """Exactly one of the choices, found by code or letters; leaving the line takes what is marked."""

    def __init__(self, theme: Theme, spec: FieldSpec, match: Match) -> None:
        super().__init__(theme, spec)
        self._match = match
        self._chosen: Choice | None = None
        self.set_theme(theme)

    def offers(self, typed: str) -> Sequence[Choice]:
        # A line that shows a choice already offers all the others again.
        return self.spec.choices if self._chosen is not None else self._match(typed, self.spec.choices)

    def accept(self, choice: Choice) -> None:
        self._chosen = choice
        self.line.setText(choice.label)
        self.line.setCursorPosition(0)
        self.list.hide()

    def value(self) -> Any:
        if self._chosen is None and self.line.text().strip():
            raise ValueError
        return None if self._chosen is None else self._chosen.id

    def put(self, value: object) -> None:
        self._chosen = next((choice for choice in self.spec.choices if choice.id == value), None)
        self.line.setText("" if self._chosen is None else self._chosen.label)
        self.line.setCursorPosition(0)

    def empty(self) -> bool:
        return self._chosen is None and not self.line.text().strip()

    def _typed(self) -> None:
        self._chosen = None
        super()._typed()

    def _exited(self) -> None:
        if self._chosen is None and self.line.text().strip():
            self.take_marked()
        super()._exited()


class SuggestField(ListField):
    """Free text; a suggestion taken from the list is remembered by its id until the text changes."""

    def __init__(self, theme: Theme, spec: FieldSpec, suggest: Callable[[str], Sequence[Choice]]) -> None:
        super().__init__(theme, spec)
        self._suggest = suggest
        self._id = ""
        self.set_theme(theme)

    def offers(self, typed: str) -> Sequence[Choice]:
        return self._suggest(typed) if typed else ()

    def accept(self, choice: Choice) -> None:
        self._id = choice.id
        self.line.setText(choice.label)
        self.list.hide()

    def value(self) -> Any:
        return Picked(self.line.text().strip(), self._id)

    def put(self, value: object) -> None:
        picked = value if isinstance(value, Picked) else Picked(str(value or ""))
        self._id = picked.id
        self.line.setText(picked.text)

    def empty(self) -> bool:
        return not self.line.text().strip()

    def mark_when_typed(self) -> int:
        return -1

    def _typed(self) -> None:
        self._id = ""
        super()._typed()


class MultiField(ListField):
    """Several of the choices: Enter takes or drops the marked one, on an empty line it goes on."""

    def __init__(self, theme: Theme, spec: FieldSpec, match: Match) -> None:
        super().__init__(theme, spec)
        self._match = match
        self._ids: tuple[str, ...] = ()
        self._chosen = QWidget()
        self._flow = FlowLayout(theme.size(2))
        self._chosen.setLayout(self._flow)
        self.column.addWidget(self._chosen)
        self.line.backed.connect(self._drop_last)
        self.set_theme(theme)
        self._show_chosen()

    def offers(self, typed: str) -> Sequence[Choice]:
        return self._match(typed, self.spec.choices)

    def accept(self, choice: Choice) -> None:
        without = tuple(chosen for chosen in self._ids if chosen != choice.id)
        self._ids = without if len(without) < len(self._ids) else (*self._ids, choice.id)
        self.line.clear()
        self._show_chosen()
        self.open_list()

    def take_marked(self) -> bool:
        marked = self.list.current_id()
        if marked is None:
            return super().take_marked()
        self._picked(marked)
        return True

    def value(self) -> Any:
        if self.line.text().strip():
            raise ValueError
        return self._ids

    def put(self, value: object) -> None:
        known = {choice.id for choice in self.spec.choices}
        wanted = value if isinstance(value, (tuple, list)) else ()
        self._ids = tuple(str(each) for each in wanted if each in known)
        self.line.clear()
        self._show_chosen()

    def empty(self) -> bool:
        return not self._ids and not self.line.text().strip()

    def mark_when_typed(self) -> int:
        return 0 if self.line.text().strip() else -1

    def _drop_last(self) -> None:
        if self._ids:
            self._ids = self._ids[:-1]
            self._show_chosen()
            self.edited.emit()

    def _show_chosen(self) -> None:
        empty_layout(self._flow)
        labels = {choice.id: choice.label for choice in self.spec.choices}
        for chosen in self._ids:
            self._flow.addWidget(Tag(self.theme, labels[chosen], "accent"))
        self._chosen.setVisible(bool(self._ids))
        self.updateGeometry()
