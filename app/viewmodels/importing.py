"""Importing a file at a desk: look at it, choose its columns, try it out, take it in, stop it."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from pathlib import Path

from app.base.errors import MusterError, WorldError
from app.commands.command import HistoryRow, NewReport, Outcome
from app.commands.importing import IMPORTING
from app.domain.actor import Actor
from app.domain.intake_fold import REGISTER
from app.intake.import_report import ImportReport
from app.intake.importing import import_table
from app.intake.mapping import Kind, TableMapping
from app.intake.proposing.choosing import choose
from app.intake.proposing.drafting import draft, source_name
from app.intake.proposing.knowing import known_words
from app.intake.proposing.looks import Known
from app.intake.proposing.preview import Preview, preview
from app.intake.proposing.proposal import Proposal
from app.intake.proposing.words import mapping_file_text
from app.viewmodels.context import Acting, Context
from app.viewmodels.importing_job import CancelledError, Job, Progress
from app.viewmodels.importing_view import ImportView, Phase
from app.viewmodels.importing_words import ImportWords, Shown, columns_of
from app.viewmodels.signal import Changed

_log = logging.getLogger(__name__)

Tell = Callable[[int, int, int], None]


class _Sink:
    """Hands rows to the worker and waits for the disk; called on the import's own thread."""

    def __init__(self, acting: Acting) -> None:
        self._acting = acting

    def import_rows(self, rows: Sequence[HistoryRow], actor: Actor) -> Sequence[Outcome]:
        return self._acting.import_rows(rows, actor).result()

    def register(self, report: NewReport, actor: Actor) -> Outcome:
        return self._acting.register(report, actor).result()


