"""How a request of the hub above is answered at a window: sent once, said what came of it, on to the next."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject

from app.commands.command import Outcome
from app.viewmodels.context import Context
from app.viewmodels.outcomes import failure_words, said
from views.bridge import Bridge
from views.panels.requests import RequestsPanel

ANSWER = "answer_request"


class AnswerFlow(QObject):
    """The sending side of one inbox; `say(words, severity)` is the window's own message."""

    def __init__(
        self, context: Context, panel: RequestsPanel, bridge: Bridge, say: Callable[[str, str], None]
    ) -> None:
        super().__init__(panel)
        self._context = context
        self._panel = panel
        self._bridge = bridge
        self._say = say
        panel.answered.connect(self._send)

    def _send(self, request: str, accepted: bool, reason: str) -> None:
        self._panel.busy(True)
        label = self._context.text("request.answered_yes" if accepted else "request.answered_no")
        self._bridge.when_done(
            self._panel.model.answer(request, accepted, reason),
            lambda outcome: self._done(outcome, label),
            self._failed,
        )

    def _done(self, outcome: Outcome, label: str) -> None:
        words = said(self._context, outcome, ANSWER, label)
        if not words.done:
            self._panel.refused(words.text)
            self._say(words.text, words.severity)
            return
        # Shown at once, not at the next beat: the request is gone before the keyboard goes back to the list.
        self._context.pulse.beat()
        self._panel.model.look_again()
        self._panel.done()
        self._say(words.text, words.severity)

    def _failed(self, error: BaseException) -> None:
        words = failure_words(self._context, error, ANSWER)
        self._context.pulse.say_trouble(words)
        self._panel.refused(words)
