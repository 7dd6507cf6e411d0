"""The sheet for one action: fields drawn from the rules, proposals filled in, refusals where they belong."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt, QTimer, Signal

from app.viewmodels.context import Context
from app.viewmodels.form_fields import FormField
from views.fields import (
    PARTS_FIRST,
    PARTS_MOST,
    Matcher,
    filled,
    form_specs,
    form_words,
    part_ids,
    wrong_field,
)
from views.panel import Panel
from widgets.action_bar import ActionButton
from widgets.form import Choice, FieldSpec, Form
from widgets.scroll import Scroll
from widgets.theme import Theme

CaseSearch = Callable[[str], Sequence[Choice]]
"""Open cases for a field that names another case."""


class ActionForm(Panel):
    """`submitted(dict)` with what the rules expect, `left()` on Esc. One sheet for one filling-in."""

    submitted = Signal(object)
    left = Signal()

    def __init__(
        self,
        theme: Theme,
        context: Context,
        title: str,
        fields: Sequence[FormField],
        match: Matcher,
        areas: Sequence[Choice],
        cases: CaseSearch,
    ) -> None:
        super().__init__(theme, context.language, title, "body")
        self._context = context
        self._fields = tuple(fields)
        self._areas = areas
        self._parts = PARTS_FIRST
        self.form = Form(
            theme,
            title,
            self._specs(),
            form_words(context, title),
            match,
            lambda _field, typed: cases(typed),
        )
        self.form.submitted.connect(self._submit)
        self.form.left.connect(self.left)
        self.form.edited.connect(self._edited)
        self.set_body(Scroll(self.form))

    def refresh(self) -> None:
        """What is being filled in does not follow the news."""

    def begin(self) -> None:
        """The keyboard to the first field that is still empty; to the button when all is proposed already."""
        for field in self._fields:
            place = part_ids(field.id, 1)[0] if field.kind == "parts" else field.id
            if field.required and self.form.editor(place).empty():
                self.form.focus_field(place)
                return
        self._focus_button()

    def busy(self, is_busy: bool) -> None:
        """While it is being saved nothing can be changed, or sent twice."""
        self.form.setEnabled(not is_busy)
        self.set_note(self.text("form.saving") if is_busy else "")

    def refused(self, words: str, field: str) -> None:
        """Say why not: at the field it is about, or above them all."""
        self.busy(False)
        place = wrong_field(self._fields, field)
        if place:
            self.form.show_errors({place: words})
            self.show_state("ready")
        else:
            self.show_state("ready", words)
            self.begin()

    def _focus_button(self) -> None:
        for button in self.form.findChildren(ActionButton):
            if button.action_id == "submit":
                button.setFocus(Qt.FocusReason.OtherFocusReason)

    def _submit(self, values: dict[str, object]) -> None:
        missing = [f for f in self._fields if f.kind == "incident" and f.required]
        given = filled(self._fields, values)
        unknown = {f.id: self.text("form.choose_case") for f in missing if f.id not in given}
        if unknown:
            self.form.show_errors(unknown)
        else:
            self.submitted.emit(given)

    def _specs(self) -> Sequence[FieldSpec]:
        return form_specs(self._context, self._fields, self._areas, self._parts)

    def _edited(self, field: str) -> None:
        parts = next((f for f in self._fields if f.kind == "parts"), None)
        if parts is not None and field in part_ids(parts.id, self._parts) and self._parts < PARTS_MOST:
            # Not while the key that filled this line is still being dealt with.
            QTimer.singleShot(0, self, self._one_more_part)

    def _one_more_part(self) -> None:
        parts = next((f for f in self._fields if f.kind == "parts"), None)
        if parts is None or not self.form.values().get(part_ids(parts.id, self._parts)[1]):
            return
        self._parts += 1
        self.form.set_fields(self._specs(), keep=True)
        self.form.focus_field(part_ids(parts.id, self._parts)[0])
