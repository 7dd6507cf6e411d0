"""The one way to append to the hall's log and to follow it; a hub will serve the same by socket."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Future
from typing import Protocol

import msgspec

from app.log.entries import Draft, Head, Numbered, Parcel, Secret


class Written(msgspec.Struct, frozen=True, tag=True):
    """Durable: the commit is done. `entries` are those of this append, in the order of its drafts."""

    entries: tuple[Numbered, ...]


class Duplicate(msgspec.Struct, frozen=True, tag=True):
    """Nothing was written: `subject` of draft `index` may stand once and stands on entry `gseq` already.

    `gseq` is 0 when it stands on an earlier draft of the same append. `eid:<id>` is the draft's own id.
    """

    index: int
    subject: str
    gseq: int


class Stale(msgspec.Struct, frozen=True, tag=True):
    """Nothing was written: `subject` has moved on to `gseq` since the decider read it."""

    subject: str
    gseq: int


Appended = Written | Duplicate | Stale


class LogPort(Protocol):
    """Append, read on, ask for the head, be told of news."""

    def append(self, drafts: Sequence[Draft], *, expect_base: bool = True) -> Future[Appended]:
        """Write all drafts in one transaction or none. The future resolves only after the data is on disk.

        With `expect_base` the append is refused as Stale when a subject in a draft's `base` has moved on.
        The future raises WorldError when the disk refuses, UsageError when an entry is too big; nothing is
        half-done then.
        """
        ...

    def read_after(self, gseq: int, limit: int) -> list[Numbered]:
        """The next entries after `gseq`, in order, at most `limit`."""
        ...

    def head(self) -> Head:
        """The last durable number and its hash."""
        ...

    def subscribe(self, listener: Callable[[Head], None]) -> Callable[[], None]:
        """Call `listener` (on the writer's thread) after each commit; the returned function ends it."""
        ...


class Accepted(msgspec.Struct, frozen=True, tag=True):
    """Durable at the hub: every entry of this origin up to `oseq` has its number; that one's is `gseq`."""

    oseq: int
    gseq: int


class Gap(msgspec.Struct, frozen=True, tag=True):
    """Nothing was numbered: the origin's next entry must be `expected`; what lies between was never seen."""

    expected: int


class Forked(msgspec.Struct, frozen=True, tag=True):
    """Nothing was numbered: other bytes stand at this number of the origin already. The database that sent
    them is a copy, and must go on under a new origin."""

    oseq: int


class Broken(msgspec.Struct, frozen=True, tag=True):
    """Nothing was numbered: the parcel for `oseq` is no entry of this origin. `rule` is `unreadable`,
    `too_big`, `origin`, `chain` or `format`."""

    oseq: int
    rule: str


Pushed = Accepted | Gap | Forked | Broken


class SequencedLog(LogPort, Protocol):
    """The log beside its sequencer, as a hub serves it to desks and lower hubs."""

    def push(self, origin: str, parcels: Sequence[Parcel]) -> Future[Pushed]:
        """Number entries that another database sealed, in its order. Those numbered before are passed over,
        for ever, so that a repeat is harmless. An entry that breaks a rule is numbered with a verdict.

        The future resolves only after the data is on disk; WorldError when the disk refuses.
        """
        ...

    def pushed(self, origin: str) -> int:
        """The last number of `origin` that stands in this log; 0 when none does."""
        ...

    def secrets(self, refs: Sequence[str]) -> list[Secret]:
        """The personal data behind these references, as far as it was not erased. The caller has judged who
        may have it."""
        ...

    def digest_at(self, gseq: int) -> str | None:
        """The digest of the confirmed state at `gseq`, when it was kept: at multiples of DIGEST_EVERY."""
        ...


DIGEST_EVERY = 500
"""Replicas compare their state at multiples of this: a day of a hall compares some times, a month's catching
up every few tens of ms."""
