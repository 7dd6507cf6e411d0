"""The strip on top of a wall screen: whose hall, demo or not, how safe the log is, clock and date."""

from __future__ import annotations

import logging

from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.viewmodels.context import Context
from app.viewmodels.link import LinkModel
from app.viewmodels.signal import Keys
from widgets.label import Label
from widgets.pill import Pill
from widgets.strip import Strip
from widgets.tag import Tag
from widgets.theme import Theme

_log = logging.getLogger(__name__)


class WallHeader(QWidget):
    """Not a card: it has no title of its own, and when it fails it keeps what it said last."""

    def __init__(self, theme: Theme, context: Context, active: bool) -> None:
        super().__init__()
        self._context = context
        self._link = LinkModel(context)
        self._failing = False
        strip = self._strip = Strip(theme)
        look = strip.theme
        self._name = Label(look, "", "heading", bold=True)
        self._mark = Tag(look, "", "text1", "body")
        self._safe = Pill(look)
        self._head = Label(look, "", "note", "text3")
        self._clock = Label(look, "", "clock", align="right")
        self._day = Label(look, "", "note", "text3")
        for part in (self._name, self._mark, self._safe, self._head):
            strip.row.addWidget(part)
        strip.row.addStretch(1)
        strip.row.addWidget(self._clock)
        strip.row.addWidget(self._day)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(strip)
        self._title = ""
        self._let_go = [
            context.pulse.second.connect(self._heard),
            context.pulse.hall.connect(self._heard),
            self._link.changed.connect(self._heard),
        ]

    def set_scene(self, title: str) -> None:
        """The words of the scene this screen shows."""
        self._title = title
        self.refresh_now()

    def refresh_now(self) -> None:
        """Take everything anew; a failure is logged once and hurts nothing else."""
        try:
            self._refresh()
        except Exception as error:
            if not self._failing:
                _log.error("wall_header.failed", exc_info=error)
            self._failing = True
        else:
            self._failing = False

    def release(self) -> None:
        """Stop listening; the window is closing."""
        for let_go in self._let_go:
            let_go()
        self._link.close()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.refresh_now()

    def _heard(self, _keys: Keys) -> None:
        if self.isVisible():
            self.refresh_now()

    def _refresh(self) -> None:
        context, now = self._context, self._context.now()
        founded = context.reading.hall.founded
        if founded is not None:
            hall = context.label(founded.label)
            self._name.set(context.text("wall.name", hall=hall, scene=self._title))
            self._mark.set(context.text(f"wall.{founded.mark}") if founded.mark else "")
        state = self._link.state()
        dot = context.text("list.dot")
        trouble = state.severity == "overdue"
        words = state.saved if state.failed else f"{state.where}{dot}{state.saved}"
        self._safe.set(words, light=state.severity, severity="overdue" if trouble else "")
        self._head.set(state.head)
        clock = context.formats.clock(now)
        self._clock.set(clock)
        self._clock.setAccessibleName(clock)
        self._day.set(context.formats.day(now))
