"""The one way to append to the hall's log and to follow it; a hub will serve the same by socket."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Future
from typing import Protocol

import msgspec

from app.log.entries import Draft, Head, Numbered


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
