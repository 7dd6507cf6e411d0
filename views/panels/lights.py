"""The open cases by light: one bar to scale, each part with its shape, its count and its word."""

from __future__ import annotations

from app.viewmodels.context import Context
from app.viewmodels.totals import TotalsModel
from views.figured import FiguredPanel
from widgets.split_bar import Part, SplitBar
from widgets.theme import Theme


class LightsPanel(FiguredPanel):
    """A part leads to the cases that show its light."""

    def __init__(self, theme: Theme, context: Context, active: bool) -> None:
        self._model = TotalsModel(context)
        title = context.text("wall.panel.lights")
        super().__init__(theme, context, title, self._model, active)
        self._bar = SplitBar(theme, title, active)
        self._bar.activated.connect(self._open)
        self.set_body(self._bar)

    def refresh(self) -> None:
        lights = self._model.lights()
        self.set_note(self._model.open_words())
        if self.ready(lights, self.text("panel.loading")):
            self._bar.set_parts(
                [Part(one.light, one.light, one.count, one.text, one.label) for one in lights]
            )

    def _open(self, light: str) -> None:
        self.opened.emit(next(one.opens for one in self._model.lights() if one.light == light))
