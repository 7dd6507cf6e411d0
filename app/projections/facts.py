"""From a numbered entry to the facts a fold takes: its body, its incidents, what becomes of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import chain

import msgspec

from app.domain.fact import Fact
from app.domain.kinds import INCIDENT, read_body
from app.log.entries import Numbered
from app.projections.hall import HALL_KINDS

_START = len(INCIDENT)


class About(msgspec.Struct, gc=False):
    """An entry, the incidents it is about, and its fact once somebody asked for it."""

    numbered: Numbered
    incidents: Sequence[str]
    _fact: Fact | None = None

    @property
    def fact(self) -> Fact | None:
        """See `fact_of`."""
        if self._fact is None:
            self._fact = fact_of(self.numbered)
        return self._fact


def incidents_of(numbered: Numbered) -> list[str]:
    """The ids of the incidents an entry is about."""
    return [s[_START:] for s in numbered.entry.subjects if s.startswith(INCIDENT)]


def with_incidents(entries: Iterable[Numbered]) -> list[About]:
    """Each entry with all incidents it is about."""
    return [About(numbered, incidents_of(numbered)) for numbered in entries]


def about_which(abouts: Iterable[About]) -> dict[str, None]:
    """The incidents of all these entries, each once, in order."""
    return dict.fromkeys(chain.from_iterable([about.incidents for about in abouts]))


def body_of(numbered: Numbered) -> msgspec.Struct | None:
    """The decoded body; None when this program does not know its kind or version."""
    entry = numbered.entry
    return read_body(entry.kind, entry.kind_version, entry.body)


def is_hall(numbered: Numbered) -> bool:
    """Whether the entry changes the hall: it has a number, breaks no rule, and is of such a kind."""
    return numbered.entry.kind in HALL_KINDS and not numbered.verdict and not numbered.pending


def fact_of(numbered: Numbered) -> Fact | None:
    """The fact in an entry, by the numbers of its home, which are those that its bases name; None for what is
    quarantined, and for a kind or version this program does not know."""
    body = None if numbered.verdict else body_of(numbered)
    if body is None:
        return None
    entry = numbered.entry
    return Fact(
        body,
        numbered.at,
        numbered.home_gseq or numbered.gseq,
        entry.eid,
        entry.actor,
        entry.kind,
        entry.occurred_at,
        entry.cause,
        entry.origin,
        entry.base,
        entry.desk,
    )
