"""Faults of who says "saved" too early, or forgets what a failed commit means."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from app.log import replica
from app.log.entries import Numbered, Parcel, read_entry
from app.log.files.database import Access, transaction
from app.log.following import follower, pending, receiving
from app.log.following.footing import Footing
from app.log.numbering import committer as committing
from app.log.numbering.committer import Committer
from app.log.numbering.group import Group
from app.projections.projector import HallProjector
from app.sync.desk.push_window import PushWindow
from app.sync.frames import Ack
from app.sync.hub.effects import Number
from app.sync.hub.line import HubLine
from tests.sim.mutants.planting import patched


@contextmanager
def acknowledged_before_commit() -> Iterator[None]:
    """The hub says that it has a push as soon as it came in, before its disk has it."""
    real = HubLine.received

    def received(self: HubLine, data: bytes, now: Any) -> Any:
        wish = real(self, data, now)
        if isinstance(wish, Number):
            self._out.acknowledge(Ack(read_entry(wish.parcels[-1].raw).oseq, 0))
        return wish

    with patched(HubLine, "received", received):
        yield


@contextmanager
def normal_instead_of_full() -> Iterator[None]:
    """Commits do not wait for the disk: synchronous = NORMAL."""
    mode, pragmas = Access.WRITE.value
    lax = tuple("PRAGMA synchronous = NORMAL" if "synchronous" in p else p for p in pragmas)
    with patched(Access.WRITE, "_value_", (mode, lax)):
        yield


@contextmanager
def told_at_send() -> Iterator[None]:
    """A desk takes what it has sent for what the hub has."""
    real = PushWindow.offered

    def offered(self: PushWindow, after_oseq: int, last_oseq: int) -> bool:
        sent = real(self, after_oseq, last_oseq)
        if sent:
            self.acked = last_oseq
        return sent

    with patched(PushWindow, "offered", offered):
        yield


@contextmanager
def dropped_at_send() -> Iterator[None]:
    """A desk no longer keeps as waiting what it has sent."""
    real = replica.Replica.waiting

    def waiting(self: replica.Replica, after_oseq: int, limit: int, most_bytes: int) -> list[Parcel]:
        parcels = real(self, after_oseq, limit, most_bytes)
        sent = [read_entry(parcel.raw) for parcel in parcels]

        def drop(connection: Any) -> int:
            pending.remove(connection, sent)
            return len(sent)

        self._jobs.run(drop)
        return parcels

    with patched(replica.Replica, "waiting", waiting):
        yield


@contextmanager
def cursor_before_projection() -> Iterator[None]:
    """A desk takes entries and cursor in one transaction and folds them in the next."""
    take, fold = receiving.receive, receiving._fold
    held: list[Sequence[Numbered]] = []

    def later(_footing: Footing, _projector: Any, lines: Sequence[Numbered]) -> None:
        held.append(lines)

    def receive(footing: Footing, projector: Any, lines: Sequence[Numbered]) -> Any:
        waiting = footing.waiting
        fresh = take(footing, projector, lines)
        while held:
            after, footing.waiting = footing.waiting, waiting
            with transaction(footing.connection):
                fold(footing, projector, held.pop())
            footing.waiting = after
        return fresh

    with patched(receiving, "_fold", later), patched(follower, "receive", receive):
        yield


@contextmanager
def tail_kept_after_failure() -> Iterator[None]:
    """A hub goes on from the numbers it had in hand, after a commit that failed."""
    real = Committer._together
    held: list[Group] = []

    class Kept(Group):
        def __init__(self, *args: Any) -> None:
            super().__init__(*args)
            held.append(self)

    def together(self: Committer, group: Any) -> Any:
        held.clear()
        return real(self, group)

    def look(self: Committer) -> None:
        if held:
            self._tail = held[-1].tail

    with (
        patched(committing, "Group", Kept),
        patched(Committer, "_together", together),
        patched(Committer, "_look", look),
    ):
        yield


@contextmanager
def caches_kept_after_rollback() -> Iterator[None]:
    """The read models keep in memory what never came to the disk."""
    with patched(HallProjector, "rolled_back", lambda _self: None):
        yield
