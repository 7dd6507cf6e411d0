"""Import of reports from a table: every row is taken, known already, or refused with its reason."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple, Protocol

from app.base.clock import Instant
from app.base.errors import UsageError
from app.base.language import Language
from app.commands.command import AlreadyDone, HistoryRow, NewReport, Outcome
from app.domain.actor import Actor
from app.domain.refusal import Refusal
from app.intake.columns import Columns
from app.intake.import_report import ImportReport, Tally
from app.intake.mapping import TableMapping, names_of, sources_of
from app.intake.refused_file import RefusedFile
from app.intake.rows import RowMaker
from app.intake.tables.opening import open_table
from app.intake.tables.table import Record

BATCH_ROWS = 500
"""One write to disk carries so many rows: its fsync no longer counts, and progress still moves."""

BATCH_BYTES = 4 * 1024 * 1024
"""Rows of ordinary size never reach it; it bounds the memory that rows of the largest size take."""

Progress = Callable[[int, int, int], None]
"""Told after each batch: rows done; then how far the file was read and how far it goes, in bytes, or in
rows of a worksheet."""


class RowSink(Protocol):
    """What takes the rows. Each outcome is durable when it is returned."""

    def import_rows(self, rows: Sequence[HistoryRow], actor: Actor) -> Sequence[Outcome]:
        """One outcome a row, in order; no number stands twice in `rows`."""
        ...

    def register(self, report: NewReport, actor: Actor) -> Outcome: ...


class _Offered(NamedTuple):
    record: Record
    made: HistoryRow | NewReport | Refusal


def import_table(
    path: Path,
    mapping: TableMapping,
    sink: RowSink,
    actor: Actor,
    *,
    language: Language,
    now: Instant,
    dry_run: bool = False,
    sheet: str = "",
    progress: Progress | None = None,
    refused_path: Path | None = None,
) -> ImportReport:
    """Offer every row of the table in `path` to `sink`, in batches, reading it as a stream.

    CSV, JSON, XML and XLSX go one way; `sheet` chooses a worksheet. Rows already offered stay when it is
    interrupted, and a second run finds them known: a rerun completes. `refused_path` is written when all is
    done, also in a dry run; its sentences are in `language`. `now` is the hall's time. WorldError when the
    file cannot be read or lacks columns, before anything was offered; what `progress` raises ends it too.
    """
    _refuse_same_file(path, refused_path)
    wanted = {name for source in sources_of(mapping).values() for name in names_of(source)}
    with contextlib.ExitStack() as stack:
        table = stack.enter_context(open_table(path, wanted, sheet=sheet, records=mapping.records))
        columns = Columns(mapping, table.header, path)
        refused = None
        if refused_path is not None:
            refused = stack.enter_context(RefusedFile(refused_path, table.delimiter, table.header, language))
        tally = Tally(columns, language, refused)
        maker = RowMaker(mapping, columns, now, table.time_formats)
        for batch in _batches(_offered(table.records(), maker)):
            _take(batch, None if dry_run else sink, actor, tally)
            if progress is not None:
                progress(tally.rows, table.done, table.total)
    return tally.report(table)


def _take(batch: Sequence[_Offered], sink: RowSink | None, actor: Actor, tally: Tally) -> None:
    """Offer the sound rows of `batch`, then account for all of them in the order of the file."""
    made = [one.made for one in batch if not isinstance(one.made, Refusal)]
    outcomes = iter(_outcomes(made, sink, actor))
    for one in batch:
        outcome = one.made if isinstance(one.made, Refusal) else next(outcomes)
        if isinstance(outcome, Refusal):
            tally.refuse(one.record, outcome)
        elif not isinstance(one.made, Refusal):
            tally.take(one.made, known=isinstance(outcome, AlreadyDone))


def _outcomes(
    made: Sequence[HistoryRow | NewReport], sink: RowSink | None, actor: Actor
) -> Sequence[Outcome | None]:
    """One for each row; None in a dry run, which has no sink."""
    if sink is None:
        return [None] * len(made)
    history = [row for row in made if isinstance(row, HistoryRow)]
    if not history:
        return [sink.register(row, actor) for row in made if isinstance(row, NewReport)]
    outcomes = sink.import_rows(history, actor)
    if len(outcomes) != len(history):
        raise ValueError(f"{len(history)} rows were offered and {len(outcomes)} outcomes came back")
    return outcomes


def _refuse_same_file(path: Path, refused_path: Path | None) -> None:
    if refused_path is not None and refused_path.exists() and path.exists() and refused_path.samefile(path):
        raise UsageError("import_refused_is_source", path=str(path))


def _offered(records: Iterable[Record], maker: RowMaker) -> Iterator[_Offered]:
    for record in records:
        made = record.fault if record.fault is not None else maker.make(record.cells, record.cell_faults)
        yield _Offered(record, made)


def _batches(offered: Iterable[_Offered]) -> Iterator[list[_Offered]]:
    """Portions for one write each; a number that comes again begins a new one, where the log knows it."""
    batch: list[_Offered] = []
    numbers: set[str] = set()
    size = 0
    for one in offered:
        number = "" if isinstance(one.made, Refusal) else one.made.external
        size += one.record.size
        if batch and (len(batch) == BATCH_ROWS or size > BATCH_BYTES or number in numbers):
            yield batch
            batch, numbers, size = [], set(), one.record.size
        batch.append(one)
        if number:
            numbers.add(number)
    if batch:
        yield batch
