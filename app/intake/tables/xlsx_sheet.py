"""The rows of one worksheet as its XML has them, and which of its cells are merged: a stream."""

from __future__ import annotations

import re
from typing import NamedTuple
from xml.sax.handler import ContentHandler
from xml.sax.xmlreader import AttributesImpl

from app.intake.tables.table import RECORD_CHARS_MAX
from app.intake.tables.xml_shape import plain

ROWS_MAX, COLUMNS_LAST = 1_048_576, 16_384
"""Of the format itself."""

MERGED_MAX = 20_000
"""Merged ranges of a sheet; a register that merges a cell in each case has some thousands."""

_PLACE = re.compile(r"\$?([A-Z]{1,3})\$?([0-9]{1,7})", re.ASCII)


class BrokenSheetError(ValueError):
    """The sheet breaks its own format."""


class RawCell(NamedTuple):
    """A cell as stored: `column` from 0, `kind` and `style` as XLSX has them, `value` empty for none."""

    column: int
    kind: str
    style: int
    value: str
    formula: bool


class RawRow(NamedTuple):
    """A row with at least one cell that holds something; `number` from 1. Not `whole`: it says too much."""

    number: int
    cells: list[RawCell]
    whole: bool


class Range(NamedTuple):
    """Cells made into one, rows from 1, columns from 0, ends included."""

    top: int
    left: int
    bottom: int
    right: int


class SheetReader(ContentHandler):
    """Collects rows in `ready`, merged ranges in `merged`. BrokenSheetError on numbers that are none.

    openpyxl's own rows tell no formula without a result from an empty cell and not what is merged, and fill
    up every row and column that a workbook claims to have.
    """

    def __init__(self) -> None:
        super().__init__()
        self.ready: list[RawRow] = []
        self.merged: list[Range] = []
        self._number = 0
        self._column = -1
        self._cells: list[RawCell] = []
        self._size = 0
        self._kind, self._style, self._formula = "n", 0, False
        self._text: list[str] = []
        self._reading = False
        self._spoken = 0

    def startElement(self, name: str, attrs: AttributesImpl) -> None:  # noqa: N802 - SAX's own name
        name = plain(name)
        if name == "row":
            self._begin_row(attrs.get("r"))
        elif name == "c":
            self._begin_cell(attrs)
        elif name in ("v", "t"):
            self._reading = not self._spoken
        elif name == "f":
            self._formula = True
        elif name == "rPh":
            # How a text is pronounced: not what the cell says.
            self._spoken += 1
        elif name == "mergeCell":
            self._merge(attrs.get("ref", ""))

    def characters(self, content: str) -> None:
        if self._reading:
            self._size += len(content)
            if self._size <= RECORD_CHARS_MAX:
                self._text.append(content)

    def endElement(self, name: str) -> None:  # noqa: N802 - SAX's own name
        name = plain(name)
        if name == "c":
            value = "".join(self._text)
            if value or self._formula:
                cell = RawCell(self._column, self._kind, self._style, value, self._formula)
                self._cells.append(cell)
        elif name in ("v", "t"):
            self._reading = False
        elif name == "rPh":
            self._spoken -= 1
        elif name == "row" and self._cells:
            self.ready.append(RawRow(self._number, self._cells, self._size <= RECORD_CHARS_MAX))

    def _begin_row(self, number: str | None) -> None:
        self._number = _whole(number) if number is not None else self._number + 1
        if not 0 < self._number <= ROWS_MAX:
            raise BrokenSheetError
        self._column, self._cells, self._size = -1, [], 0

    def _begin_cell(self, attrs: AttributesImpl) -> None:
        place = attrs.get("r")
        self._column = _place(place)[1] if place is not None else self._column + 1
        if self._column >= COLUMNS_LAST:
            raise BrokenSheetError
        self._kind = attrs.get("t", "n")
        self._style = _whole(attrs.get("s", "0"))
        self._formula = False
        self._text = []

    def _merge(self, ref: str) -> None:
        first, _, last = ref.partition(":")
        top, left = _place(first)
        bottom, right = _place(last or first)
        if len(self.merged) == MERGED_MAX or bottom < top or right < left:
            raise BrokenSheetError
        self.merged.append(Range(top, left, bottom, right))


def _whole(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= 9):
        raise BrokenSheetError
    return int(text)


def _place(text: str) -> tuple[int, int]:
    """Row from 1 and column from 0 of a place such as B7."""
    found = _PLACE.fullmatch(text)
    if found is None:
        raise BrokenSheetError
    column = 0
    for letter in found[1]:
        column = 26 * column + ord(letter) - ord("A") + 1
    return int(found[2]), column - 1
