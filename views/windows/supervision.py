"""The supervisor's window: the hall's figures, and beside them the list behind whichever one was chosen."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QCloseEvent, QKeyEvent, QShowEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from app.viewmodels.board import BoardModel
from app.viewmodels.board_filter import BoardFilterModel
from app.viewmodels.context import Context
from app.viewmodels.link import LinkModel
from app.viewmodels.listing import OVERDUE, Filter, list_words
from views.bridge import Bridge
from views.deciding import Deciding
from views.desk_look import DeskLook
from views.figured import FiguredPanel
from views.keys import Bound, Keys, key_name
from views.panel import Panel, release_all
from views.panels.board import BoardPanel
from views.panels.conflicts import ConflictsPanel
from views.panels.requests import RequestsPanel
from views.registry import panels_for
from widgets.key_hint import KeyHint
from widgets.label import Label
from widgets.pill import Pill
from widgets.strip import Strip
from widgets.tag import Tag
from widgets.toast import Toast

MIN_SIZE = QSize(1280, 800)

SIDE = ("totals", "lights", "news")
TOP = ("streets", "ranking")

LINK, CONFLICTS, REQUESTS = "link", "conflicts", "requests"
"""What may stand in the list's place: each has its key, Esc brings the list back."""

SIDE_PX, TOP_PX = 420, 230
"""Width and height at scale 1: four figures two by two read well, six streets fit."""


