"""Live incidents for the wall: few rows, large, what burns first on top."""

from __future__ import annotations

from app.viewmodels.context import Context
from app.viewmodels.live import LiveModel, LiveRow
from views.figured import FiguredPanel
from widgets.feed import Feed, FeedRow
from widgets.theme import Theme

LOUD = ("overdue", "due_soon")
"""Lights whose timer takes the light's colour; the others stay quiet."""


class LivePanel(FiguredPanel):
    """As many rows as fit."""

    def __init__(self, theme: Theme, context: Context, active: bool) -> None:
        self._model = LiveModel(context)
        self._dot = context.text("list.dot")
        title = context.text("wall.panel.live")
        super().__init__(theme, context, title, self._model, active)
        self._feed = Feed(theme, title, active)
        self._feed.fits_changed.connect(lambda _fits: self.refresh_now())
        self.set_body(self._feed)

    def refresh(self) -> None:
        rows = self._model.rows(max(1, self._feed.fits()))
        self.set_note(self._model.note())
        if self.ready(rows, self.text("live.empty")):
            self._feed.set_rows([self._row(row) for row in rows])

    def _row(self, row: LiveRow) -> FeedRow:
        quiet = "text3" if row.light in ("", "paused", "not_started") else "text1"
        return FeedRow(
            row.incident,
            row.title,
            f"{row.place}{self._dot}{row.doing}",
            row.timer,
            row.light if row.light in LOUD else quiet,
            row.light,
            row.urgency,
        )
