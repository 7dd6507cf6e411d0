"""Today's four figures: received, closed, open, overdue; with comparisons, leading to lists."""

from __future__ import annotations

from PySide6.QtWidgets import QGridLayout, QWidget

from app.viewmodels.context import Context
from app.viewmodels.totals import TotalsModel
from views.figured import FiguredPanel
from widgets.figure import Figure
from widgets.theme import Theme

COLUMNS = 2


class TotalsPanel(FiguredPanel):
    """Figures two by two."""

    def __init__(self, theme: Theme, context: Context, active: bool) -> None:
        self._model = TotalsModel(context)
        super().__init__(theme, context, context.text("wall.panel.totals"), self._model, active)
        self._figures: list[Figure] = []
        inside = QWidget()
        self._grid = QGridLayout(inside)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(theme.size(4))
        self.set_body(inside)

    def refresh(self) -> None:
        totals = self._model.totals()
        self.set_note(self._model.period())
        if not self.ready(totals, self.text("panel.loading")):
            return
        for at, total in enumerate(totals):
            if at == len(self._figures):
                self._add(at)
            self._figures[at].set(total.value, total.sub, total.severity, total.label)

    def _add(self, at: int) -> None:
        figure = Figure(self.theme, "", active=self.active)
        figure.activated.connect(lambda: self.opened.emit(self._model.totals()[at].opens))
        self._figures.append(figure)
        self._grid.addWidget(figure, at // COLUMNS, at % COLUMNS)
        self._grid.setColumnStretch(at % COLUMNS, 1)
        self._grid.setRowStretch(at // COLUMNS, 1)
