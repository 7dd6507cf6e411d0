"""A worksheet as a table: the sheet with rows, its header found below titles, merged cells filled."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path
from typing import BinaryIO, NoReturn, cast

from app.base.errors import UsageError, WorldError
from app.domain.refusal import Refusal
from app.intake.tables.flat import told
from app.intake.tables.table import COLUMNS_MAX, RECORD_CHARS_MAX, Note, Record
from app.intake.tables.xlsx_book import Book, Sheet, broken
from app.intake.tables.xlsx_cells import STORED_TIME, CellFaultError, cell_text
from app.intake.tables.xlsx_merged import Merged
from app.intake.tables.xlsx_sheet import BrokenSheetError, Range, RawRow, SheetReader
from app.intake.tables.xml_text import XmlText

HEADER_ROWS = 20
"""A register has its title, unit and date above the header; further down nobody looks for it."""


class XlsxTable:
    """See Table. `sheet` names a worksheet; empty: the only visible one with rows.

    The sheet is walked once when it is opened: what is merged stands behind the rows.
    """

    delimiter = ","
    chosen = ""
    time_formats: tuple[str, ...] = (STORED_TIME,)

    def __init__(self, file: BinaryIO, path: Path, wanted: Collection[str], sheet: str) -> None:
        self._path = path
        self._book = Book(file, path)
        self._sheet = self._chosen(sheet)
        self.form = f"xlsx {self._sheet.name}"
        survey = self._survey()
        self.total, self.notes = survey.last, survey.notes()
        self._merged = survey.merged
        self._header_row, self.header = self._find_header(survey.first, wanted)
        self.done = 0

    def records(self) -> Iterator[Record]:
        merged = Merged(self._merged, len(self.header))
        for raw in self._rows(self._sheet):
            self.done = raw.number
            record = self._record(raw, merged)
            if raw.number > self._header_row and (any(record.cells) or record.cell_faults or record.fault):
                yield record
            if raw.number >= self.total:
                # A million empty rows may follow.
                return

    def _record(self, raw: RawRow, merged: Merged) -> Record:
        """The row's cells under the header, and what more it holds to the right of it."""
        texts: dict[int, str] = {}
        faults: dict[int, str] = {}
        for cell in raw.cells:
            try:
                texts[cell.column] = cell_text(cell, self._book)
            except CellFaultError as error:
                faults[cell.column] = error.rule
        width = max((column + 1 for column, text in texts.items() if text), default=0)
        merged.fill(raw.number, texts, faults)
        cells = [texts.get(column, "") for column in range(max(width, len(self.header)))]
        size = sum(map(len, cells))
        if not raw.whole or size > RECORD_CHARS_MAX:
            long = Refusal("import_record_long", params={"limit": str(RECORD_CHARS_MAX)})
            return Record(raw.number, [], size, long)
        return Record(raw.number, cells, 2 * size, None, faults or None)

    def _chosen(self, name: str) -> Sheet:
        sheets, path = self._book.sheets, self._path
        if name:
            found = next((sheet for sheet in sheets if sheet.name == name), None)
            if found is None:
                shown = told([sheet.name for sheet in sheets])
                raise UsageError("import_sheet_missing", path=str(path), sheet=name, found=shown)
            return found
        filled = [sheet for sheet in sheets if sheet.visible and next(self._rows(sheet), None) is not None]
        if len(filled) > 1:
            shown = told([sheet.name for sheet in filled])
            raise UsageError("import_sheet_which", path=str(path), found=shown)
        if not filled:
            raise WorldError("import_empty", path=str(path))
        return filled[0]

    def _survey(self) -> _Survey:
        survey = _Survey()
        reader = SheetReader()
        for raw in self._rows(self._sheet, reader):
            survey.see(raw)
        survey.merged = reader.merged
        if not survey.first:
            raise WorldError("import_empty", path=str(self._path))
        return survey

    def _find_header(self, first: Sequence[RawRow], wanted: Collection[str]) -> tuple[int, list[str]]:
        """The row under which most wanted columns, then most different texts, come out."""
        merged = Merged(self._merged, COLUMNS_MAX)
        best, best_merit, best_row = [""], (-1, -1), 0
        for raw in first:
            texts: dict[int, str] = {}
            for cell in raw.cells:
                try:
                    texts[cell.column] = cell_text(cell, self._book)
                except CellFaultError:
                    continue
            merged.fill(raw.number, texts, {})
            names = {text for text in texts.values() if text}
            merit = len(names & set(wanted)), len(names)
            if merit > best_merit:
                width = max((column + 1 for column, text in texts.items() if text), default=0)
                best, best_merit = [texts.get(column, "") for column in range(width)], merit
                best_row = raw.number
        if len(best) > COLUMNS_MAX:
            raise WorldError("import_columns_many", path=str(self._path), most=COLUMNS_MAX)
        return best_row, best

    def _rows(self, sheet: Sheet, reader: SheetReader | None = None) -> Iterator[RawRow]:
        """Every row that holds something."""
        collecting = reader or SheetReader()
        try:
            with self._book.archive.open(sheet.part) as part:
                for _ in XmlText(cast(BinaryIO, part), self._path).feed(collecting):
                    yield from collecting.ready
                    collecting.ready.clear()
        except (
            BrokenSheetError,
            zipfile.BadZipFile,
            zlib.error,
            EOFError,
            NotImplementedError,
            RuntimeError,
        ):
            self._fail()
        except WorldError as error:
            # What is said of an XML file means nothing to whoever has a workbook; a bomb is a bomb.
            if error.key == "import_xml_dtd":
                raise
            self._fail()

    def _fail(self) -> NoReturn:
        raise broken(self._path) from None


class _Survey:
    """What the first walk over the sheet finds out."""

    def __init__(self) -> None:
        self.first: list[RawRow] = []
        self.last = 0
        self.merged: Sequence[Range] = ()
        self._formulas = 0

    def see(self, raw: RawRow) -> None:
        if len(self.first) < HEADER_ROWS:
            self.first.append(raw)
        self.last = max(self.last, raw.number)
        self._formulas += sum(cell.formula for cell in raw.cells)

    def notes(self) -> tuple[Note, ...]:
        found = (Note("formulas", self._formulas), Note("merged", len(self.merged)))
        return tuple(note for note in found if note.n)
