"""What an XML file is made of: which element repeats, and what stands in it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from xml.sax.handler import ContentHandler
from xml.sax.xmlreader import AttributesImpl

from app.base.errors import WorldError
from app.intake.tables.flat import DEPTH_MAX, told
from app.intake.tables.table import COLUMNS_MAX

PATHS_MAX = 2_000
"""Different places an element can stand in. A form of exchange has a few dozen."""

Names = tuple[str, ...]
"""The elements from the root down, without the prefixes of their name spaces."""


def plain(name: str) -> str:
    """A name without the prefix of its name space: senders choose prefixes as they like."""
    return name.rpartition(":")[2]


def column(below: Names, attribute: str = "") -> str:
    """The name of a column: the elements below the record, joined by dots, and @ before an attribute."""
    parts = [*below, f"@{attribute}"] if attribute else list(below)
    return ".".join(parts) or TEXT


TEXT = "#text"
"""The column of what stands in the record itself, beside its elements."""


class Shape(ContentHandler):
    """Counts elements by place, and notes where attributes and text stand."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self._path = path
        self._stack: list[str] = []
        self._has_text: list[bool] = []
        self._counts: dict[Names, int] = {}
        self._within: set[Names] = set()
        self._columns: dict[tuple[Names, str], None] = {}

    def startElement(self, name: str, attrs: AttributesImpl) -> None:  # noqa: N802 - SAX's own name
        if self._stack:
            self._within.add(tuple(self._stack))
        self._stack.append(plain(name))
        self._has_text.append(False)
        at = tuple(self._stack)
        self._counts[at] = self._counts.get(at, 0) + 1
        for attribute in attrs.getNames():
            if not attribute.startswith("xmlns"):
                self._within.add(at)
                self._columns.setdefault((at, plain(attribute)))
        if len(self._stack) > DEPTH_MAX:
            raise WorldError("import_deep_file", path=str(self._path), line=self._line(), most=DEPTH_MAX)
        if len(self._counts) + len(self._columns) > PATHS_MAX:
            raise WorldError("import_xml_names", path=str(self._path), most=PATHS_MAX)

    def characters(self, content: str) -> None:
        if not self._has_text[-1] and content.strip():
            self._has_text[-1] = True
            self._columns.setdefault((tuple(self._stack), ""))

    def endElement(self, name: str) -> None:  # noqa: N802 - SAX's own name
        # An element that is empty everywhere still is a column, so that a mapping may name it.
        if not self._has_text.pop() and tuple(self._stack) not in self._within:
            self._columns.setdefault((tuple(self._stack), ""))
        self._stack.pop()

    def record(self, wanted: str) -> Names:
        """Where the records stand; WorldError when it is not there, or could be several.

        `wanted` names it by its elements, joined by dots, or by the last of them. Without it: of the elements
        that hold others or attributes, the one that repeats and stands highest.
        """
        named = [
            at for at in self._counts if not wanted or wanted in (".".join(at), at[-1], ".".join(at[1:]))
        ]
        if wanted and not named:
            raise self._missing(wanted)
        if not wanted:
            named = self._repeating()
        if not named:
            raise WorldError("import_xml_none", path=str(self._path))
        if len(named) > 1:
            found = told([".".join(at[1:]) or at[0] for at in named])
            raise WorldError("import_records_which", path=str(self._path), found=found)
        return named[0]

    def columns(self, record: Names) -> list[str]:
        """The columns of the records at this place, in the order in which they first occur."""
        depth = len(record)
        found = [column(at[depth:], attribute) for at, attribute in self._columns if at[:depth] == record]
        if len(found) > COLUMNS_MAX:
            raise WorldError("import_columns_many", path=str(self._path), most=COLUMNS_MAX)
        return found

    def _repeating(self) -> list[Names]:
        holding: Mapping[Names, int] = {at: n for at, n in self._counts.items() if at in self._within}
        below_root = {at: n for at, n in holding.items() if len(at) > 1}
        repeated = [at for at, n in below_root.items() if n > 1] or [at for at in below_root if len(at) == 2]
        highest = min((len(at) for at in repeated), default=0)
        # Nothing inside the root holds anything: the file is one record.
        return [at for at in repeated if len(at) == highest] or list(holding)[:1]

    def _missing(self, wanted: str) -> WorldError:
        found = told([".".join(at[1:]) for at in self._counts if len(at) > 1])
        return WorldError("import_records_missing", path=str(self._path), records=wanted, found=found)

    def _line(self) -> int:
        return self._locator.getLineNumber() if self._locator is not None else 0  # type: ignore[attr-defined]
