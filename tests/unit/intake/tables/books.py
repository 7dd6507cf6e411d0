"""Small workbooks made part by part, so that a test may break exactly one of them."""

from __future__ import annotations

import zipfile
from collections.abc import Sequence
from pathlib import Path

_TYPES = (
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/>'
    '<Override PartName="/xl/workbook.xml" ContentType='
    '"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>'
    '<Override PartName="/xl/styles.xml" ContentType='
    '"application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml"/></Types>'
)
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_REL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
# Style 1 is a date, 2 one of a Chinese Excel, 3 a workbook's own; the fill is as web exporters write it.
_STYLES = (
    f'<styleSheet xmlns="{_MAIN}"><numFmts><numFmt numFmtId="176" formatCode="yyyy&quot;年&quot;m"/>'
    "</numFmts><fonts><font/></fonts><fills><fill/></fills><borders><border/></borders>"
    '<cellStyleXfs><xf numFmtId="0"/></cellStyleXfs>'
    '<cellXfs><xf numFmtId="0"/><xf numFmtId="22"/><xf numFmtId="31"/><xf numFmtId="176"/>'
    "</cellXfs></styleSheet>"
)


def sheet(rows: str, after: str = "", before: str = "") -> str:
    """The XML of a worksheet."""
    return f'{before}<worksheet xmlns="{_MAIN}"><sheetData>{rows}</sheetData>{after}</worksheet>'


def text(value: str, place: str = "") -> str:
    """A cell with a text of its own."""
    where = f' r="{place}"' if place else ""
    return f'<c{where} t="inlineStr"><is><t>{value}</t></is></c>'


def row(*values: str, number: int = 0) -> str:
    """A row of texts; empty ones have no cell."""
    where = f' r="{number}"' if number else ""
    return f"<row{where}>{''.join(text(v) if v else '<c/>' for v in values)}</row>"


def book(path: Path, *sheets: str, names: Sequence[str] = (), hidden: Sequence[str] = ()) -> Path:
    """A workbook of these worksheets, called S1, S2 … or by `names`."""
    called = [*names] or [f"S{n}" for n in range(1, len(sheets) + 1)]
    listed = "".join(
        f'<sheet name="{name}" sheetId="{n}" r:id="r{n}"{_state(name, hidden)}/>'
        for n, name in enumerate(called, 1)
    )
    rels = "".join(
        f'<Relationship Id="r{n}" Type="{_REL}/worksheet" Target="worksheets/sheet{n}.xml"/>'
        for n in range(1, len(sheets) + 1)
    )
    package = "http://schemas.openxmlformats.org/package/2006/relationships"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", _TYPES)
        archive.writestr(
            "xl/workbook.xml",
            f'<workbook xmlns="{_MAIN}" xmlns:r="{_REL}"><sheets>{listed}</sheets></workbook>',
        )
        archive.writestr(
            "xl/_rels/workbook.xml.rels",
            f'<Relationships xmlns="{package}">{rels}'
            f'<Relationship Id="s" Type="{_REL}/styles" Target="styles.xml"/></Relationships>',
        )
        archive.writestr("xl/styles.xml", _STYLES)
        for n, content in enumerate(sheets, 1):
            archive.writestr(f"xl/worksheets/sheet{n}.xml", content)
    return path


def _state(name: str, hidden: Sequence[str]) -> str:
    return ' state="hidden"' if name in hidden else ""