class SupervisionWindow(QWidget):
    """`case_wanted(incident)` on Enter in the list; `closing()` when a person closes it."""

    case_wanted = Signal(str)
    closing = Signal()

    def __init__(self, context: Context, look: DeskLook, keys: Keys) -> None:
        super().__init__()
        self._context = context
        self._keys = keys
        self._theme = theme = look.load()
        self._model = BoardModel(context)
        self._list = Label(theme, "", "title", bold=True)
        self.board = BoardPanel(theme, context, self._model, BoardFilterModel(context, self._model))
        self.board.opened.connect(lambda incident: self.case_wanted.emit(str(incident)))
        self.figures: dict[str, FiguredPanel] = {}
        self.bridge = Bridge()
        self.link, conflicts, requests = (self._side(name) for name in (LINK, CONFLICTS, REQUESTS))
        assert isinstance(conflicts, ConflictsPanel)
        self.conflicts = conflicts
        self._settling = Deciding(context, self.conflicts, self.bridge, self.say)
        assert isinstance(requests, RequestsPanel)
        self.requests = requests
        self._answering = Deciding(context, self.requests, self.bridge, self.say)
        self.requests.opened.connect(self.case_wanted)
        self._state = LinkModel(context)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._head())
        column.addWidget(self._body(), 1)
        self.toast = Toast(theme, self)
        self._bind()
        self.setMinimumSize(theme.px(MIN_SIZE.width()), theme.px(MIN_SIZE.height()))
        self._let_go = [
            context.pulse.second.connect(lambda _keys: self._clock.set(context.formats.clock(context.now()))),
            self._model.changed.connect(lambda _keys: self._name_list()),
            self._state.changed.connect(lambda _keys: self._show_link()),
            self.conflicts.model.changed.connect(lambda _keys: self._show_conflicts()),
            self.requests.model.changed.connect(lambda _keys: self._show_requests()),
        ]
        self._show_link()
        self._show_conflicts()
        self._show_requests()
        theme.apply(self)
        self.show_list(OVERDUE)

    @property
    def model(self) -> BoardModel:
        """The list on show."""
        return self._model

    def show_list(self, wanted: Filter) -> None:
        """Bring up the list behind a figure."""
        self._pages.setCurrentWidget(self._listed)
        self._model.show(wanted)
        self._name_list()

    def show_side(self, name: str) -> None:
        """Link, conflicts or requests in the place of the list; asked for again, the list comes back."""
        page = {LINK: self.link, CONFLICTS: self.conflicts, REQUESTS: self.requests}[name]
        self._pages.setCurrentWidget(self._listed if self._pages.currentWidget() is page else page)
        for inbox in (self.conflicts, self.requests):
            if self._pages.currentWidget() is inbox:
                inbox.take_focus()

    def say(self, words: str, severity: str) -> None:
        """A message at the foot of the window."""
        self.toast.show_message(words, severity)

    def release(self) -> None:
        """Let go of everything: the window is not used any more."""
        self.bridge.close()
        for let_go in self._let_go:
            let_go()
        self._let_go.clear()
        release_all(self)
        self._model.close()
        self._state.close()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self._pages.currentWidget() is not self._listed:
            self._pages.setCurrentWidget(self._listed)
            self.board.take_focus()
        else:
            super().keyPressEvent(event)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.board.table.setFocus(Qt.FocusReason.OtherFocusReason)

    def closeEvent(self, event: QCloseEvent) -> None:
        super().closeEvent(event)
        self.closing.emit()

    def _head(self) -> QWidget:
        context, strip = self._context, Strip(self._theme)
        founded = context.reading.hall.founded
        name = context.text("supervision.name")
        mark = context.text(f"wall.{founded.mark}") if founded is not None and founded.mark else ""
        hall = context.label(founded.label) if founded is not None else ""
        strip.row.addWidget(Label(strip.theme, name, "title", bold=True))
        strip.row.addWidget(Tag(strip.theme, mark, "text1"))
        strip.row.addWidget(Label(strip.theme, hall, "body", "text3"))
        strip.row.addStretch(1)
        self._pills: dict[str, Pill] = {}
        self._hints: dict[str, KeyHint] = {}
        for side in (REQUESTS, CONFLICTS, LINK):
            pill = self._pills[side] = Pill(strip.theme, step="body", active=True)
            pill.activated.connect(lambda side=side: self.show_side(side))
            strip.row.addWidget(pill)
            hint = self._hints[side] = KeyHint(strip.theme, key_name(self._keys.console[side]))
            strip.row.addWidget(hint)
        self._clock = Label(strip.theme, context.formats.clock(context.now()), "body", align="right")
        strip.row.addWidget(self._clock)
        self.setWindowTitle(context.text("list.dot").join(part for part in (name, hall, mark) if part))
        return strip

    def _body(self) -> QWidget:
        theme, gap = self._theme, self._theme.size(4)
        body, listed = QWidget(), QWidget()
        self._listed, self._pages = listed, QStackedWidget()
        for page in (listed, self.link, self.conflicts, self.requests):
            self._pages.addWidget(page)
        grid = QGridLayout(body)
        grid.setContentsMargins(gap, gap, gap, gap)
        grid.setSpacing(gap)
        side, top = QVBoxLayout(), QHBoxLayout()
        side.setSpacing(gap)
        top.setSpacing(gap)
        for name in SIDE:
            side.addWidget(self._figure(name), int(name == "news"))
        for name in TOP:
            top.addWidget(self._figure(name), 1)
        column = QVBoxLayout(listed)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.size(3))
        column.addWidget(self._list)
        column.addWidget(self.board, 1)
        grid.addLayout(side, 0, 0, 3, 1)
        grid.addWidget(self._figure("due_strip"), 0, 1)
        grid.addLayout(top, 1, 1)
        grid.addWidget(self._pages, 2, 1)
        grid.setColumnMinimumWidth(0, theme.px(SIDE_PX))
        grid.setRowMinimumHeight(1, theme.px(TOP_PX))
        grid.setColumnStretch(1, 1)
        grid.setRowStretch(2, 1)
        return body

    def _side(self, name: str) -> Panel:
        panel = panels_for("supervision")[name].factory(self._theme, self._context, True)
        assert isinstance(panel, Panel)  # only such are allowed here
        return panel

    def _bind(self) -> None:
        bound = Bound(self)
        for side in (LINK, CONFLICTS, REQUESTS):
            bound.bind(self._keys.console[side], lambda side=side: self.show_side(side))  # type: ignore[misc]

    def _show_link(self) -> None:
        state = self._state.state()
        self._pills[LINK].set(state.where, light=state.severity)

    def _show_conflicts(self) -> None:
        count = len(self.conflicts.model.lines())
        words = self._context.text("conflict.pill", n=count)
        self._pills[CONFLICTS].set(words, severity="overdue" if count else "")

    def _show_requests(self) -> None:
        """Only halls with another above or below have such a thing."""
        count, shown = len(self.requests.model.lines()), self.requests.model.any_levels
        self._pills[REQUESTS].set(
            self._context.text("request.pill", n=count), severity="due_soon" if count else ""
        )
        for part in (self._pills[REQUESTS], self._hints[REQUESTS]):
            part.setVisible(shown)

    def _figure(self, name: str) -> FiguredPanel:
        panel = panels_for("supervision")[name].factory(self._theme, self._context, True)
        assert isinstance(panel, FiguredPanel)  # only such are allowed here
        panel.opened.connect(self.show_list)
        self.figures[name] = panel
        return panel

    def _name_list(self) -> None:
        count = self._context.formats.count(self._model.count())
        words = list_words(self._context, self._model.filter)
        self._list.set(self._context.text("supervision.list", list=words, n=count))
