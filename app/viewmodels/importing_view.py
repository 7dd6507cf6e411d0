"""What the import panel shows, in finished words."""

from __future__ import annotations

from typing import Literal

import msgspec

Phase = Literal["nothing", "looking", "proposed", "trying", "tried", "importing", "done"]


class ColumnChoice(msgspec.Struct, frozen=True):
    """One thing a field may come from; `id` goes back to `ImportingModel.choose`."""

    id: str
    label: str


class FieldLine(msgspec.Struct, frozen=True):
    """One field of the mapping: what it comes from at present, how sure that is and why."""

    field: str
    label: str
    chosen: str
    choices: tuple[ColumnChoice, ...]
    why: str
    needed: bool


class ProblemLine(msgspec.Struct, frozen=True):
    """A row that would not be, or was not, taken in."""

    line: str
    field: str
    reason: str


class ImportView(msgspec.Struct, frozen=True):
    """The panel. `rows` are masked; `columns` are the names over them, those in use first.

    `figures` say what a dry run or the import came to, `error` what went wrong; `why_not` that this seat may
    not import. `share` is of the work under way, None while there is none.
    """

    phase: Phase
    file: str
    notes: tuple[str, ...]
    kind: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    fields: tuple[FieldLine, ...]
    left_over: str
    missing: str
    problems: tuple[ProblemLine, ...]
    figures: tuple[str, ...]
    share: float | None
    progress: str
    error: str
    why_not: str
    may_try: bool
    may_import: bool
    may_cancel: bool
