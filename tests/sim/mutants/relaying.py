"""Faults between levels: said to be above and is not, stamped or folded otherwise, heard twice or never."""

from __future__ import annotations

import itertools
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from msgspec.structs import replace

from app.commands import hearing
from app.log.entries import Numbered
from app.log.numbering import committer, group
from app.projections import facts
from app.sync.relay.frames import FromAbove
from app.sync.relay.up_link import UpLink
from tests.sim.levels import up_end
from tests.sim.mutants.planting import patched


@contextmanager
def above_at_send() -> Iterator[None]:
    """A lower hub takes what it has sent for what the upper hub has."""
    real = UpLink.page

    def page(self: UpLink, entries: Sequence[Numbered], now: int) -> Any:
        proving = self._line is not None and self._line.unproved is not None
        effects = real(self, entries, now)
        if entries and self._line is not None and not proving:
            self.upper = entries[-1].gseq
        return effects

    with patched(UpLink, "page", page):
        yield


@contextmanager
def above_unproved() -> Iterator[None]:
    """A hub that was restored believes that the upper hub has the same under its numbers."""

    def proved(self: UpLink, line: Any, welcome: Any, _entries: Any, now: int) -> Any:
        line.unproved = None
        self._reached(welcome.gseq, now)
        return self._more()

    with patched(UpLink, "_proved", proved):
        yield


@contextmanager
def lower_head_forgotten() -> Iterator[None]:
    """The upper hub numbers what comes up and does not note how far it has it."""
    with patched(committer, "write_lower", lambda *_args: None):
        yield


@contextmanager
def upper_time_counts() -> Iterator[None]:
    """The upper hub stamps what comes up with its own time: deadlines differ between levels."""
    real = group.sift

    def sift(*args: Any) -> Any:
        found = real(*args)
        if not isinstance(found, tuple):
            return found
        fresh, lower = found
        moved = [replace(one, line=replace(one.line, at=one.line.at + 1)) for one in fresh]
        return moved, lower

    with patched(group, "sift", sift):
        yield


@contextmanager
def folded_by_upper_numbers() -> Iterator[None]:
    """A lower hub's entries are folded by the numbers they have above, which their bases do not name."""
    real = facts.fact_of

    def fact_of(numbered: Numbered) -> Any:
        return real(replace(numbered, home_gseq=0))

    with _everywhere("fact_of", real, fact_of):
        yield


@contextmanager
def heard_when_sent() -> Iterator[None]:
    """A lower hub notes a request as taken in before it is on its disk."""
    real = UpLink._requests

    def requests(self: UpLink, frame: FromAbove, line: Any, now: int) -> Any:
        effects = real(self, frame, line, now)
        self.above = max([self.above, *(one.gseq for one in frame.lines)])
        return effects

    with patched(UpLink, "_requests", requests):
        yield


@contextmanager
def heard_twice() -> Iterator[None]:
    """A request that comes again is taken in again."""
    real, count = hearing.hear_request, itertools.count(1)

    def hear(desk: Any, stream: str, numbered: Numbered) -> Any:
        return real(desk, f"{stream}-{next(count)}", numbered)

    with patched(up_end, "hear_request", hear):
        yield


@contextmanager
def _everywhere(name: str, real: Any, value: Any) -> Iterator[None]:
    """In every module that has taken the name over."""
    held = [
        m for n, m in sorted(sys.modules.items()) if n.startswith("app.") and getattr(m, name, None) is real
    ]
    for module in held:
        setattr(module, name, value)
    try:
        yield
    finally:
        for module in held:
            setattr(module, name, real)
