"""A sink that remembers what it was given, and the makings of small files for it."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from app.base.language import Language, load_language
from app.commands.command import AlreadyDone, Done, HistoryRow, NewReport, Outcome
from app.domain.actor import Actor
from app.domain.refusal import Refusal
from app.intake.import_report import ImportReport
from app.intake.importing import import_table
from app.intake.mapping import TableMapping

NOW = 1_773_018_000_000
"""2026-03-09T09:00+08:00."""

CLERK = Actor("op-intake-01", "intake")
LANGUAGE_FOLDER = Path(__file__).parents[3] / "resources" / "language"

HISTORY = TableMapping(
    kind="history",
    source="old",
    timezone="Asia/Shanghai",
    time_formats=("%Y-%m-%d %H:%M:%S",),
    columns={"external": "id", "what": "what", "received_at": "in", "due_at": "due", "closed_at": "out"},
    constants={"channel": "hotline"},
)
HEADER = ["id", "what", "in", "due", "out"]


class Sink:
    """Keeps what it takes, by number; `no` are the refusals it has for some numbers."""

    def __init__(self, no: dict[str, Refusal] | None = None) -> None:
        self.rows: list[HistoryRow | NewReport] = []
        self.batches: list[int] = []
        self.fails_after: int | None = None
        self._no = no or {}
        self._known: set[str] = set()

    def import_rows(self, rows: Sequence[HistoryRow], actor: Actor) -> list[Outcome]:
        assert len({row.external for row in rows}) == len(rows), "a number twice in one batch"
        if self.fails_after is not None and len(self.batches) >= self.fails_after:
            raise KeyboardInterrupt
        self.batches.append(len(rows))
        return [self._take(row, row.external, actor) for row in rows]

    def register(self, report: NewReport, actor: Actor) -> Outcome:
        return self._take(report, report.external or report.id, actor)

    def _take(self, row: HistoryRow | NewReport, number: str, actor: Actor) -> Outcome:
        assert actor == CLERK
        if number in self._no:
            return self._no[number]
        if number in self._known:
            return AlreadyDone(number, 1)
        self._known.add(number)
        self.rows.append(row)
        return Done(number, number, ())


@cache
def language(code: str = "en") -> Language:
    return load_language(code, LANGUAGE_FOLDER)


def good(number: object) -> list[str]:
    """A row that fits HISTORY: received, due and closed on one day."""
    day = "2026-03-02"
    return [str(number), "路灯不亮", f"{day} 10:00:00", f"{day} 12:00:00", f"{day} 11:00:00"]


def write(path: Path, rows: Sequence[Sequence[str]], encoding: str = "utf-8", delimiter: str = ",") -> Path:
    with path.open("w", encoding=encoding, newline="") as file:
        csv.writer(file, delimiter=delimiter).writerows(rows)
    return path


def run(
    path: Path,
    sink: Sink,
    mapping: TableMapping = HISTORY,
    *,
    refused_path: Path | None = None,
    dry_run: bool = False,
    words: Language | None = None,
) -> ImportReport:
    return import_table(
        path,
        mapping,
        sink,
        CLERK,
        language=words or language(),
        now=NOW,
        dry_run=dry_run,
        refused_path=refused_path,
    )
