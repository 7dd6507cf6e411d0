"""What panels of figures have in common: one model, lists behind figures, a state for nothing."""

from __future__ import annotations

from typing import Protocol

from PySide6.QtCore import Signal

from app.viewmodels.context import Context
from app.viewmodels.signal import Changed
from views.panel import Panel
from widgets.theme import Theme


class Model(Protocol):
    """A view model of figures."""

    changed: Changed

    def close(self) -> None: ...


class FiguredPanel(Panel):
    """Refreshed with its model. `opened` carries the Filter of the list whose count a figure is.

    Where people only look (`active` is false) nothing in it takes focus or hand.
    """

    opened = Signal(object)

    def __init__(self, theme: Theme, context: Context, title: str, model: Model, active: bool) -> None:
        super().__init__(theme, context.language, title)
        self.active = active
        self._closed = model.close
        self.bind(model.changed)

    def release(self) -> None:
        super().release()
        self._closed()

    def ready(self, has: object, otherwise: str) -> bool:
        """Show the content when there is some, else the words."""
        if has:
            self.show_state("ready")
        else:
            self.show_state("empty", otherwise)
        return bool(has)
