"""What came of an import: counts that add up, and the reasons of what was refused."""

from __future__ import annotations

from collections import Counter

import msgspec

from app.base.language import Language
from app.commands.command import HistoryRow, NewReport
from app.domain.refusal import Refusal
from app.intake.columns import Columns
from app.intake.refused_file import RefusedFile, sentence
from app.intake.tables.table import Note, Record, Table

REASONS_KEPT = 20
"""A report shows the first reasons; all of them stand in the refused file."""


class RefusedRow(msgspec.Struct, frozen=True):
    """A row that was not taken: the physical line it begins on, counted from 1, and why.

    `field` is the source's own name of the column, `rule` the code of the refusal, `reason` its sentence.
    """

    line: int
    field: str
    rule: str
    reason: str


class ImportReport(msgspec.Struct, frozen=True):
    """What came of a file: `rows` = `taken` + `known` + `refused`.

    `known` rows were taken before and changed nothing. `flagged` of those not refused have a doubtful point;
    `by_flag` parts them, `by_reason` the refused ones by rule, commonest first.
    `read_as` is the format and how it was read, `notes` what holds for the whole table.
    In a dry run `taken` are the rows that would be offered: what only the log can know is not asked.
    """

    rows: int
    taken: int
    known: int
    refused: int
    flagged: int
    read_as: str
    notes: tuple[Note, ...]
    by_reason: dict[str, int]
    by_flag: dict[str, int]
    first_refused: tuple[RefusedRow, ...]


class Tally:
    """Counts the rows of one import, and writes the refused ones to `refused` where there is such a file."""

    def __init__(self, columns: Columns, language: Language, refused: RefusedFile | None) -> None:
        self._columns = columns
        self._language = language
        self._refused = refused
        self._taken = 0
        self._known = 0
        self._by_reason: Counter[str] = Counter()
        self._by_flag: Counter[str] = Counter()
        self._first: list[RefusedRow] = []

    @property
    def rows(self) -> int:
        """All rows counted so far."""
        return self._taken + self._known + self._by_reason.total()

    def take(self, made: HistoryRow | NewReport, *, known: bool) -> None:
        """A row that is in the log; `known` when it was there before."""
        self._known += known
        self._taken += not known
        if made.point is not None and made.point.flag is not None:
            self._by_flag[made.point.flag] += 1

    def refuse(self, record: Record, refusal: Refusal) -> None:
        """A row that is not; the refusal's field is the mapping's."""
        self._by_reason[refusal.code] += 1
        field = self._columns.name(refusal.field)
        if len(self._first) < REASONS_KEPT:
            reason = sentence(refusal, field, self._language)
            self._first.append(RefusedRow(record.line, field, refusal.code, reason))
        if self._refused is not None:
            self._refused.add(record.line, field, refusal, record.cells)

    def report(self, table: Table) -> ImportReport:
        return ImportReport(
            rows=self.rows,
            taken=self._taken,
            known=self._known,
            refused=self._by_reason.total(),
            flagged=self._by_flag.total(),
            read_as=table.form,
            notes=table.notes,
            by_reason=dict(self._by_reason.most_common()),
            by_flag=dict(self._by_flag.most_common()),
            first_refused=tuple(self._first),
        )
