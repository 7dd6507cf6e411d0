"""The import panel's state turned into finished words."""

from __future__ import annotations

from pathlib import Path

import msgspec

from app.domain.code import CHANNEL_LETTERS
from app.domain.masking import mask_text
from app.intake.import_report import ImportReport
from app.intake.mapping import NEEDED
from app.intake.proposing.choosing import columns_for
from app.intake.proposing.preview import Preview
from app.intake.proposing.proposal import Proposal, Proposed
from app.intake.proposing.propose import FIELDS
from app.intake.proposing.words import field_words, sure_words, why_words
from app.viewmodels.context import Context
from app.viewmodels.importing_job import Progress
from app.viewmodels.importing_view import ColumnChoice, FieldLine, ImportView, Phase, ProblemLine

COLUMNS_SHOWN = 8
"""Columns of the preview: more cannot be read side by side; those the mapping uses come first."""

_JOIN, _CONSTANT = "\x1f", "\x1e"
"""Between joined columns, and before a constant, in the id of a choice: no header holds such signs."""


class Shown(msgspec.Struct, frozen=True):
    """What there is to show; `progress` only while work is under way."""

    phase: Phase
    preview: Preview | None
    proposal: Proposal | None
    report: ImportReport | None
    refused: Path | None
    progress: Progress | None
    error: str
    saved: str
    why_not: str


def columns_of(choice: str) -> tuple[tuple[str, ...], str]:
    """The columns, or the constant, that the id of a choice means."""
    if choice.startswith(_CONSTANT):
        return (), choice.removeprefix(_CONSTANT)
    return tuple(name for name in choice.split(_JOIN) if name), ""


class ImportWords:
    """Words for one context."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def view(self, shown: Shown) -> ImportView:
        looked, proposal, report, progress = shown.preview, shown.proposal, shown.report, shown.progress
        idle = progress is None
        places = self._places(looked, proposal)
        missing = proposal.missing if proposal is not None else ()
        return ImportView(
            phase=shown.phase,
            file=self._file(looked),
            notes=self._notes(shown),
            kind=self._context.text(f"import.kind.{proposal.kind}") if proposal is not None else "",
            columns=tuple(looked.header[place] for place in places) if looked is not None else (),
            rows=self._rows(looked, places),
            fields=self._fields(looked, proposal),
            left_over=self._left_over(proposal),
            missing=self._missing(missing),
            problems=self._problems(report),
            figures=self._figures(shown),
            share=None if progress is None else _share(progress),
            progress=self._progress(shown),
            error=shown.error,
            why_not=shown.why_not,
            may_try=idle and proposal is not None and not missing,
            may_import=idle and shown.phase == "tried" and not shown.why_not and not missing,
            may_cancel=not idle,
        )

    def _file(self, looked: Preview | None) -> str:
        if looked is None:
            return ""
        return self._context.text("import.looked", file=looked.path.name, form=looked.read_as)

    def _notes(self, shown: Shown) -> tuple[str, ...]:
        notes = shown.preview.notes if shown.preview is not None else ()
        said = (self._context.text(f"import.note.{note.key}", n=note.n) for note in notes)
        return tuple(filter(None, (*said, shown.saved)))

    def _places(self, looked: Preview | None, proposal: Proposal | None) -> list[int]:
        """Which columns the preview shows, those in use first."""
        if looked is None or proposal is None:
            return []
        used = [name for one in proposal.fields for name in one.columns]
        names = dict.fromkeys((*used, *(name for name in looked.header if name)))
        return [looked.header.index(name) for name in names][:COLUMNS_SHOWN]

    def _rows(self, looked: Preview | None, places: list[int]) -> tuple[tuple[str, ...], ...]:
        if looked is None:
            return ()
        return tuple(
            (str(line), *(row[place] for place in places))
            for line, row in zip(looked.lines, looked.rows, strict=True)
        )

    def _fields(self, looked: Preview | None, proposal: Proposal | None) -> tuple[FieldLine, ...]:
        if looked is None or proposal is None:
            return ()
        have = {one.field: one for one in proposal.fields}
        return tuple(self._field(field, have.get(field), looked, proposal) for field in FIELDS[proposal.kind])

    def _field(self, field: str, one: Proposed | None, looked: Preview, proposal: Proposal) -> FieldLine:
        context = self._context
        choices = [ColumnChoice("", context.text("import.none"))]
        if one is not None and len(one.columns) > 1:
            choices.append(ColumnChoice(_id(one), " + ".join(one.columns)))
        choices += [ColumnChoice(name, name) for name in columns_for(proposal, field, looked.header)]
        if field == "channel":
            choices += [ColumnChoice(_CONSTANT + id_, self._constant(id_)) for id_ in CHANNEL_LETTERS]
        why = ""
        if one is not None:
            why = context.text(
                "import.file.field",
                sure=sure_words(context.language, one),
                why=why_words(context.language, one),
            )
            if one.vault:
                why = context.text("list.dot").join((why, context.text("import.vault")))
        return FieldLine(
            field=field,
            label=field_words(context.language, field),
            chosen=_id(one) if one is not None else "",
            choices=tuple(choices),
            why=why,
            needed=field in NEEDED[proposal.kind],
        )

    def _constant(self, channel: str) -> str:
        return self._context.text("import.constant", value=self._context.choice("channels", channel))

    def _left_over(self, proposal: Proposal | None) -> str:
        if proposal is None or not proposal.left_over:
            return ""
        context = self._context
        left = [
            context.text("import.left_one", column=over.column, why=context.text(f"import.left.{over.why}"))
            for over in proposal.left_over
            if over.why == "personal"
        ]
        rest = [over.column for over in proposal.left_over if over.why != "personal"]
        if rest:
            left.append(context.text("import.left_rest", columns=context.text("list.comma").join(rest)))
        return "\n".join(left)

    def _missing(self, missing: tuple[str, ...]) -> str:
        if not missing:
            return ""
        names = [field_words(self._context.language, field) for field in missing]
        return self._context.text("import.missing", fields=self._context.text("list.comma").join(names))

    def _problems(self, report: ImportReport | None) -> tuple[ProblemLine, ...]:
        rows = report.first_refused if report is not None else ()
        # A reason quotes its cell, and a telephone number may stand in any.
        return tuple(ProblemLine(str(row.line), row.field, mask_text(row.reason)) for row in rows)

    def _figures(self, shown: Shown) -> tuple[str, ...]:
        report, context = shown.report, self._context
        if report is None:
            return ()
        count = context.formats.count
        said = [
            context.text(
                "import.figures_done" if shown.phase == "done" else "import.figures_dry",
                rows=count(report.rows),
                taken=count(report.taken),
                known=count(report.known),
                refused=count(report.refused),
            )
        ]
        if report.flagged:
            said.append(context.text("import.flagged", n=count(report.flagged)))
        if shown.refused is not None:
            said.append(context.text("import.saved", path=shown.refused))
        return tuple(said)

    def _progress(self, shown: Shown) -> str:
        if shown.progress is None:
            return ""
        rows = self._context.formats.count(shown.progress.rows)
        return self._context.text(f"import.doing.{shown.phase}", rows=rows)


def _id(one: Proposed) -> str:
    return _JOIN.join(one.columns) if one.columns else f"{_CONSTANT}{one.constant}"


def _share(progress: Progress) -> float:
    return min(1.0, progress.done / progress.total) if progress.total else 0.0
