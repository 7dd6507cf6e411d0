"""Which cell styles of a workbook are dates: all that its style sheet is read for."""

from __future__ import annotations

import zipfile
from typing import Any, NamedTuple

from defusedxml.ElementTree import fromstring
from openpyxl.styles.numbers import BUILTIN_FORMATS, is_date_format, is_timedelta_format
from openpyxl.xml.constants import SHEET_MAIN_NS, STYLES_TYPE

# openpyxl's own reader of styles fails whole workbooks over a fill without a colour, as web exporters write.
_XF, _FORMAT = f"{{{SHEET_MAIN_NS}}}xf", f"{{{SHEET_MAIN_NS}}}numFmt"
_CELLS = f"{{{SHEET_MAIN_NS}}}cellXfs"

_EAST_ASIAN = frozenset({*range(27, 37), *range(50, 59)})
"""Dates and times of a Chinese Excel, by number only: the meaning is fixed, the text is not in the file."""


class Dates(NamedTuple):
    """Numbers of the styles whose numbers are dates or times; of those, the ones that are spans of time."""

    styles: frozenset[int] = frozenset()
    spans: frozenset[int] = frozenset()


def read_dates(archive: zipfile.ZipFile, package: Any) -> Dates:
    """Of the workbook whose list of parts is `package`; none where it has no styles."""
    part = package.find(STYLES_TYPE)
    if part is None:
        return Dates()
    root = fromstring(archive.read(part.PartName.lstrip("/")))
    own = {each.get("numFmtId"): each.get("formatCode", "") for each in root.iter(_FORMAT)}
    dates, spans = set(), set()
    for number, style in enumerate(root.iterfind(f"{_CELLS}/{_XF}")):
        ref = style.get("numFmtId", "0")
        form = own.get(ref) or BUILTIN_FORMATS.get(int(ref), "")
        if is_date_format(form) or (not form and int(ref) in _EAST_ASIAN):
            dates.add(number)
        if is_timedelta_format(form):
            spans.add(number)
    return Dates(frozenset(dates | spans), frozenset(spans))
