"""Each street's open cases as a bar by light, with the counts of what is overdue and what soon will be."""

from __future__ import annotations

from PySide6.QtGui import QResizeEvent

from app.viewmodels.context import Context
from app.viewmodels.ranking import Rank
from app.viewmodels.streets import StreetLine, StreetsModel
from views.figured import FiguredPanel
from widgets.stacked_bars import Count, StackedBar, StackedBars
from widgets.theme import Theme


class StreetsPanel(FiguredPanel):
    """A row leads to the open cases of its street."""

    def __init__(self, theme: Theme, context: Context, active: bool) -> None:
        self._model = StreetsModel(context)
        title = context.text("wall.panel.streets")
        super().__init__(theme, context, title, self._model, active)
        self._bars = StackedBars(theme, title, active=active)
        self._bars.activated.connect(self._open)
        self.set_body(self._bars)

    def refresh(self) -> None:
        streets = self._model.streets()
        if self.ready(streets, self.text("streets.empty")):
            self._bars.set_bars([_bar(line) for line in streets])
        hidden = len(streets) - self._bars.fits() if self._bars.isVisible() else 0
        self.set_note(self._model.note(max(0, hidden)))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.refresh_now()

    def _open(self, street: str) -> None:
        self.opened.emit(next(line.open.opens for line in self._model.streets() if line.id == street))


def _bar(line: StreetLine) -> StackedBar:
    counts = (_count(line.overdue), _count(line.due_soon))
    return StackedBar(line.id, line.label, line.lights, line.open.count, line.open.text, counts)


def _count(rank: Rank) -> Count:
    """A zero calls for nobody and stays away."""
    return Count(rank.id, rank.text if rank.count else "")
