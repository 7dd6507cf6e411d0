"""How a decision about an inbox's item is sent: once, said what came of it, the inbox ready for the next."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future

from PySide6.QtCore import QObject

from app.commands.command import Outcome
from app.viewmodels.context import Context
from app.viewmodels.outcomes import failure_words, said
from views.bridge import Bridge
from views.inbox import Inbox


class Deciding(QObject):
    """The sending side of one inbox; `say(words, severity)` is the window's own message."""

    def __init__(
        self, context: Context, panel: Inbox, bridge: Bridge, say: Callable[[str, str], None]
    ) -> None:
        super().__init__(panel)
        self._context = context
        self._panel = panel
        self._bridge = bridge
        self._say = say
        panel.decided.connect(self._wait)

    def _wait(self, asked: Future[Outcome], words: str) -> None:
        self._panel.busy(True)
        self._bridge.when_done(asked, lambda outcome: self._done(outcome, words), self._failed)

    def _done(self, outcome: Outcome, label: str) -> None:
        words = said(self._context, outcome, self._panel.action, label)
        if not words.done:
            self._panel.refused(words.text)
            # Somebody else may have decided it: then the form goes with the item, and the words must not.
            self._say(words.text, words.severity)
            return
        # Shown at once, not at the next beat: the item is gone before the keyboard goes back to the list.
        self._context.pulse.beat()
        self._panel.done()
        self._say(words.text, words.severity)

    def _failed(self, error: BaseException) -> None:
        words = failure_words(self._context, error, self._panel.action)
        self._context.pulse.say_trouble(words)
        self._panel.refused(words)
