"""`muster import`: takes in rows of tables, says how it goes and what came of it."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from app.base.clock import Clock, SystemClock
from app.base.errors import UsageError
from app.base.paths import is_there
from app.bootstrap.cli.proposing import run_propose
from app.bootstrap.cli.running import running_hall
from app.bootstrap.cli.terminal import Terminal, data_folder, terminal
from app.bootstrap.new_hall import sound_rules
from app.bootstrap.opening import OpenHall
from app.commands.command import HistoryRow, NewReport, Outcome
from app.domain.actor import SYSTEM, Actor
from app.intake.import_report import ImportReport
from app.intake.importing import RowSink, import_table
from app.intake.mapping import TableMapping
from app.intake.mapping_file import load_mapping
from app.intake.proposing.knowing import known_words
from app.log.files.folder import DataFolder


def run_import(args: argparse.Namespace) -> int:
    """Handler of the command; 0 when every file was gone through, rows refused or not."""
    _check_words(args)
    with terminal(args) as speaking:
        data = data_folder(args)
        without = args.dry_run or args.propose
        if without and not is_there(DataFolder(data).database):
            # Nothing is there and nothing may be made: the rules a new hall would adopt are those to go by.
            rules = sound_rules(data, speaking.language)
            if args.propose:
                run_propose(args, speaking, known_words(rules, ()))
                return 0
            codes = {category.code for category in rules.categories}
            _Run(args, speaking, load_mapping(args.mapping, codes), SystemClock(), None).go()
            return 0
        with running_hall(data, speaking) as hall:
            desk = hall.commander.desk
            if args.propose:
                run_propose(args, speaking, known_words(desk.book().rules, desk.hall.areas.all()))
                return 0
            mapping = load_mapping(args.mapping, desk.book().categories)
            _Run(args, speaking, mapping, hall.clock, hall).go()
        return 0


def _check_words(args: argparse.Namespace) -> None:
    if args.mapping is None and not args.propose:
        raise UsageError("import_mapping_needed")
    if args.propose and len(args.files) > 1:
        raise UsageError("import_propose_many", files=len(args.files))
    if args.refused is not None and len(args.files) > 1:
        raise UsageError("import_refused_many", files=len(args.files))


class _Nobody:
    """Stands where rows would go in a dry run of a hall that does not exist."""

    def import_rows(self, rows: Sequence[HistoryRow], actor: Actor) -> Sequence[Outcome]:
        raise NotImplementedError

    def register(self, report: NewReport, actor: Actor) -> Outcome:
        raise NotImplementedError


class _Run:
    """All files of one command. Without a hall nothing is offered to anyone."""

    def __init__(
        self,
        args: argparse.Namespace,
        speaking: Terminal,
        mapping: TableMapping,
        clock: Clock,
        hall: OpenHall | None,
    ) -> None:
        self._args, self._speaking, self._mapping = args, speaking, mapping
        self._clock, self._hall = clock, hall
        self._sink: RowSink = hall.commander if hall is not None else _Nobody()

    def go(self) -> None:
        for path in self._args.files:
            self._tell(path, self._one(path))
        if self._args.dry_run:
            self._speaking.say("cli.import.dry_run")

    def _one(self, path: Path) -> ImportReport:
        tell = self._speaking.progress("cli.import.reading", file=path.name)

        def progress(_rows: int, done: int, total: int) -> None:
            tell(done, total)
            if self._hall is not None:
                # Nobody shows the board here: news of it must not pile up through a million rows.
                self._hall.reading.columns.catch_up()

        return import_table(
            path,
            self._mapping,
            self._sink,
            SYSTEM,
            language=self._speaking.language,
            now=self._clock.now(),
            dry_run=self._args.dry_run,
            sheet=self._args.sheet,
            progress=progress,
            refused_path=self._args.refused,
        )

    def _tell(self, path: Path, report: ImportReport) -> None:
        say, text = self._speaking.say, self._speaking.language.text
        say(
            "cli.import.done",
            file=path.name,
            encoding=report.read_as,
            rows=report.rows,
            taken=report.taken,
            known=report.known,
            refused=report.refused,
            flagged=report.flagged,
        )
        for note in report.notes:
            say("cli.import.note", note=text(f"import.note.{note.key}", n=note.n))
        for rule, count in report.by_reason.items():
            say("cli.import.reason", rule=rule, count=count)
        for row in report.first_refused:
            say("cli.import.refused_row", line=row.line, field=row.field, reason=row.reason)
        if self._args.refused is not None:
            say("cli.import.refused_file", path=self._args.refused)
