"""What falls due within the hour, by unit, and beside it what nobody signed and what does not move."""

from __future__ import annotations

from PySide6.QtWidgets import QGridLayout, QWidget

from app.viewmodels.context import Context
from app.viewmodels.due_strip import SHOWN, DueStripModel
from app.viewmodels.ranking import Rank
from views.figured import FiguredPanel
from widgets.figure import Figure
from widgets.theme import Theme


class DueStripPanel(FiguredPanel):
    """Figures side by side: units from the left, as many as there are; the two others stand at the right."""

    def __init__(self, theme: Theme, context: Context, active: bool) -> None:
        self._model = DueStripModel(context)
        title = context.text("strip.due_hour")
        super().__init__(theme, context, title, self._model, active)
        self._shown: list[Rank | None] = [None] * (SHOWN + 2)
        self._figures: list[Figure] = []
        inside = QWidget()
        row = QGridLayout(inside)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.size(4))
        for at in range(len(self._shown)):
            self._add(row, at)
        self.set_body(inside)

    def refresh(self) -> None:
        total = self._model.total()
        self.set_title(self.text("wall.panel.due_strip", n=total.text), self._model.note())
        units = self._model.units(SHOWN)
        free = [None] * (SHOWN - len(units))
        self._shown = [*units, *free, self._model.unsigned(), self._model.without_progress()]
        for figure, rank in zip(self._figures, self._shown, strict=True):
            if rank is not None:
                figure.set(rank.text, label=rank.label)
            figure.setVisible(rank is not None)

    def _add(self, row: QGridLayout, at: int) -> None:
        figure = Figure(self.theme, "", "clock", self.active)
        figure.activated.connect(lambda: self._open(at))
        self._figures.append(figure)
        row.addWidget(figure, 0, at)
        row.setColumnStretch(at, 1)

    def _open(self, at: int) -> None:
        rank = self._shown[at]
        if rank is not None:
            self.opened.emit(rank.opens)
