"""An XML file as a table: the element that repeats is a row, its attributes and children are columns."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import BinaryIO
from xml.sax.handler import ContentHandler
from xml.sax.xmlreader import AttributesImpl

from app.base.errors import WorldError
from app.domain.refusal import Refusal
from app.intake.tables.table import RECORD_CHARS_MAX, Note, Record
from app.intake.tables.xml_shape import Names, Shape, column, plain
from app.intake.tables.xml_text import XmlText

AGAIN = "; "
"""Between the values of a child that stands in a record several times."""


class XmlTable:
    """See Table. The file is walked once when it is opened, so that nothing of a broken one is taken in."""

    delimiter = ","
    time_formats: tuple[str, ...] = ()
    notes: tuple[Note, ...] = ()

    def __init__(self, file: BinaryIO, path: Path, wanted: str) -> None:
        self._text = XmlText(file, path)
        self._path = path
        self.form = f"xml {self._text.encoding}"
        self.total = file.seek(0, 2)
        if not self.total:
            raise WorldError("import_empty", path=str(path))
        shape = Shape(path)
        for _ in self._text.feed(shape):
            pass
        self._record = shape.record(wanted)
        self.header = shape.columns(self._record)

    @property
    def done(self) -> int:
        return self._text.bytes_done

    @property
    def chosen(self) -> str:
        """Where the records stand: what a mapping's `records` would say."""
        return ".".join(self._record[1:]) or self._record[0]

    def records(self) -> Iterator[Record]:
        collector = _Collector(self._record, self.header)
        for _ in self._text.feed(collector):
            if collector.strange:
                raise WorldError("import_changed", path=str(self._path))
            yield from collector.ready
            collector.ready.clear()


class _Collector(ContentHandler):
    """Makes records of the elements at `record`; those that are whole wait in `ready`."""

    def __init__(self, record: Names, header: list[str]) -> None:
        super().__init__()
        self.ready: list[Record] = []
        self.strange = False
        self._record = record
        self._places: Mapping[str, int] = {name: place for place, name in enumerate(header)}
        self._stack: list[str] = []
        self._texts: list[list[str]] = []
        self._cells: list[str] | None = None
        self._line = 0
        self._size = 0

    def startElement(self, name: str, attrs: AttributesImpl) -> None:  # noqa: N802 - SAX's own name
        self._stack.append(plain(name))
        if self._cells is None:
            if tuple(self._stack) != self._record:
                return
            self._cells = [""] * len(self._places)
            self._line = self._locator.getLineNumber()  # type: ignore[attr-defined]
            self._size = 0
        self._texts.append([])
        for attribute in attrs.getNames():
            if not attribute.startswith("xmlns"):
                self._put(plain(attribute), attrs.getValue(attribute))

    def characters(self, content: str) -> None:
        if self._cells is None:
            return
        self._size += len(content)
        if self._size <= RECORD_CHARS_MAX:
            self._texts[-1].append(content)

    def endElement(self, name: str) -> None:  # noqa: N802 - SAX's own name
        if self._cells is not None:
            self._put("", "".join(self._texts.pop()))
            if not self._texts:
                self._finish(self._cells)
        self._stack.pop()

    def _put(self, attribute: str, value: str) -> None:
        value = value.strip()
        if not value or self._cells is None:
            return
        place = self._places.get(column(tuple(self._stack[len(self._record) :]), attribute))
        if place is None:
            self.strange = True
            return
        self._size += len(value)
        if self._size > RECORD_CHARS_MAX:
            return
        old = self._cells[place]
        self._cells[place] = f"{old}{AGAIN}{value}" if old else value

    def _finish(self, cells: list[str]) -> None:
        fault = None
        if self._size > RECORD_CHARS_MAX:
            fault = Refusal("import_record_long", params={"limit": str(RECORD_CHARS_MAX)})
            cells = []
        self.ready.append(Record(self._line, cells, 2 * self._size, fault))
        self._cells = None
