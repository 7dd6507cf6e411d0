"""Faults of a desk's replica and of the line: what is believed unproved, passed over, or shown wrongly."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from msgspec.structs import replace

from app.base.clock import Instant
from app.commands import settling, submitting
from app.domain import evolve
from app.log.entries import Head, Numbered
from app.log.files import schema
from app.log.following import taking
from app.log.following.footing import Footing
from app.log.following.holding import KnownHere
from app.log.numbering import committer
from app.projections.projector import HallProjector
from app.sync.hub import pages
from app.sync.hub.fan_out import FanOut
from app.sync.hub.pages import Page
from tests.sim import hub_node
from tests.sim.mutants.planting import patched


@contextmanager
def no_overlay_refold() -> Iterator[None]:
    """News about a case hides what waits on top of it."""
    real = HallProjector.fold

    def fold(self: HallProjector, connection: Any, entries: Sequence[Numbered], pending: Any = ()) -> None:
        real(self, connection, entries, ())

    with patched(HallProjector, "fold", fold):
        yield


@contextmanager
def contest_dropped() -> Iterator[None]:
    """Of two desks the second is overruled and nobody is asked."""
    with patched(evolve, "put_aside", lambda incident, _fact, _ruling: incident):
        yield


@contextmanager
def news_unproved() -> Iterator[None]:
    """Numbers are checked, hashes are not."""

    def place(line: Numbered, head: Head, _hub_time: Instant) -> str:
        return "" if (line.gseq, line.stream) == (head.gseq + 1, head.stream) else "number"

    with patched(taking, "misplaced", place), patched(taking.Origins, "follow", lambda _self, _line: ""):
        yield


@contextmanager
def epoch_ignored_on_the_line() -> Iterator[None]:
    """A page goes over the end of an epoch and names one for all its lines."""
    real = pages._parts

    def parts(entries: Sequence[Numbered]) -> Iterator[Sequence[Numbered]]:
        return real([replace(numbered, epoch=entries[0].epoch) for numbered in entries])

    with patched(pages, "_parts", parts):
        yield


@contextmanager
def epoch_forgotten() -> Iterator[None]:
    """A hub that starts goes on in the epoch of its last entry, whatever has begun since."""
    real = schema.read_tail

    def read_tail(connection: Any, about: Any) -> Any:
        tail = real(connection, about)
        last = connection.exec_driver_sql("SELECT epoch FROM entry ORDER BY gseq DESC LIMIT 1").scalar()
        return replace(tail, head=replace(tail.head, epoch=last or 1))

    with patched(committer, "read_tail", read_tail), patched(hub_node, "read_tail", read_tail):
        yield


@contextmanager
def ring_skips() -> Iterator[None]:
    """A line that lags behind the ring goes on with the ring's first page."""

    def page_after(self: FanOut, gseq: int) -> Page | None:
        return self._by_after.get(gseq) or next((page for page in self._ring if page.after > gseq), None)

    with patched(FanOut, "page_after", page_after):
        yield


@contextmanager
def pending_numbers_in_base() -> Iterator[None]:
    """What a desk seals names numbers that only it knows."""

    def last(entries: Sequence[Numbered]) -> int:
        return entries[-1].gseq if entries else 0

    def confirmed(_self: KnownHere, base: Mapping[str, int]) -> Mapping[str, int]:
        return base

    with (
        patched(submitting, "last_numbered", last),
        patched(settling, "last_numbered", last),
        patched(KnownHere, "confirmed", confirmed),
    ):
        yield


@contextmanager
def own_numbers_repeated() -> Iterator[None]:
    """A desk that starts counts its own entries from the last confirmed one, not from the last that waits."""
    real = Footing.__init__

    def init(self: Footing, connection: Any, about: Any) -> None:
        real(self, connection, about)
        self.sealed = schema.read_tail(connection, about).written

    with patched(Footing, "__init__", init):
        yield
