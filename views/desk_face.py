"""The panels of a console in one language and look; made anew when the language changes, the models stay."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QSplitter, QStackedWidget, QVBoxLayout, QWidget

from app.viewmodels.context import Context
from app.viewmodels.finding import Findable
from app.viewmodels.form_fields import FormField
from app.viewmodels.map import MapModel
from app.viewmodels.seat import Seat
from views.desk_models import DeskModels
from views.fields import Matcher
from views.keys import Keys
from views.panel import release_all
from views.panels.action_form import ActionForm
from views.panels.board import BoardPanel
from views.panels.calls import CallsPanel
from views.panels.case import CasePanel
from views.panels.conflicts import ConflictsPanel
from views.panels.desk_bar import DeskBar
from views.panels.importing import ImportingPanel
from views.panels.link import LinkPanel
from views.panels.map import MapPanel
from views.panels.queues import QueuesPanel
from views.panels.report_form import ReportForm
from views.panels.requests import RequestsPanel
from views.panels.sign_in import SignInPanel
from views.panels.status_line import StatusLine
from widgets.form import Choice
from widgets.theme import Theme

CASES_FOUND = 8
"""Cases offered for a field that names another: more are found by typing on."""

BOARD_SHARE, CASE_SHARE = 11, 8
"""How the width beside the queues is shared: the sketch's own proportions."""

QUEUES_PX, BOARD_MIN_PX, CASE_MIN_PX = 196, 520, 420
"""Widths at scale 1: a queue's name with its count, a board that still reads, a form that still fits."""


class DeskFace(QWidget):
    """The whole content of a console window, without its behaviour."""

    def __init__(
        self,
        theme: Theme,
        context: Context,
        seat: Seat,
        keys: Keys,
        models: DeskModels,
        actions: Callable[[], Sequence[Findable]],
        large: bool,
    ) -> None:
        super().__init__()
        self._theme = theme
        self._context = context
        self._models = models
        self._match = Matcher()
        self._areas = self._area_choices()
        self.bar = DeskBar(theme, context, seat, keys, models.find, actions, models.sign_in.ending_words)
        self.queues = QueuesPanel(theme, context, models.queues)
        self.board = BoardPanel(theme, context, models.board, models.filter)
        self.case = CasePanel(theme, context, models.case, keys)
        self.report, self.short_report = (
            ReportForm(theme, context, models.report, keys, self._match, self._areas, short)
            for short in (False, True)
        )
        self.calls = CallsPanel(theme, context, models.calls, keys)
        self.link = LinkPanel(theme, context, True)
        self.conflicts = ConflictsPanel(theme, context, True)
        self.requests = RequestsPanel(theme, context, True)
        self.map = MapPanel(theme, context, True, MapModel(context, follows=models.board))
        self.importing = ImportingPanel(theme, context, True)
        self.status = StatusLine(theme, context, models.link, self.requests.model, large)
        self.sign_in = SignInPanel(theme, context, models.sign_in, self._match)
        self.side_pages = (
            self.link, self.conflicts, self.requests, self.map, self.importing, self.sign_in,
        )  # fmt: skip
        self.right = QStackedWidget()
        for page in (self.case, self.report, self.short_report, *self.side_pages):
            self.right.addWidget(page)
        self.split = QSplitter(Qt.Orientation.Horizontal)
        self.split.setChildrenCollapsible(False)
        for place, (part, share) in enumerate(
            ((self.queues, 0), (self.board, BOARD_SHARE), (self.right, CASE_SHARE))
        ):
            self.split.addWidget(part)
            self.split.setStretchFactor(place, share)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.bar)
        column.addWidget(self.calls)
        column.addWidget(self.split, 1)
        column.addWidget(self.status)
        self.size_for(theme)

    def size_for(self, theme: Theme) -> None:
        """Least widths of a theme's scale."""
        self._theme = theme
        self.queues.keep_wide()
        self.split.setHandleWidth(theme.px(1))
        self.board.setMinimumWidth(theme.px(BOARD_MIN_PX))
        self.right.setMinimumWidth(theme.px(CASE_MIN_PX))

    def share_width(self, width: int) -> None:
        """The proportions a window begins with, for a window `width` px wide."""
        first = self._theme.px(QUEUES_PX)
        rest = max(0, width - first)
        board = rest * BOARD_SHARE // (BOARD_SHARE + CASE_SHARE)
        self.split.setSizes([first, board, rest - board])

    def action_form(self, title: str, fields: Sequence[FormField]) -> ActionForm:
        """A sheet for an action, in this face's look and language."""
        return ActionForm(
            self._theme, self._context, title, fields, self._match, self._areas, self._open_cases
        )

    def set_locked(self, locked: bool) -> None:
        """Nobody may look: queues, board, calls and the command bar go, what was begun stays behind them."""
        for part in (self.queues, self.board):
            part.setVisible(not locked)
        self.calls.keep_away(locked)
        self.bar.set_locked(locked)

    def report_shown(self) -> ReportForm | None:
        """The report form on show, if one is."""
        page = self.right.currentWidget()
        return page if isinstance(page, ReportForm) else None

    def release(self) -> None:
        """Let go of the models: this face will not be seen again."""
        release_all(self)

    def _area_choices(self) -> tuple[Choice, ...]:
        areas = tuple(
            Choice(area.id, f"{area.note} › {area.name}" if area.note else area.name, area.code)
            for area in self._models.report.every_area()
        )
        self._match.add(areas, self._models.report.areas)
        return areas

    def _open_cases(self, typed: str) -> Sequence[Choice]:
        found = self._models.find.cases(typed, CASES_FOUND, open_only=True)
        here = self._models.case.incident
        return [Choice(c.id, c.name, c.note) for c in found if here is None or c.id != here.id]
