"""What comes in most today, as bars to one scale."""

from __future__ import annotations

from app.viewmodels.context import Context
from app.viewmodels.ranking import RankingModel
from views.figured import FiguredPanel
from widgets.bars import Bar, Bars
from widgets.theme import Theme


class RankingPanel(FiguredPanel):
    """A bar leads to today's cases of its family."""

    def __init__(self, theme: Theme, context: Context, active: bool) -> None:
        self._model = RankingModel(context)
        title = context.text("wall.panel.ranking")
        super().__init__(theme, context, title, self._model, active)
        self._bars = Bars(theme, title, active=active)
        self._bars.activated.connect(self._open)
        self.set_body(self._bars)

    def refresh(self) -> None:
        ranks = self._model.families()
        self.set_note(self._model.note())
        if self.ready(ranks, self.text("ranking.empty")):
            self._bars.set_bars([Bar(rank.id, rank.label, rank.count, rank.text) for rank in ranks])

    def _open(self, family: str) -> None:
        self.opened.emit(next(rank.opens for rank in self._model.families() if rank.id == family))
