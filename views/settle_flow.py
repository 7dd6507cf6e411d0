"""How a conflict is settled at a window: sent once, said what came of it, the inbox ready for the next."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject

from app.commands.command import Outcome
from app.viewmodels.context import Context
from app.viewmodels.outcomes import failure_words, said
from views.bridge import Bridge
from views.panels.conflicts import SECOND, ConflictsPanel

SETTLE = "settle"


class SettleFlow(QObject):
    """The sending side of one inbox; `say(words, severity)` is the window's own message."""

    def __init__(
        self, context: Context, panel: ConflictsPanel, bridge: Bridge, say: Callable[[str, str], None]
    ) -> None:
        super().__init__(panel)
        self._context = context
        self._panel = panel
        self._bridge = bridge
        self._say = say
        panel.settled.connect(self._send)

    def _send(self, item: str, choice: str, reason: str) -> None:
        self._panel.busy(True)
        self._bridge.when_done(
            self._panel.model.settle(item, "second" if choice == SECOND else "first", reason),
            self._done,
            self._failed,
        )

    def _done(self, outcome: Outcome) -> None:
        words = said(self._context, outcome, SETTLE, self._context.text("conflict.settled"))
        if not words.done:
            self._panel.refused(words.text)
            # Somebody else may have settled it: then the form goes with the item, and the words must not.
            self._say(words.text, words.severity)
            return
        # Shown at once, not at the next beat: the item is gone before the keyboard goes back to the list.
        self._context.pulse.beat()
        self._panel.done()
        self._say(words.text, words.severity)

    def _failed(self, error: BaseException) -> None:
        words = failure_words(self._context, error, SETTLE)
        self._context.pulse.say_trouble(words)
        self._panel.refused(words)
