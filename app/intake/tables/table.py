"""What every format of a table gives: names of columns, and one stream of numbered records."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple, Protocol

from app.domain.refusal import Refusal

COLUMNS_MAX = 500
"""Ten times the widest table of the trade; past it a document was taken for a table."""

RECORD_CHARS_MAX = 128 * 1024
"""What one record of a structured file may say. A report has some hundred characters."""


class Record(NamedTuple):
    """One row. `line` is where it begins: the physical line of a text file, the row of a worksheet.

    `size` is about what it takes in memory, in bytes. With a `fault` the cells are what could be made out of
    it. `cell_faults` are rules broken by single cells, by their place: they count where the cell is read.
    """

    line: int
    cells: list[str]
    size: int
    fault: Refusal | None = None
    cell_faults: Mapping[int, str] | None = None


class Note(NamedTuple):
    """Something a person should know of the whole table: `key` of the catalogue under `import.note.`."""

    key: str
    n: int


class Table(Protocol):
    """A file opened as a table. WorldError while reading when it fails or was changed meanwhile.

    `form` says how it was read, such as `gb18030` or `xlsx`. `time_formats` are those in which the table
    itself writes its dates, beside the mapping's. `delimiter` is what the refused rows are written with.
    `chosen` is where the records of a JSON or XML file stand, as a mapping's `records` would say it.
    `records` may be walked once.
    """

    header: list[str]
    form: str
    delimiter: str
    time_formats: tuple[str, ...]
    notes: tuple[Note, ...]

    @property
    def chosen(self) -> str: ...

    @property
    def done(self) -> int:
        """How far the records were read, in the unit of `total`."""
        ...

    @property
    def total(self) -> int:
        """Bytes of a text file, rows of a worksheet."""
        ...

    def records(self) -> Iterator[Record]: ...
