"""What a table shows: rows that are asked for one by one, so that a million cost no more than a screenful."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import Any, Protocol

import msgspec
from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt

Index = QModelIndex | QPersistentModelIndex
_NO_INDEX = QModelIndex()
# Rows kept between two repaints: a few screens, so that scrolling back and forth asks nothing twice.
_KEPT_ROWS = 512


class Cell(msgspec.Struct, frozen=True, gc=False):
    """Finished text of one cell. `role` is a text colour of the theme, `light` a light's name painted before
    the text, `tag` and `mark` boxed words before it in the colours `tag_role` and `mark_role`."""

    text: str = ""
    role: str = "text1"
    light: str = ""
    tag: str = ""
    tag_role: str = "urgent"
    bold: bool = False
    mark: str = ""
    mark_role: str = "text3"

    def spoken(self) -> str:
        return " ".join(part for part in (self.tag, self.mark, self.text) if part)


class Column(msgspec.Struct, frozen=True):
    """One column: `min_em` is its least width in type sizes, `weight` its share of what is left over.

    `align` is left, right or middle.
    """

    id: str
    title: str
    min_em: float
    weight: float = 0.0
    align: str = "left"
    sortable: bool = True


class RowSource(Protocol):
    """Rows in the order shown. Every call is answered from memory, fast: it is made while painting."""

    def count(self) -> int: ...

    def row(self, index: int) -> Sequence[Cell]:
        """The cells of a row, one for each column."""
        ...

    def key(self, index: int) -> Hashable:
        """What names the row wherever it moves; never None."""
        ...

    def find(self, key: Hashable) -> int | None:
        """Where the row with this key stands now, None when it is not among the rows."""
        ...


class TableModel(QAbstractTableModel):
    """Qt's view of a RowSource; text and spoken text only, painting takes whole rows by `cells`."""

    def __init__(self, source: RowSource, columns: Sequence[Column]) -> None:
        super().__init__()
        self.source = source
        self.columns = tuple(columns)
        self._kept: dict[int, Sequence[Cell]] = {}

    def cells(self, index: int) -> Sequence[Cell]:
        """The cells of a row, kept until the rows or their texts change."""
        row = self._kept.get(index)
        if row is None:
            if len(self._kept) >= _KEPT_ROWS:
                self._kept.clear()
            row = self._kept[index] = self.source.row(index)
        return row

    def forget_texts(self) -> None:
        """The same rows now read otherwise."""
        self._kept.clear()

    def replace_rows(self, source: RowSource | None = None) -> None:
        """Other rows, or the same in another order."""
        self.beginResetModel()
        if source is not None:
            self.source = source
        self._kept.clear()
        self.endResetModel()

    def rowCount(self, parent: Index = _NO_INDEX) -> int:
        return 0 if parent.isValid() else self.source.count()

    def columnCount(self, parent: Index = _NO_INDEX) -> int:
        return 0 if parent.isValid() else len(self.columns)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        wanted = (
            Qt.ItemDataRole.DisplayRole,
            Qt.ItemDataRole.AccessibleTextRole,
            Qt.ItemDataRole.ToolTipRole,
        )
        if not index.isValid() or role not in wanted:
            return None
        return self.cells(index.row())[index.column()].spoken()

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if orientation == Qt.Orientation.Vertical or role != Qt.ItemDataRole.DisplayRole:
            return None
        return self.columns[section].title
