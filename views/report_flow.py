"""How a report goes at the desk: sent once, said where it stands, and the new case brought up."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal

from app.commands.command import Outcome
from app.viewmodels.context import Context
from app.viewmodels.outcomes import Said, failure_words, said
from app.viewmodels.report_form import ReportFormModel, Typed
from views.bridge import Bridge
from views.panels.report_form import ReportForm

REGISTER = "register"


class ReportFlow(QObject):
    """The sending side of the report forms. `taken(incident, stays)` when one is on disk; `stays` says that
    the form goes on to the next report."""

    taken = Signal(str, bool)

    def __init__(
        self,
        context: Context,
        model: ReportFormModel,
        bridge: Bridge,
        say: Callable[[str, str], None],
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._context = context
        self._model = model
        self._bridge = bridge
        self._say = say

    def adopt(self, form: ReportForm) -> None:
        """Send what this form hands over."""
        form.submitted.connect(lambda typed, joins: self._send(form, typed, joins))

    def _send(self, form: ReportForm, typed: Typed, joins: str) -> None:
        form.busy(True)
        self._bridge.when_done(
            self._model.send(typed, form.form_id, joins),
            lambda outcome: self._done(form, outcome, joins),
            lambda error: self._failed(form, error),
        )

    def _done(self, form: ReportForm, outcome: Outcome, joins: str) -> None:
        label = self._context.text("report.joined" if joins else "report.registered")
        words = said(self._context, outcome, REGISTER, label)
        if not words.done:
            form.refused(words.text, words.field)
            return
        self._taken(form, words)

    def _taken(self, form: ReportForm, words: Said) -> None:
        form.sent()
        self._say(words.text, words.severity)
        self.taken.emit(words.incident, form.short)

    def _failed(self, form: ReportForm, error: BaseException) -> None:
        words = failure_words(self._context, error, REGISTER)
        self._context.pulse.say_trouble(words)
        form.refused(words, "")
