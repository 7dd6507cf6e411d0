"""The board: the cases of a list with their lights and countdowns, and what narrows the list."""

from __future__ import annotations

from collections.abc import Hashable, Sequence

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from app.viewmodels.board import BoardModel
from app.viewmodels.board_filter import SEARCH, BoardFilterModel
from app.viewmodels.context import Context
from views.board_columns import SORTS, board_columns, cells, fitting
from views.flat import FlatPanel
from widgets.chips import Chip, Chips
from widgets.command_bar import ChoiceRow, CommandBar
from widgets.label import Label
from widgets.table import Cell, Column, Table
from widgets.theme import Theme

ORDER_PX = 700
"""From this width on, at scale 1, the list says how it is ordered."""


class _Rows:
    """The board model as a table's source of rows."""

    def __init__(self, model: BoardModel, columns: Sequence[Column]) -> None:
        self._model = model
        self._columns = columns

    def count(self) -> int:
        return self._model.count()

    def row(self, index: int) -> Sequence[Cell]:
        return cells(self._model.line(index), self._columns)

    def key(self, index: int) -> Hashable:
        return self._model.key(index)

    def find(self, key: Hashable) -> int | None:
        return self._model.find(key)


class _Choices:
    """What the filter line offers; `chip` narrows it to one kind."""

    def __init__(self, model: BoardFilterModel) -> None:
        self._model = model
        self.chip = ""

    def complete(self, text: str) -> Sequence[ChoiceRow]:
        return [ChoiceRow(c.id, c.name, c.note or c.code) for c in self._model.choices(self.chip, text)]


class BoardPanel(FlatPanel):
    """`looked_at(incident)` as the choice moves, None when there is none; `opened(incident)` on Enter."""

    looked_at = Signal(object)
    opened = Signal(object)

    def __init__(
        self, theme: Theme, context: Context, model: BoardModel, narrowing: BoardFilterModel
    ) -> None:
        super().__init__(theme, context.language, context.text("board.title"))
        self._model = model
        self._filter = narrowing
        self._choices = _Choices(self._filter)
        self._lights: tuple[str, ...] = ()
        text = context.text
        self.chips = Chips(theme, text("board.filters"))
        self.chips.chosen.connect(self._press)
        self.line = CommandBar(theme, self._choices, text("board.filters"), text("filter.placeholder"))
        self.line.chosen.connect(self._choose)
        self.line.left.connect(self.end_choice)
        self._order = Label(theme, text("board.order"), "note", "text3", align="right")
        self._columns = board_columns(theme, narrowing.words())
        self._shown = self._columns
        self._nothing = Label(theme, text("board.empty"), "body", "text3", wrap=True)
        self._nothing.setAlignment(Qt.AlignmentFlag.AlignCenter)
        # An empty list holds the keyboard too: the keys of the open case must go on working.
        self._nothing.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._stack = QStackedWidget()
        self.table = self._new_table()
        self._stack.addWidget(self._nothing)
        self.set_body(self._lay_out())
        self.bind(model.changed)
        self.bind(model.ticked, self._tick)

    def refresh(self) -> None:
        lines = self._filter.chips()
        self.chips.set_chips([Chip(line.id, line.text, line.on) for line in lines])
        self._lights = ()
        self.table.rows_changed()
        by = self._model.sorted_by
        column = next((c for c, own in SORTS.items() if by is not None and own == by[0]), "")
        self.table.set_sort(column, by is not None and by[1])
        self._order.set(self.text("board.order_column" if by else "board.order"))
        self._show_rows(self._model.count() > 0)

    def narrow(self, chip: str = "") -> None:
        """Open the filter line, for one kind of filter or for all."""
        self._choices.chip = chip
        self.chips.hide()
        self._order.hide()
        self.line.show()
        self.line.open()

    def end_choice(self) -> None:
        """Put the chips back and the keyboard into the list."""
        self.line.hide()
        self.chips.show()
        self._show_order()
        self.take_focus()

    def take_focus(self) -> None:
        """The keyboard into the list, be it empty."""
        self._stack.currentWidget().setFocus(Qt.FocusReason.OtherFocusReason)

    def press(self, chip: str) -> None:
        """Turn a chip by its key."""
        self._press(chip)

    def search(self, words: str) -> None:
        """Search through all cases."""
        self._filter.choose(f"{SEARCH}:{words}")

    def retheme(self) -> None:
        super().retheme()
        body = self.findChild(QWidget, "bar")
        layout = body.layout() if body is not None else None
        if layout is not None:
            side, above = self.theme.size(4), self.theme.px(7)
            layout.setContentsMargins(side, above, side, above)

        if hasattr(self, "_columns"):
            self._columns = board_columns(self.theme, self._filter.words())
            self._fit_columns()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._show_order()
        # The list inside has its new width only after the layouts have run.
        QTimer.singleShot(0, self, self._fit_columns)

    def _lay_out(self) -> QWidget:
        body, bar = QWidget(), QWidget()
        bar.setObjectName("bar")
        row = QHBoxLayout(bar)
        for part in (self.chips, self.line):
            row.addWidget(part, 1)
        row.addWidget(self._order)
        self.line.hide()
        column = QVBoxLayout(body)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(bar)
        column.addWidget(self._stack, 1)
        self.retheme()
        return body

    def _new_table(self) -> Table:
        table = Table(self.theme, self.text("board.title"), _Rows(self._model, self._shown), self._shown)
        table.current_changed.connect(self.looked_at)
        table.activated_key.connect(self.opened)
        table.sort_wanted.connect(self._sort)
        self._stack.insertWidget(0, table)
        self.setFocusProxy(table)
        return table

    def _fit_columns(self) -> None:
        """Another table when there is room for other columns; the choice and the keyboard stay."""
        shown = fitting(self.theme, self._columns, self._stack.width())
        if [column.id for column in shown] == [column.id for column in self._shown]:
            return
        old, self._shown = self.table, shown
        key, had_focus, first = old.current_key, old.hasFocus(), self._stack.currentWidget() is old
        self.table = self._new_table()
        blocked = self.table.blockSignals(True)
        self.table.choose(key)
        self.table.blockSignals(blocked)
        if first:
            self._stack.setCurrentWidget(self.table)
        if had_focus:
            self.table.setFocus(Qt.FocusReason.OtherFocusReason)
        self._stack.removeWidget(old)
        old.hide()
        old.deleteLater()

    def _show_order(self) -> None:
        """How the list is ordered, where that does not push the filters into a second line."""
        self._order.setVisible(self.chips.isVisibleTo(self) and self.width() >= self.theme.px(ORDER_PX))

    def _show_rows(self, any_rows: bool) -> None:
        shown = self._stack.currentWidget()
        had_focus = shown.hasFocus()
        self._stack.setCurrentWidget(self.table if any_rows else self._nothing)
        if had_focus and shown is not self._stack.currentWidget():
            self.take_focus()

    def _tick(self) -> None:
        seen = self._model.lights(self.table.visible_rows())
        if seen == self._lights or not self._lights:
            timer = next(place for place, column in enumerate(self._shown) if column.id == "timer")
            self.table.refresh_column(timer)
        else:
            self.table.refresh_rows()
        self._lights = seen

    def _press(self, chip: str) -> None:
        if not self._filter.press(chip):
            self.narrow(chip)

    def _choose(self, choice: str) -> None:
        self.end_choice()
        self._filter.choose(choice)

    def _sort(self, column: str, descending: bool) -> None:
        by = self._model.sorted_by
        back = by == (SORTS[column], True)
        self._model.sort("" if back else SORTS[column], descending)
