"""The first rows of a file as a person may see them before anything is taken in: personal data masked."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import islice
from pathlib import Path

import msgspec

from app.domain.masking import mask_name, mask_phone, mask_text
from app.intake.mapping import Kind
from app.intake.proposing.looks import Known, Look, look_at
from app.intake.proposing.proposal import Proposal
from app.intake.proposing.propose import propose
from app.intake.tables.opening import open_table
from app.intake.tables.table import Note

SAMPLE_ROWS = 200
"""What the proposal is made of: enough that a column that is mostly empty shows itself."""

SHOWN_ROWS = 20
"""What a person looks through before saying yes."""

CELL_CHARS = 60
"""A long text shows its beginning; the whole stands in the file."""


class Preview(msgspec.Struct, frozen=True):
    """A file before its import. `rows` are masked and shortened, `lines` where they begin."""

    path: Path
    read_as: str
    header: tuple[str, ...]
    lines: tuple[int, ...]
    rows: tuple[tuple[str, ...], ...]
    notes: tuple[Note, ...]
    chosen: str
    proposal: Proposal


def preview(
    path: Path, known: Known, *, kind: Kind | None = None, sheet: str = "", wanted: Iterable[str] = ()
) -> Preview:
    """Read the first rows of `path` and propose a mapping; WorldError when it is no table."""
    with open_table(path, tuple(wanted), sheet=sheet) as table:
        records = [record for record in islice(table.records(), SAMPLE_ROWS) if record.fault is None]
        header = tuple(table.header)
        rows = [record.cells for record in records]
        proposal = propose(header, rows, known, kind)
        shown = records[:SHOWN_ROWS]
        return Preview(
            path=path,
            read_as=table.form,
            header=header,
            lines=tuple(record.line for record in shown),
            rows=_masked(header, [record.cells for record in shown], proposal.personal, known),
            notes=table.notes,
            chosen=table.chosen,
            proposal=proposal,
        )


def _masked(
    header: Sequence[str], rows: Sequence[Sequence[str]], personal: frozenset[str], known: Known
) -> tuple[tuple[str, ...], ...]:
    looks = [look_at([row[place] for row in rows if place < len(row)], known) for place in range(len(header))]
    return tuple(
        tuple(
            _cell(row[place] if place < len(row) else "", name in personal, looks[place])
            for place, name in enumerate(header)
        )
        for row in rows
    )


def _cell(value: str, personal: bool, look: Look) -> str:
    line = " ".join(value.split())
    if personal:
        return (mask_phone(line) if look.like("phone") else mask_name(line)) if line else ""
    text = mask_text(line)
    return text if len(text) <= CELL_CHARS else f"{text[:CELL_CHARS]}…"
