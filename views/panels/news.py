"""The ticker: what has just happened, newest first, as many lines as fit whole."""

from __future__ import annotations

from PySide6.QtGui import QResizeEvent

from app.viewmodels.context import Context
from app.viewmodels.news import NewsLine, NewsModel
from views.figured import FiguredPanel
from widgets.theme import Theme
from widgets.timeline import Moment, Timeline

STEP = "body"


class NewsPanel(FiguredPanel):
    """Lines that do not fit whole are left out: half a line is no news."""

    def __init__(self, theme: Theme, context: Context, active: bool) -> None:
        self._model = NewsModel(context)
        title = context.text("wall.panel.news")
        super().__init__(theme, context, title, self._model, active)
        self._lines = Timeline(theme, title, STEP)
        self.set_body(self._lines)
        self.bind(context.pulse.second, self._age)

    def refresh(self) -> None:
        self._age()
        # Laying text out is what costs; lines that cannot fit are not laid out.
        most = self._lines.height() // self.theme.face(STEP).line_px
        lines = self._model.lines(max(1, most))
        if not self.ready(lines, self.text("news.empty")):
            return
        moments = [self._moment(line) for line in lines]
        self._lines.set_moments(moments)
        room = self._lines.height()
        whole = [at for at in range(len(moments)) if self._lines.row_rect(at).bottom() < room]
        self._lines.set_moments(moments[: len(whole)])

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.refresh_now()

    def _age(self) -> None:
        self.set_note(self._model.note())

    def _moment(self, line: NewsLine) -> Moment:
        text = self.text("news.line", where=line.where, what=line.what, did=line.did)
        return Moment(line.id, line.time, text.strip(), role="overdue_mark" if line.late else "accent")
