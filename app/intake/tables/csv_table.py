"""A CSV file as a table: its encoding decided, its header found, its rows a stream."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from pathlib import Path
from typing import BinaryIO

from app.base.errors import WorldError
from app.intake.tables.csv_lines import Lines
from app.intake.tables.csv_records import read_header, read_records
from app.intake.tables.table import Note, Record
from app.intake.tables.text_encoding import decide_encoding


class CsvTable:
    """See Table. WorldError when `file` is neither UTF-8 nor GB18030, is empty or has no readable header."""

    chosen = ""
    time_formats: tuple[str, ...] = ()
    notes: tuple[Note, ...] = ()

    def __init__(self, file: BinaryIO, path: Path, wanted: Collection[str]) -> None:
        encoding = decide_encoding(file, path)
        self.form: str = encoding
        self.total = file.seek(0, 2)
        self._lines = Lines(file, encoding, path)
        header = read_header(self._lines, wanted)
        if header is None:
            raise WorldError("import_empty", path=str(path))
        if header.fault is not None or any("\0" in cell for cell in header.cells):
            raise WorldError("import_header", path=str(path))
        self.header, self.delimiter = header.cells, header.delimiter

    @property
    def done(self) -> int:
        return self._lines.bytes_done

    def records(self) -> Iterator[Record]:
        return read_records(self._lines, self.delimiter)
