"""The frame of an XLSX workbook: its sheets, shared texts and date styles, within limits against bombs."""

from __future__ import annotations

import zipfile
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import BinaryIO, NamedTuple

from defusedxml.common import DefusedXmlException
from openpyxl.reader.excel import ExcelReader

from app.base.errors import WorldError
from app.intake.tables.xlsx_styles import Dates, read_dates

UNPACKED_BYTES_MAX = 1024 * 1024 * 1024
"""All parts together. A million rows of twenty columns have about as much; they are read as a stream."""

FRAME_BYTES_MAX = 128 * 1024 * 1024
"""Shared texts, styles and the rest that is held in memory; a hundred thousand long reports take half."""

PARTS_MAX = 10_000
"""Files in the archive, pictures and drawings among them."""

_CONTENT_TYPES = "[Content_Types].xml"
_SHEETS = "xl/worksheets/"
_HELD = (".xml", ".rels")


class Sheet(NamedTuple):
    """One worksheet: its name, its part in the archive, and whether a person sees it in the workbook."""

    name: str
    part: str
    visible: bool


class Book:
    """The frame, read by openpyxl; no formula is ever run, no link followed.

    WorldError when `file` is no workbook, is broken, or unpacks to more than the limits allow.
    """

    def __init__(self, file: BinaryIO, path: Path) -> None:
        self._path = path
        try:
            self.archive = zipfile.ZipFile(file)
            _within_limits(self.archive, path)
            reader = ExcelReader(file, read_only=True, data_only=True, keep_links=False)
            reader.read_manifest()
            reader.read_strings()
            reader.read_workbook()
            self.dates: Dates = read_dates(reader.archive, reader.package)
            self.sheets = [
                Sheet(sheet.name, rel.target, sheet.state == "visible")
                for sheet, rel in reader.parser.find_sheets()
                if rel.target in reader.valid_files and "chartsheet" not in rel.Type
            ]
        except WorldError:
            raise
        except DefusedXmlException:
            raise WorldError("import_xml_dtd", path=str(path)) from None
        except Exception as error:
            # Whatever the archive and the XML in it hold, openpyxl stumbles over it in its own ways.
            raise broken(path) from error
        self.strings: Sequence[str] = reader.shared_strings
        self.epoch: datetime = reader.wb.epoch


def broken(path: Path) -> WorldError:
    """The workbook cannot be read."""
    return WorldError("import_xlsx_broken", path=str(path))


def _within_limits(archive: zipfile.ZipFile, path: Path) -> None:
    # zipfile unpacks no part beyond the size that is declared for it, so the declarations can be gone by.
    parts = archive.infolist()
    names = {part.filename for part in parts}
    if _CONTENT_TYPES not in names or not any(name.startswith(_SHEETS) for name in names):
        raise WorldError("import_xlsx_other", path=str(path))
    held = sum(
        part.file_size
        for part in parts
        if part.filename.endswith(_HELD) and not part.filename.startswith(_SHEETS)
    )
    whole = sum(part.file_size for part in parts)
    if whole > UNPACKED_BYTES_MAX or held > FRAME_BYTES_MAX or len(parts) > PARTS_MAX:
        raise WorldError("import_xlsx_bomb", path=str(path), most=UNPACKED_BYTES_MAX // (1024 * 1024))
