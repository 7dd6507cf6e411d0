"""Opening a file as a table: which format it is, by its content and then by its ending."""

from __future__ import annotations

import contextlib
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import BinaryIO, Literal

from app.base.errors import WorldError
from app.intake.tables.csv_table import CsvTable
from app.intake.tables.table import Table

Format = Literal["csv", "json", "xml", "xlsx"]

_BY_ENDING: dict[str, Format] = {
    ".csv": "csv",
    ".tsv": "csv",
    ".txt": "csv",
    ".json": "json",
    ".jsonl": "json",
    ".ndjson": "json",
    ".geojson": "json",
    ".xml": "xml",
}
_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
_HEAD_BYTES = 64


@contextlib.contextmanager
def open_table(
    path: Path, wanted: Collection[str] = (), *, sheet: str = "", records: str = ""
) -> Iterator[Table]:
    """The file `path` as a table, closed at the end.

    `wanted` are names of columns by which a header is known. `sheet` chooses the worksheet of a workbook,
    `records` the array or element of a JSON or XML file. WorldError when it cannot be read, UsageError when
    it has to be chosen among several; nothing of the file was given out by then.
    """
    with _opened(path) as file:
        try:
            table = _made(_format(file, path), file, path, wanted, sheet, records)
        except OSError:
            raise WorldError("import_unreadable", path=str(path)) from None
        yield table


def _made(
    form: Format, file: BinaryIO, path: Path, wanted: Collection[str], sheet: str, records: str
) -> Table:
    # Each reader is loaded when its format comes: a hall that imports CSV needs no workbook's library.
    if form == "json":
        from app.intake.tables.json_table import JsonTable

        return JsonTable(file, path, records)
    if form == "xml":
        from app.intake.tables.xml_table import XmlTable

        return XmlTable(file, path, records)
    if form == "xlsx":
        from app.intake.tables.xlsx_table import XlsxTable

        return XlsxTable(file, path, wanted, sheet)
    return CsvTable(file, path, wanted)


def _opened(path: Path) -> BinaryIO:
    try:
        return path.open("rb")
    except OSError:
        raise WorldError("import_unreadable", path=str(path)) from None


def _format(file: BinaryIO, path: Path) -> Format:
    head = file.read(_HEAD_BYTES)
    file.seek(0)
    # What a file is worth its name: a workbook renamed to .csv is still a workbook.
    if head.startswith(_ZIP):
        return "xlsx"
    if head.startswith(_OLE):
        raise WorldError("import_xls_old", path=str(path))
    ending = path.suffix.lower()
    if ending in (".xlsx", ".xlsm"):
        raise WorldError("import_xlsx_other" if head else "import_empty", path=str(path))
    if ending in _BY_ENDING:
        return _BY_ENDING[ending]
    first = head.removeprefix(b"\xef\xbb\xbf").lstrip()[:1]
    return {b"<": "xml", b"[": "json", b"{": "json"}.get(first, "csv")  # type: ignore[return-value]
