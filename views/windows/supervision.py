"""The supervisor's window: the hall's figures, and beside them the list behind whichever one was chosen."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QCloseEvent, QShowEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from app.viewmodels.board import BoardModel
from app.viewmodels.board_filter import BoardFilterModel
from app.viewmodels.context import Context
from app.viewmodels.listing import OVERDUE, Filter, list_words
from views.desk_look import DeskLook
from views.figured import FiguredPanel
from views.panel import release_all
from views.panels.board import BoardPanel
from views.registry import panels_for
from widgets.label import Label
from widgets.strip import Strip
from widgets.tag import Tag

MIN_SIZE = QSize(1280, 800)

SIDE = ("totals", "lights", "news")
TOP = ("streets", "ranking")

SIDE_PX, TOP_PX = 420, 230
"""Width and height at scale 1: four figures two by two read well, six streets fit."""


class SupervisionWindow(QWidget):
    """`case_wanted(incident)` on Enter in the list; `closing()` when a person closes it."""

    case_wanted = Signal(str)
    closing = Signal()

    def __init__(self, context: Context, look: DeskLook) -> None:
        super().__init__()
        self._context = context
        self._theme = theme = look.load()
        self._model = BoardModel(context)
        self._list = Label(theme, "", "title", bold=True)
        self.board = BoardPanel(theme, context, self._model, BoardFilterModel(context, self._model))
        self.board.opened.connect(lambda incident: self.case_wanted.emit(str(incident)))
        self.figures: dict[str, FiguredPanel] = {}
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._head())
        column.addWidget(self._body(), 1)
        self.setMinimumSize(theme.px(MIN_SIZE.width()), theme.px(MIN_SIZE.height()))
        self._let_go = [
            context.pulse.second.connect(lambda _keys: self._clock.set(context.formats.clock(context.now()))),
            self._model.changed.connect(lambda _keys: self._name_list()),
        ]
        theme.apply(self)
        self.show_list(OVERDUE)

    @property
    def model(self) -> BoardModel:
        """The list on show."""
        return self._model

    def show_list(self, wanted: Filter) -> None:
        """Bring up the list behind a figure."""
        self._model.show(wanted)
        self._name_list()

    def release(self) -> None:
        """Let go of everything: the window is not used any more."""
        for let_go in self._let_go:
            let_go()
        self._let_go.clear()
        release_all(self)
        self._model.close()

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
        self._clock = Label(strip.theme, context.formats.clock(context.now()), "body", align="right")
        strip.row.addWidget(self._clock)
        self.setWindowTitle(context.text("list.dot").join(part for part in (name, hall, mark) if part))
        return strip

    def _body(self) -> QWidget:
        theme, gap = self._theme, self._theme.size(4)
        body, listed = QWidget(), QWidget()
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
        grid.addWidget(listed, 2, 1)
        grid.setColumnMinimumWidth(0, theme.px(SIDE_PX))
        grid.setRowMinimumHeight(1, theme.px(TOP_PX))
        grid.setColumnStretch(1, 1)
        grid.setRowStretch(2, 1)
        return body

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
