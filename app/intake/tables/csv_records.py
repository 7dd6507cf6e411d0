"""The rows of a CSV file, each with the physical line it begins on; a broken one costs its own line only."""

from __future__ import annotations

import csv
from collections.abc import Collection, Iterator
from typing import NamedTuple

from app.domain.refusal import Refusal
from app.intake.tables.csv_lines import ROW_BYTES_MAX, Line, Lines
from app.intake.tables.table import Record

DELIMITERS = (",", ";", "\t")
"""Comma first: it is taken where the header does not tell."""


class Header(NamedTuple):
    """The names of the columns, without blanks around them, and what parts the cells."""

    cells: list[str]
    delimiter: str
    fault: Refusal | None


def read_header(lines: Lines, wanted: Collection[str]) -> Header | None:
    """The first row that is not blank; None when there is none.

    The delimiter is that under which most `wanted` columns, then most cells, come out.
    """
    best: Header | None = None
    best_taken: list[Line] = []
    for delimiter in DELIMITERS:
        taken: list[Line] = []
        record = _next_record(lines, delimiter, taken)
        if record is None:
            lines.give_back(taken)
            return None
        # A byte order mark of GB18030 decodes to a character of its own.
        cells = [cell.strip("\ufeff").strip() for cell in record.cells]
        header = Header(cells, delimiter, record.fault)
        if best is None or _merit(header, wanted) > _merit(best, wanted):
            best, best_taken = header, taken
        lines.give_back(taken)
    for _ in best_taken:
        lines.take()
    return best


def _merit(header: Header, wanted: Collection[str]) -> tuple[int, bool, int]:
    return len(set(header.cells) & set(wanted)), header.fault is None, len(header.cells)


def read_records(lines: Lines, delimiter: str) -> Iterator[Record]:
    """Every row that is not a blank line.

    Quotes are taken strictly: one that does not end its cell, or ends nowhere, may swallow sound rows. So the
    line on which such a row begins is refused alone, and reading goes on with the next line.
    """
    while (record := _next_record(lines, delimiter, [])) is not None:
        yield record


def _next_record(lines: Lines, delimiter: str, seen: list[Line]) -> Record | None:
    """The next row that is not blank, or None; `seen` receives the lines it took, blank ones included."""
    while True:
        taken: list[Line] = []
        reader = csv.reader(_feed(lines, taken), delimiter=delimiter, strict=True)
        try:
            cells = next(reader, None)
        except csv.Error as error:
            first, rest = taken[0], taken[1:]
            lines.give_back(rest)
            seen.append(first)
            return _broken(first, delimiter, _fault_of(error))
        seen.extend(taken)
        if cells:
            return Record(taken[0].number, cells, sum(line.size for line in taken))
        if cells is None:
            # The feed gave nothing: the end, or a line too long to be looked at.
            return _broken(taken[0], delimiter, _too_long()) if taken else None


def _feed(lines: Lines, taken: list[Line]) -> Iterator[str]:
    """Lines for one row, until it would have to be longer than a row may be."""
    size = 0
    while (line := lines.take()) is not None:
        taken.append(line)
        size += line.size
        if not line.whole or size > ROW_BYTES_MAX:
            return
        yield line.text


def _broken(line: Line, delimiter: str, fault: Refusal) -> Record:
    try:
        cells = next(csv.reader([line.text], delimiter=delimiter), [])
    except csv.Error:
        cells = [line.text]
    return Record(line.number, cells, line.size, fault)


def _fault_of(error: csv.Error) -> Refusal:
    # csv has one class for all its errors; only its words tell a bare carriage return from a quote.
    if "new-line" in str(error):
        return Refusal("import_line_end")
    return Refusal("import_quotes", params={"limit": str(ROW_BYTES_MAX)})


def _too_long() -> Refusal:
    return Refusal("import_row_long", params={"limit": str(ROW_BYTES_MAX)})
