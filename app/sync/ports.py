"""What the line needs of the log beside it, on a desk and at a hub, so that a simulator may stand in."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Future
from typing import Any, Protocol

import msgspec

from app.base.clock import Instant
from app.log.entries import Head, Numbered, Parcel, Secret
from app.log.epochs import Began
from app.log.following.strays import Strays
from app.log.following.taking import Mismatch, Taken
from app.log.port import Pushed
from app.sync.frames import Hello


class NotesPort(Protocol):
    """Small things that outlive the program."""

    def get(self, key: str) -> bytes | None: ...

    def put(self, key: str, value: bytes) -> Future[int]: ...


class ReplicaPort(Protocol):
    """A desk's log, as the link drives it. All methods may be called on any thread."""

    @property
    def origin(self) -> str: ...

    @property
    def notes(self) -> NotesPort: ...

    def head(self) -> Head:
        """The last confirmed entry; its stream is empty before the first join."""
        ...

    def sealed(self) -> int:
        """The last number this database has given as an origin, confirmed or waiting."""
        ...

    def pending_count(self) -> int:
        """How many entries of this database have no number yet."""
        ...

    def waiting(self, after_oseq: int, limit: int, most_bytes: int) -> list[Parcel]:
        """The next waiting entries after `after_oseq`; at least one when there is one, however big."""
        ...

    def take(self, lines: Sequence[Numbered]) -> Future[Taken | Mismatch]: ...

    def digest_at(self, gseq: int) -> str | None: ...

    def keep_secrets(self, secrets: Sequence[Secret]) -> Future[int]: ...

    def join(self, stream: str, epoch: int) -> Future[Any]:
        """Follow `stream` from now on. The future raises WorldError when another is followed already."""
        ...

    def read_after(self, gseq: int, limit: int) -> list[Numbered]:
        """The next confirmed entries after `gseq`."""
        ...

    def parting(self, epochs: Sequence[Began], hub_head: int) -> int | None:
        """The last number in common with a hub whose log goes on otherwise; None when it must not."""
        ...

    def strays(self, gseq: int, limit: int, most_bytes: int) -> Strays:
        """What stands here after `gseq`, of any origin."""
        ...

    def cut(self, gseq: int) -> Future[Any]:
        """Go back to `gseq`; own entries above it wait again."""
        ...

    def secrets(self, refs: Sequence[str]) -> list[Secret]:
        """The personal data behind these references, as far as it is here."""
        ...

    def subscribe(self, listener: Callable[[Head], None]) -> Callable[[], None]:
        """Call `listener` (on the writer's thread) after each commit, of waiting entries too."""
        ...


class Moment(msgspec.Struct, frozen=True):
    """One instant at the hub: `boot` of a clock that is never set, in ms, and the hall's time."""

    boot: int
    hub_time: Instant


class Found(msgspec.Struct, frozen=True):
    """What the hub knows of a desk that says hello: its log's `head`, the `hash` at the desk's number (None
    when it has no such number), the last `oseq` it has of the desk's own entries, and how the desk stands:
    `standing` is empty, `origin` for one that was never enrolled, or `revoked`.

    `epochs` are those of the hub's log; it is `reclaiming` while it takes back what it lost, and `missing`
    are references of personal data that did not come back.
    """

    head: Head
    hash: str | None
    oseq: int
    standing: str = ""
    epochs: tuple[Began, ...] = ()
    reclaiming: bool = False
    missing: tuple[str, ...] = ()


class LineHall(Protocol):
    """What a desk's line asks of the hub behind it. Called on the service's loop."""

    def moment(self) -> Moment: ...

    async def look(self, hello: Hello) -> Found: ...

    def push(self, origin: str, parcels: Sequence[Parcel]) -> Future[Pushed]: ...

    def read_after(self, gseq: int, limit: int) -> list[Numbered]: ...

    async def show(self, origin: str, refs: Sequence[str]) -> Sequence[Secret]:
        """The personal data behind those of `refs` that this desk may have and that was not erased."""
        ...

    def reached(self, origin: str, gseq: int, units: tuple[str, ...]) -> None:
        """The desk has the log up to `gseq` on its disk: orders in it for `units`, whose people sit there,
        are delivered."""
        ...

    def take_back(self, lines: Sequence[Numbered]) -> Future[Taken | Mismatch]:
        """Put lines behind the head of a restored log as they were."""
        ...

    async def adopt(self, parcels: Sequence[Parcel]) -> None:
        """Number entries of any origin that a desk held; what cannot be is passed over and logged."""
        ...

    def keep_back(self, secrets: Sequence[Secret]) -> Future[int]:
        """Keep personal data that the log lost."""
        ...
