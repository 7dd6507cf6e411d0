"""Entries of other hubs in this log: the names under which they are found here, so that no two hubs' meet."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec.structs import replace

from app.domain.kinds import INCIDENT, REQUEST
from app.log.entries import Entry, Numbered

EVERYWHERE = (INCIDENT, REQUEST)
"""Subjects that name the same thing at every hub. A source's number, a code, an operator are each hub's own:
the same may stand at two."""


def subjects_here(numbered: Numbered) -> Sequence[str]:
    """The subjects under which an entry is found in this log: those of another hub's carry that hub's stream
    behind a line end, which no subject of ours holds."""
    home = numbered.home
    return subjects_at(numbered.entry.subjects, home) if home else numbered.entry.subjects


def subjects_at(subjects: Sequence[str], home: str) -> tuple[str, ...]:
    return tuple(s if s.startswith(EVERYWHERE) else f"{s}\n{home}" for s in subjects)


def claims_here(entry: Entry, home: str) -> Entry:
    """The entry as far as it claims what may stand once, with the names it has here."""
    return replace(entry, subjects=subjects_at(entry.subjects, home))


def home_of(numbered: Numbered, stream: str) -> tuple[str, int]:
    """Where a line of `stream` is at home: the stream that owns it and its number there. A line that came to
    that stream from further below keeps the home it has."""
    return (numbered.home, numbered.home_gseq) if numbered.home else (stream, numbered.gseq)
