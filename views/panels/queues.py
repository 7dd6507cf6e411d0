"""The list at the console's left: the seat's queues with their counts."""

from __future__ import annotations

from PySide6.QtCore import Signal

from app.viewmodels.context import Context
from app.viewmodels.queues import QueuesModel
from views.flat import FlatPanel
from widgets.nav_list import NavItem, NavList
from widgets.scroll import Scroll
from widgets.theme import Theme


class QueuesPanel(FlatPanel):
    """`chosen(queue id)` when a person goes to another queue."""

    chosen = Signal(str)

    def __init__(self, theme: Theme, context: Context, model: QueuesModel) -> None:
        super().__init__(theme, context.language, context.text("queue.list"))
        self._model = model
        self.list = NavList(theme, context.text("queue.list"))
        self.list.chosen.connect(self.chosen)
        self.set_body(Scroll(self.list))
        self.bind(model.changed)
        self.setFocusProxy(self.list)

    def refresh(self) -> None:
        lines = self._model.lines()
        if not lines:
            self.show_state("empty", self.text("queue.none"))
            return
        self.show_state("ready")
        self.list.set_items([NavItem(line.id, line.label, line.count, line.severity) for line in lines])
        self.keep_wide()

    def keep_wide(self) -> None:
        """Names and counts stay whole; the scroll bar has its own room."""
        self.setMinimumWidth(self.list.minimumSizeHint().width() + self.theme.px(10))

    def set_current(self, queue: str) -> None:
        """Show a queue as chosen; an empty id shows none, as for a search through all cases."""
        self.list.set_current(queue)