class ImportingModel:
    """`changed` when there is something else to show. While `busy`, `poll` is to be called a few times a
    second: long work runs on a thread of its own and speaks only when asked."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._phase: Phase = "nothing"
        self._job: Job | None = None
        self._progress = Progress()
        self._preview: Preview | None = None
        self._proposal: Proposal | None = None
        self._known = Known()
        self._sheet = self._source = ""
        self._report: ImportReport | None = None
        self._refused: Path | None = None
        self._error = self._saved = ""
        self.changed = Changed()

    @property
    def busy(self) -> bool:
        return self._job is not None

    def seat_changed(self) -> None:
        """Somebody else sits here, who may or may not import."""
        self.changed.emit()

    def open(self, path: Path, sheet: str = "", kind: Kind | None = None, source: str = "") -> None:
        """Look at a file: its first rows and what they seem to be. `source` goes before its numbers; empty:
        the file's own name, without a date at its end."""
        if self.busy:
            return
        book = self._context.book
        self._known = known_words(book.rules, self._context.hall.areas.all()) if book is not None else Known()
        self._preview = self._proposal = self._report = self._refused = None
        self._sheet, self._source, known = sheet, source_name(source or path.stem), self._known
        self._begin("looking", lambda _tell: preview(path, known, kind=kind, sheet=sheet))

    def choose(self, field: str, choice: str) -> None:
        """Take `field` from one of its line's choices. A dry run made before no longer counts."""
        if self._preview is None or self._proposal is None or self.busy:
            return
        columns, constant = columns_of(choice)
        self._proposal = choose(self._proposal, self._preview.header, field, columns, constant)
        self._phase, self._report, self._error = "proposed", None, ""
        self.changed.emit()

    def try_out(self) -> None:
        """Go through the whole file and say what would happen; nothing is written."""
        if self._ready():
            self._run("trying", dry_run=True, refused=None)

    def start(self) -> None:
        """Take the file in. Refused rows are saved beside it with their reasons."""
        if self._ready() and self._phase == "tried" and self._preview is not None and not self._why_not():
            path = self._preview.path
            self._refused = path.with_name(f"{path.stem}-refused.csv")
            self._run("importing", dry_run=False, refused=self._refused)

    def save_mapping(self, path: Path) -> None:
        """Write the mapping as it stands to `path`, for the command line or another time."""
        if self._preview is None or self._proposal is None:
            return
        context, mapping = self._context, self._mapping(self._preview, self._proposal)
        text = mapping_file_text(context.language, mapping, self._proposal, self._preview.path.name)
        try:
            path.write_text(text, encoding="utf-8")
            self._saved, self._error = context.text("import.mapping_saved", path=path), ""
        except OSError:
            failed = WorldError("import_mapping_unwritable", path=str(path))
            self._saved, self._error = "", context.language.error(failed)
        self.changed.emit()

    def cancel(self) -> None:
        """Stop the work under way; rows already taken in stay, and a second import knows them."""
        if self._job is not None:
            self._job.cancel()

    def poll(self) -> None:
        """Take what the work has come to."""
        job = self._job
        if job is None:
            return
        if not job.running:
            self._job = None
            self._ended(job)
            self.changed.emit()
        elif job.progress != self._progress:
            self._progress = job.progress
            self.changed.emit()

    def view(self) -> ImportView:
        shown = Shown(
            phase=self._phase,
            preview=self._preview,
            proposal=self._proposal,
            report=self._report,
            refused=self._refused if self._phase == "done" else None,
            progress=self._progress if self.busy else None,
            error=self._error,
            saved=self._saved,
            why_not=self._why_not(),
        )
        return ImportWords(self._context).view(shown)

    def close(self) -> None:
        """Stop whatever runs; the window is closing."""
        if self._job is not None:
            self._job.cancel()
            self._job.wait()

    def _ready(self) -> bool:
        return not self.busy and self._proposal is not None and not self._proposal.missing

    def _mapping(self, looked: Preview, proposal: Proposal) -> TableMapping:
        return draft(proposal, self._known, self._source, records=looked.chosen)

    def _run(self, phase: Phase, *, dry_run: bool, refused: Path | None) -> None:
        looked, proposal = self._preview, self._proposal
        assert looked is not None
        assert proposal is not None
        context, sheet = self._context, self._sheet
        mapping = self._mapping(looked, proposal)
        actor, language, now = context.actor, context.language, context.now()
        sink = _Sink(self._context.acting)

        def work(tell: Tell) -> ImportReport:
            return import_table(
                looked.path,
                mapping,
                sink,
                actor,
                language=language,
                now=now,
                dry_run=dry_run,
                sheet=sheet,
                progress=tell,
                refused_path=refused,
            )

        self._report = None
        self._begin(phase, work)

    def _begin(self, phase: Phase, work: Callable[[Tell], object]) -> None:
        self._phase, self._progress = phase, Progress()
        self._error = self._saved = ""
        self._job = Job(phase, work)
        self.changed.emit()

    def _ended(self, job: Job) -> None:
        """What the work came to; an error puts things back to where a person can go on."""
        if job.error is not None:
            self._failed(job, job.error)
        elif isinstance(job.result, Preview):
            self._preview, self._proposal = job.result, job.result.proposal
            self._phase = "proposed"
        elif isinstance(job.result, ImportReport):
            self._report = job.result
            self._phase = "done" if job.name == "importing" else "tried"
            if self._phase == "done" and not job.result.refused and self._refused is not None:
                # Only its header stands in it: nobody wants such a file.
                self._refused.unlink(missing_ok=True)
                self._refused = None

    def _failed(self, job: Job, error: Exception) -> None:
        self._phase = "proposed" if self._preview is not None else "nothing"
        if isinstance(error, CancelledError):
            stopped = "import.stopped" if job.name == "importing" else "import.stopped_dry"
            self._error = self._context.text(stopped, rows=job.progress.rows)
        elif isinstance(error, MusterError):
            self._error = self._context.language.error(error)
        else:
            _log.error("import failed", exc_info=error)
            self._error = self._context.text("import.failed")

    def _why_not(self) -> str:
        context, book = self._context, self._context.book
        role = context.actor.role
        if book is None or not (book.may(role, REGISTER) or book.permits(role, IMPORTING)):
            return context.text("import.may_not")
        return ""
