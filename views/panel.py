"""What every panel has in common: it refreshes when its model says so, only while seen, and fails alone."""

from __future__ import annotations

import logging
from collections.abc import Callable

from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QWidget

from app.base.language import Language
from app.viewmodels.signal import Changed, Keys
from widgets.card import Card
from widgets.theme import Theme

_log = logging.getLogger(__name__)


class Panel(Card):
    """A card bound to a view model. Subclasses build their widgets, call `bind`, and override `refresh`."""

    def __init__(self, theme: Theme, language: Language, title: str, step: str = "title") -> None:
        super().__init__(theme, title, step=step)
        self.language = language
        self._dirty = True
        self._let_go: list[Callable[[], None]] = []
        self._failing = False

    def bind(self, changed: Changed, handler: Callable[[], None] | None = None) -> None:
        """Run `handler` (else the whole `refresh`) when the model changed; hidden panels wait till shown."""

        def heard(_keys: Keys) -> None:
            if not self.isVisible():
                self._dirty = True
            else:
                self._attempt(handler or self.refresh)

        self._let_go.append(changed.connect(heard))

    def refresh(self) -> None:
        """Take everything anew from the model."""
        raise NotImplementedError

    def refresh_now(self) -> None:
        """Refresh at once, whether seen or not; what fails is shown in this panel alone."""
        self._dirty = False
        self._attempt(self.refresh)

    def release(self) -> None:
        """Stop listening; the window is closing."""
        for let_go in self._let_go:
            let_go()
        self._let_go.clear()

    def text(self, key: str, **params: object) -> str:
        return self.language.text(key, **params)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._dirty:
            self.refresh_now()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._dirty = True

    def _attempt(self, work: Callable[[], None]) -> None:
        self._failing = not self.attempt(work, self._say)

    def _say(self, error: Exception) -> str:
        # Logged once; the panel itself keeps saying it until a refresh succeeds.
        if not self._failing:
            _log.error("panel %s failed", type(self).__name__, exc_info=error)
        return self.text("panel.failed")


def release_all(window: QWidget) -> None:
    """Let every panel of a closing window go."""
    for panel in window.findChildren(Panel):
        panel.release()
