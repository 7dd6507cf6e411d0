"""How somebody sits down at a desk: the form's try goes to the hall, its answer decides what comes next."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal

from app.base.errors import MusterError
from app.viewmodels.context import Context
from app.viewmodels.outcomes import failure_words
from app.viewmodels.sign_in import SignInModel
from views.bridge import Bridge
from views.panels.sign_in import SignInPanel


class SignInFlow(QObject):
    """`seated()` when somebody has sat down and the desk is to go on."""

    seated = Signal()

    def __init__(
        self,
        context: Context,
        model: SignInModel,
        panel: SignInPanel,
        bridge: Bridge,
        say: Callable[[str, str], None],
    ) -> None:
        super().__init__(panel)
        self._context = context
        self._model = model
        self._panel = panel
        self._bridge = bridge
        self._say = say
        panel.submitted.connect(self._try)

    def leave(self, why: str = "signed_out") -> None:
        """Free the seat; the desk locks at once, whatever becomes of the entry about it."""
        try:
            future = self._model.leave(why)
        except MusterError as error:
            self._unsaid(error)
            return
        if future is not None:
            self._bridge.when_done(future, lambda _done: None, self._unsaid)

    def _try(self, sitter: str, password: str, code: str, new: str) -> None:
        self._panel.busy(True)
        try:
            future = self._model.ask(sitter, password, code, new)
        except MusterError as error:
            # Nobody can be asked at all: the hall is closing, or has no accounts any more.
            self._failed(error)
            return
        self._bridge.when_done(future, self._answered, self._failed)

    def _answered(self, answer: object) -> None:
        step = self._model.taken(answer)  # type: ignore[arg-type]
        if step.next != "seated":
            self._panel.go_on(step)
            return
        self._panel.begin()
        self.seated.emit()
        self._say(step.words, "in_time")

    def _failed(self, error: BaseException) -> None:
        self._panel.failed(failure_words(self._context, error))

    def _unsaid(self, error: BaseException) -> None:
        self._say(failure_words(self._context, error), "overdue")
