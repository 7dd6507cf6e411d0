"""The line at the console's foot: how safe the log is, and the switches for language, size and look."""

from __future__ import annotations

from PySide6.QtCore import Signal

from app.viewmodels.context import Context
from app.viewmodels.link import LinkModel
from app.viewmodels.requests import RequestsModel
from views.flat import FlatPanel
from widgets.status_bar import StatusBar, StatusCell
from widgets.theme import Theme

SWITCHES = ("large", "theme", "language")
LINK, REQUESTS = "link", "requests"


class StatusLine(FlatPanel):
    """`switched(id)` for one of SWITCHES; `link_wanted()` when the state of the line was pressed,
    `requests_wanted()` when the count of requests from above was."""

    switched = Signal(str)
    link_wanted = Signal()
    requests_wanted = Signal()

    def __init__(
        self, theme: Theme, context: Context, model: LinkModel, requests: RequestsModel, large: bool
    ) -> None:
        super().__init__(theme, context.language, context.text("status.line"))
        self._model = model
        self._requests = requests
        self._large = large
        self.bar = StatusBar(theme, context.text("status.line"))
        self.bar.activated.connect(self._pressed)
        self.set_body(self.bar)
        self.bind(model.changed)
        self.bind(requests.changed)

    def refresh(self) -> None:
        state, text = self._model.state(), self.text
        waiting = len(self._requests.lines())
        above = text("request.foot", n=waiting) if waiting else ""
        cells = (
            StatusCell(LINK, state.where, state.severity, state.severity, active=True),
            StatusCell("saved", state.saved, severity="overdue" if state.failed else ""),
            StatusCell("level", state.level),
            StatusCell("clock", state.clock, severity="due_soon"),
            StatusCell(REQUESTS, above, severity="due_soon", active=True),
            StatusCell("head", state.head),
        )
        left = tuple(cell for cell in cells if cell.text)
        right = tuple(
            StatusCell(each, text(key), active=True)
            for each, key in (
                ("large", "status.normal" if self._large else "status.large"),
                ("theme", "status.theme"),
                ("language", "status.language"),
            )
        )
        self.bar.set_cells(left, right)

    def _pressed(self, cell: str) -> None:
        if cell == LINK:
            self.link_wanted.emit()
        elif cell == REQUESTS:
            self.requests_wanted.emit()
        else:
            self.switched.emit(cell)

    def set_large(self, large: bool) -> None:
        self._large = large
        self.refresh_now()
