"""How an action goes at the desk: its form if it has one, the command, and what is said of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import QObject, Signal

from app.commands.command import Outcome
from app.viewmodels.case import CaseModel
from app.viewmodels.case_view import ActionLine
from app.viewmodels.context import Context
from app.viewmodels.form_fields import FormField, needs_filling
from app.viewmodels.outcomes import failure_words, said
from views.bridge import Bridge
from views.panels.action_form import ActionForm
from views.panels.case import CasePanel
from widgets.toast import LONG_MS, SHORT_MS, Toast

MakeForm = Callable[[str, Sequence[FormField]], ActionForm]
"""A sheet with a title and fields, in the window's look and language."""

UNDO = "undo"


class CaseFlow(QObject):
    """One case panel's actions. `ended()` when a sheet has gone and the keyboard is to go back to work."""

    ended = Signal()

    def __init__(
        self,
        context: Context,
        model: CaseModel,
        panel: CasePanel,
        toast: Toast,
        bridge: Bridge,
        make_form: MakeForm,
    ) -> None:
        super().__init__(panel)
        self._context = context
        self._model = model
        self._panel = panel
        self._toast = toast
        self._bridge = bridge
        self._make_form = make_form
        self._back: ActionLine | None = None
        self.sheet: ActionForm | None = None
        panel.wanted.connect(self.want)
        panel.reveal_wanted.connect(self.reveal)
        toast.acted.connect(self._toast_acted)

    @property
    def filling_in(self) -> bool:
        """Whether a sheet is open: the case under it must not be changed for another."""
        return self.sheet is not None

    def key(self, key_id: str) -> None:
        """The action with this key, where the case shows one that may be had."""
        if not self.filling_in:
            for line in self._panel.lines:
                if line.key_id == key_id and not line.why_not:
                    self.want(line)
                    return

    def want(self, line: ActionLine) -> None:
        """Ask for what the action needs, or do it at once."""
        fields = self._model.form(line)
        if line.why_not:
            self._say(line.why_not, "due_soon")
        elif needs_filling(fields):
            self._ask(line, fields)
        else:
            self._send(line, {}, self._model.command_id())

    def reveal(self, ref: str = "") -> None:
        """Ask for a reason, then show what is masked for a minute."""
        fields = self._model.reveal_form()
        if not fields or self.filling_in:
            return
        if ref:
            fields = tuple(_with_value(field, ref) if field.id == "ref" else field for field in fields)
        sheet = self._open_sheet(self._context.text("case.reveal"), fields)
        sheet.submitted.connect(self._reveal_filled)

    def leave(self) -> None:
        """Away with the sheet; nothing was done."""
        sheet, self.sheet = self.sheet, None
        if sheet is not None:
            self._panel.show_sheet(None)
            sheet.release()
            sheet.deleteLater()
            self.ended.emit()

    def undo(self) -> None:
        """What the message on show offers."""
        self._toast.act()

    def say(self, words: str, severity: str, incident: str = "") -> None:
        """A message of another flow at this desk."""
        self._back = None
        self._say(words, severity)

    def _ask(self, line: ActionLine, fields: Sequence[FormField]) -> None:
        command_id = self._model.command_id()
        sheet = self._open_sheet(line.label, fields)
        sheet.submitted.connect(lambda form: self._send(line, form, command_id))

    def _open_sheet(self, title: str, fields: Sequence[FormField]) -> ActionForm:
        self.leave()
        sheet = self.sheet = self._make_form(title, fields)
        sheet.left.connect(self.leave)
        self._panel.show_sheet(sheet)
        sheet.begin()
        return sheet

    def _send(self, line: ActionLine, form: dict[str, Any], command_id: str) -> None:
        incident = self._model.incident
        if incident is None:
            return
        if self.sheet is not None:
            self.sheet.busy(True)
        self._bridge.when_done(
            self._model.take(line, form, command_id),
            lambda outcome: self._done(line, incident.id, outcome),
            lambda error: self._failed(line, error),
        )

    def _done(self, line: ActionLine, incident: str, outcome: Outcome) -> None:
        words = said(self._context, outcome, line.id, line.label)
        if not words.done:
            self._refused(words.text, words.field)
            return
        self.leave()
        current = self._model.incident
        if current is not None and current.id == incident:
            # Shown at once, not at the next beat: the person waits for their own step.
            self._context.pulse.beat()
            self._model.open(incident)
            self._back = None if line.refuses else self._model.way_back(line.id)
        self._say(words.text, words.severity)

    def _failed(self, line: ActionLine, error: BaseException) -> None:
        words = failure_words(self._context, error, line.id)
        self._context.pulse.say_trouble(words)
        self._refused(words, "")

    def _refused(self, words: str, field: str) -> None:
        if self.sheet is not None:
            self.sheet.refused(words, field)
        else:
            self._back = None
            self._say(words, "overdue")

    def _reveal_filled(self, form: dict[str, Any]) -> None:
        incident, sheet = self._model.incident, self.sheet
        if incident is None or sheet is None:
            return
        sheet.busy(True)
        ref = str(form["ref"])
        self._bridge.when_done(
            self._model.reveal(ref, str(form["reason"])),
            lambda value: self._revealed(incident.id, ref, value),
            lambda error: self._refused(failure_words(self._context, error, "reveal"), ""),
        )

    def _revealed(self, incident: str, ref: str, value: str) -> None:
        self.leave()
        self._model.show_clear(incident, ref, value)

    def _say(self, words: str, severity: str) -> None:
        back = self._back
        self._toast.show_message(
            words,
            severity,
            UNDO if back is not None else "",
            back.label if back is not None else "",
            SHORT_MS if severity == "in_time" else LONG_MS,
        )

    def _toast_acted(self, action: str) -> None:
        back, self._back = self._back, None
        if action == UNDO and back is not None:
            self.want(back)


def _with_value(field: FormField, value: str) -> FormField:
    return FormField(field.id, field.label, field.kind, field.options, field.required, value, field.hint)
