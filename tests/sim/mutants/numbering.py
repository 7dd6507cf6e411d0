"""Faults of the hub's numbering: what is numbered twice, not at all, or with a hole."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from msgspec.structs import replace

from app.base.clock import SECOND_MS, Instant
from app.log.entries import Entry, Head, Numbered, Parcel
from app.log.numbering import group as grouping
from app.log.numbering import sequencer
from app.log.numbering.group import Group
from app.log.numbering.pushing import End, Fresh
from app.log.port import Broken
from tests.sim.mutants.planting import patched

WINDOW_MS = 5 * SECOND_MS


@contextmanager
def numbers_outside_the_lock() -> Iterator[None]:
    """Numbers are drawn from a counter beside the transaction, as BIGSERIAL does: who fails burns some."""
    real = sequencer.number
    drawn: dict[str, int] = {}

    def number(head: Head, *rest: Any, **more: Any) -> tuple[Numbered, Head]:
        drawn[head.stream] = max(head.gseq, drawn.get(head.stream, 0)) + 1
        return real(replace(head, gseq=drawn[head.stream] - 1), *rest, **more)

    with patched(sequencer, "number", number), patched(grouping, "number", number):
        yield


@contextmanager
def deduped_by_time() -> Iterator[None]:
    """A repeat is known for one only within some seconds."""
    with _repeats(lambda entry, now: now - (entry.time.est_hub or now) > WINDOW_MS):
        yield


@contextmanager
def not_deduped() -> Iterator[None]:
    """A repeat is numbered again."""
    with _repeats(lambda _entry, _now: True):
        yield


@contextmanager
def _repeats(is_new: Callable[[Entry, Instant], bool]) -> Iterator[None]:
    sort, push = grouping.sort_out, Group.push
    now = [0]

    def pushed(self: Group, asked: Any, entries: Sequence[Entry]) -> Any:
        now[0] = self._clock.now()
        return push(self, asked, entries)

    def sort_out(
        entries: Sequence[Entry], parcels: Sequence[Parcel], end: End, standing: Mapping[int, bytes], of: Any
    ) -> Any:
        found = sort(entries, parcels, end, standing, of)
        if not isinstance(found, list):
            return found
        known = zip(entries, parcels, strict=True)
        return [Fresh(e, p) for e, p in known if e.oseq <= end.oseq and is_new(e, now[0])] + found

    with patched(grouping, "sort_out", sort_out), patched(Group, "push", pushed):
        yield


@contextmanager
def quarantine_blocks() -> Iterator[None]:
    """An entry that breaks a rule is turned away instead of numbered with its verdict."""
    real = Group.push

    def push(self: Group, pushed: Any, entries: Sequence[Entry]) -> Any:
        bad = next((entry for entry in entries if self._judge(entry)), None)
        return real(self, pushed, entries) if bad is None else Broken(bad.oseq, "format")

    with patched(Group, "push", push):
        yield


@contextmanager
def wall_clock_counts() -> Iterator[None]:
    """Deadlines count from what the PC's clock showed."""

    def effective(entry: Entry, hub_time: Instant, before: Instant) -> Instant:
        return min(max(entry.time.wall, before), hub_time)

    with patched(grouping, "effective", effective):
        yield
