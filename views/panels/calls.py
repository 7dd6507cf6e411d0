"""The strip of orders that reached nobody: whom to call now, with the duty phone; there only when needed."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal

from app.viewmodels.calls import CallLine, CallsModel
from app.viewmodels.context import Context
from views.keys import Keys, key_name
from views.panel import Panel
from widgets.line_list import LineList, LineRow
from widgets.theme import Theme
from widgets.themed import show_inside

LISTED = 3
"""Orders shown at once, the most pressing first: the board below keeps its room."""


class CallsPanel(Panel):
    """`opened(incident)` on Enter. Hidden while nobody is to be called."""

    opened = Signal(str)

    def __init__(self, theme: Theme, context: Context, model: CallsModel, keys: Keys) -> None:
        super().__init__(theme, context.language, context.text("calls.title"), "body")
        self._model = model
        self._hint = context.text("calls.hint", called=key_name(keys.console["called"]))
        self._lines: tuple[CallLine, ...] = ()
        self._away = False
        self.list = LineList(theme, context.text("calls.title"), LISTED)
        self.list.activated.connect(self._open)
        self.set_body(self.list)
        self.setFocusProxy(self.list)
        self.bind(model.changed)
        self.bind(context.pulse.second)
        self._let_go.append(model.changed.connect(lambda _keys: self._appear()))
        self._appear()

    def refresh(self) -> None:
        self._lines = self._model.lines()
        more = len(self._lines) - LISTED
        note = self.text("calls.note", n=len(self._lines), keys=self._hint)
        self.set_note(
            self.text("list.dot").join((note, self.text("calls.more", n=more))) if more > 0 else note
        )
        dot = self.text("list.dot")
        self.list.set_rows(
            [
                LineRow(
                    line.id,
                    f"{line.unit}  {line.phone}",
                    f"{line.code}{dot}{line.title}",
                    line.since,
                    line.urgency,
                    "urgent",
                )
                for line in self._lines
            ]
        )

    def current(self) -> CallLine | None:
        """The order the keyboard is on, while it is on this list."""
        if not self.list.hasFocus():
            return None
        return next((line for line in self._lines if line.id == self.list.current_id), None)

    def keep_away(self, away: bool) -> None:
        """Not to be seen, whoever is to be called: the desk is locked."""
        self._away = away
        self._appear()

    def take_focus(self) -> None:
        self.list.setFocus(Qt.FocusReason.OtherFocusReason)

    def _open(self, order: str) -> None:
        incident = next((line.incident for line in self._lines if line.id == order), "")
        if incident:
            self.opened.emit(incident)

    def _appear(self) -> None:
        show_inside(self, not self._away and bool(self._model.lines()))
