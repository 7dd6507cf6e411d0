"""A table for a million rows: asks for what is seen, paints what changed, keeps the choice by its key."""

from __future__ import annotations

from collections.abc import Hashable, Sequence

from PySide6.QtCore import QItemSelectionModel, QRect, QRectF, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QAbstractScrollArea, QFrame, QHeaderView, QTableView

from widgets.keys import ENTER, UP_DOWN
from widgets.paint import paint_focus
from widgets.table_header import TableHeader
from widgets.table_model import Cell, Column, Index, RowSource, TableModel
from widgets.table_paint import CellPictures
from widgets.theme import Theme
from widgets.themed import Themed

__all__ = ["Cell", "Column", "RowSource", "Table"]

_SELECT_ROW = QItemSelectionModel.SelectionFlag.ClearAndSelect | QItemSelectionModel.SelectionFlag.Rows


class Table(Themed, QTableView):
    """Rows of one height, one chosen at a time.

    Signals: `current_changed(key or None)` when a person or `choose` chooses another row;
    `activated_key(key)` on Enter or double click; `sort_wanted(column id, descending)` on the header: the
    owner sorts and calls `rows_changed`; `view_changed(first row, count)` when other rows come into sight.
    """

    current_changed = Signal(object)
    activated_key = Signal(object)
    sort_wanted = Signal(str, bool)
    view_changed = Signal(int, int)

    def __init__(self, theme: Theme, name: str, source: RowSource, columns: Sequence[Column]) -> None:
        super().__init__()
        self.theme = theme
        self._model = TableModel(source, columns)
        self._pictures = CellPictures()
        self._key: Hashable | None = None
        self._row = 0
        self._seen = (-1, -1)
        self._sort = ("", False)
        self.setAccessibleName(name)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setShowGrid(False)
        self.setCornerButtonEnabled(False)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerItem)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setTabKeyNavigation(False)
        self.viewport().setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self._build_headers()
        self.setModel(self._model)
        self.doubleClicked.connect(lambda _: self._activate())
        self.verticalScrollBar().valueChanged.connect(lambda _: self._tell_view())
        self.set_theme(theme)

    # What the owner calls

    def rows_changed(self, source: RowSource | None = None) -> None:
        """Other rows, order or source. The chosen row stays chosen by its key and, if seen, in its place."""
        old_first = self.verticalScrollBar().value()
        old_row, had = self._row, self._key is not None
        in_sight = had and old_row in self.visible_rows()
        self._model.replace_rows(source)
        # Qt lays out later; without it the scroll bar would still have the old range.
        self.executeDelayedItemsLayout()
        row = None if self._key is None else self._model.source.find(self._key)
        if row is not None:
            self._row = row
            self.selectionModel().setCurrentIndex(self._model.index(row, 0), _SELECT_ROW)
            self.verticalScrollBar().setValue(old_first + row - old_row if in_sight else old_first)
        else:
            self.verticalScrollBar().setValue(old_first)
            if had:
                self._key = None
                self.current_changed.emit(None)
        self._tell_view()

    def refresh_rows(self) -> None:
        """The same rows in the same order read otherwise: paint what is in sight again."""
        self._model.forget_texts()
        self.viewport().update()

    def refresh_column(self, column: int) -> None:
        """Only this column reads otherwise (a countdown): paint nothing else again."""
        self._model.forget_texts()
        self.viewport().update(self._column_rect(column))

    def visible_rows(self) -> range:
        """The rows in sight, a last one that is cut off included."""
        if self._model.rowCount() == 0:
            return range(0)
        first = self.verticalScrollBar().value()
        shown = -(-self.viewport().height() // max(1, self.theme.row_px))
        return range(first, min(first + shown, self._model.rowCount()))

    @property
    def current_key(self) -> Hashable | None:
        return self._key

    def choose(self, key: Hashable | None) -> bool:
        """Choose the row with this key and bring it into sight; False when it is not among the rows."""
        row = None if key is None else self._model.source.find(key)
        if row is None:
            self.clearSelection()
            if self._key is not None:
                self._key = None
                self.current_changed.emit(None)
            return key is None
        self.setCurrentIndex(self._model.index(row, 0))
        return True

    def set_sort(self, column_id: str, descending: bool) -> None:
        """Show by which column the owner has sorted; an unknown id shows none."""
        self._sort = (column_id, descending)
        ids = [column.id for column in self._model.columns]
        section = ids.index(column_id) if column_id in ids else -1
        order = Qt.SortOrder.DescendingOrder if descending else Qt.SortOrder.AscendingOrder
        header = self.horizontalHeader()
        header.setSortIndicatorShown(section >= 0)
        blocked = header.blockSignals(True)
        header.setSortIndicator(section, order)
        header.blockSignals(blocked)

    # What Qt calls

    def retheme(self) -> None:
        self._pictures.forget()
        self.verticalHeader().setDefaultSectionSize(self.theme.row_px)
        self._share_width()
        self.viewport().update()

    def currentChanged(self, current: Index, previous: Index) -> None:
        super().currentChanged(current, previous)
        if not current.isValid():
            return
        self._row = current.row()
        key = self._model.source.key(self._row)
        if key != self._key:
            self._key = key
            self.current_changed.emit(key)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        count = self._model.rowCount()
        ends: dict[int, int] = {Qt.Key.Key_Home: 0, Qt.Key.Key_End: count - 1}
        if key in ENTER:
            self._activate()
        elif key in ends and count:
            self.setCurrentIndex(self._model.index(ends[key], 0))
        elif key in UP_DOWN and count and self._key is None:
            # The chosen row has gone: go on where it stood, not at the top.
            self.setCurrentIndex(self._model.index(min(self._row, count - 1), 0))
        elif key in (Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown):
            super().keyPressEvent(event)
        else:
            # Letters are the window's shortcuts; Qt's search by typing would walk a million rows.
            event.ignore()

    def focusInEvent(self, event: QFocusEvent) -> None:
        # An item view would choose its first row here: a case nobody asked for would open.
        QAbstractScrollArea.focusInEvent(self, event)
        self.viewport().update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._share_width()
        self._tell_view()

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self.viewport()) as painter:
            theme, row_px, model = self.theme, self.theme.row_px, self._model
            rows, region, dirty = self.visible_rows(), event.region(), event.rect()
            chosen = None if self._key is None else self._row
            room = self.viewport().width() * self.viewport().height()
            columns = [(at, self._column_rect(at)) for at in range(len(model.columns))]
            for row in rows:
                top = (row - rows.start) * row_px
                if top > dirty.bottom() or top + row_px <= dirty.top():
                    continue
                cells = model.cells(row)
                for at, whole in columns:
                    rect = QRect(whole.left(), top, whole.width(), row_px)
                    if region.intersects(rect):
                        align = model.columns[at].align
                        self._pictures.paint(painter, theme, rect, cells[at], align, row == chosen, room)
            below = len(rows) * row_px
            if dirty.bottom() >= below:
                painter.fillRect(0, below, self.width(), self.height(), theme.colour("surface2"))
            if chosen is not None and self.hasFocus() and chosen in rows:
                ring = QRectF(0, (chosen - rows.start) * row_px, self.viewport().width(), row_px - 1)
                paint_focus(painter, theme, ring)

    # Inside

    def _build_headers(self) -> None:
        upright = self.verticalHeader()
        upright.hide()
        upright.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        # Set while there are no rows: later Qt would go through all of them, for minutes.
        upright.setMinimumSectionSize(1)
        header = TableHeader(self.theme, self._model)
        self.setHorizontalHeader(header)
        header.sectionClicked.connect(self._sort_clicked)

    def _sort_clicked(self, section: int) -> None:
        column = self._model.columns[section]
        by, descending = self._sort
        if column.sortable:
            self.set_sort(column.id, not descending if by == column.id else False)
            self.sort_wanted.emit(*self._sort)
        else:
            self.set_sort(by, descending)  # Qt has moved the arrow already

    def _activate(self) -> None:
        if self._key is not None:
            self.activated_key.emit(self._key)

    def _column_rect(self, column: int) -> QRect:
        left = self.columnViewportPosition(column)
        return QRect(left, 0, self.columnWidth(column), self.viewport().height())

    def _share_width(self) -> None:
        columns = self._model.columns
        em = self.theme.face("body").px
        least = [column.min_em * em + 2 * self.theme.size(3) for column in columns]
        width = self.viewport().width()
        weights = sum(column.weight for column in columns) or 1.0
        spare = width - sum(least)
        # Too narrow a place takes from every column alike; the texts elide.
        shrink = min(1.0, width / sum(least))
        edge = 0.0
        for at, column in enumerate(columns):
            start, edge = edge, edge + least[at] * shrink + max(0.0, spare) * column.weight / weights
            end = width if at == len(columns) - 1 else round(edge)
            self.setColumnWidth(at, end - round(start))

    def _tell_view(self) -> None:
        rows = self.visible_rows()
        if (rows.start, len(rows)) != self._seen:
            self._seen = (rows.start, len(rows))
            self.view_changed.emit(rows.start, len(rows))
