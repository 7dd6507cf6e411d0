"""What a cell of a workbook says, as text: numbers as Excel shows them, dates as it stores them."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta

from openpyxl.utils.datetime import from_excel, from_ISO8601

from app.intake.tables.xlsx_book import Book
from app.intake.tables.xlsx_sheet import RawCell

STORED_TIME = "%Y-%m-%d %H:%M:%S"
"""How a date becomes text. A workbook knows no time zone: it is the clock of the place that wrote it."""

NO_VALUE, ERROR, DATE = "import_formula", "import_cell_error", "import_cell_date"
"""Rules a cell may break: a formula that nobody calculated, an error in place of a value, no date."""

_INTEGER = re.compile(r"-?[0-9]{1,15}", re.ASCII)
_INDEX = re.compile(r"[0-9]{1,9}", re.ASCII)
_HALF_SECOND = timedelta(milliseconds=500)


class CellFaultError(ValueError):
    """The cell says nothing that could be taken; `rule` says why."""

    def __init__(self, rule: str) -> None:
        self.rule = rule
        super().__init__(rule)


def cell_text(cell: RawCell, book: Book) -> str:
    """The text of a cell, without blanks around it; CellFaultError where there is none to be had."""
    if cell.formula and not cell.value:
        # A text formula that was calculated to nothing has its kind and no value: it is empty, not unknown.
        if cell.kind == "str":
            return ""
        raise CellFaultError(NO_VALUE)
    if cell.kind == "s":
        return _shared(cell.value, book)
    if cell.kind in ("str", "inlineStr"):
        return _said(cell.value)
    if cell.kind == "b":
        return "true" if cell.value.strip() == "1" else "false"
    if cell.kind == "d":
        return _iso(cell.value)
    if cell.kind != "n":
        raise CellFaultError(ERROR)
    return _number(cell, book)


def _shared(value: str, book: Book) -> str:
    number = value.strip()
    if not (_INDEX.fullmatch(number) and int(number) < len(book.strings)):
        raise CellFaultError(ERROR)
    return _said(book.strings[int(number)])


def _said(text: str) -> str:
    # Excel writes a carriage return that way; the line feed beside it is there as itself.
    return text.replace("_x000D_", "").strip()


def _iso(value: str) -> str:
    try:
        return _time(from_ISO8601(value.strip().removesuffix("Z")))
    except (ValueError, OverflowError):
        raise CellFaultError(DATE) from None


def _number(cell: RawCell, book: Book) -> str:
    text = cell.value.strip()
    dated = cell.style in book.dates.styles
    if not dated and _INTEGER.fullmatch(text):
        return text
    try:
        number = float(text)
        if dated:
            return _time(from_excel(number, book.epoch, timedelta=cell.style in book.dates.spans))
    except (ValueError, OverflowError):
        raise CellFaultError(DATE if dated else ERROR) from None
    if number != number or number in (float("inf"), float("-inf")):
        raise CellFaultError(ERROR)
    # Fifteen digits are what Excel keeps; more are the noise of binary fractions.
    return str(int(number)) if number.is_integer() and abs(number) < 1e15 else format(number, ".15g")


def _time(value: object) -> str:
    if isinstance(value, datetime):
        return (value + _HALF_SECOND).replace(microsecond=0).strftime(STORED_TIME)
    if isinstance(value, date):
        return datetime(value.year, value.month, value.day).strftime(STORED_TIME)  # noqa: DTZ001
    if isinstance(value, time):
        return value.replace(microsecond=0).isoformat()
    return str(value)
