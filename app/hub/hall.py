"""What the service is made with: a hall's log, read models and commands, as wide as it needs them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Protocol, TypeVar

from app.base.clock import MINUTE_MS, Clock
from app.base.language import Language
from app.commands.command import Command, NewReport, Outcome
from app.commands.requesting import Wish
from app.domain.actor import Actor
from app.hub.desks.snapshots import SnapshotSource
from app.hub.limits import Settings
from app.hub.requests.grants import Tokens
from app.hub.safety.safety import Safety
from app.log.attachments.port import Attachments
from app.log.entries import Head, Numbered
from app.log.numbering.recovery import Recovery
from app.log.numbering.relaying import UpperLog
from app.log.port import SequencedLog
from app.projections.reading import Reading

Result = TypeVar("Result")


class HubLog(SequencedLog, Protocol):
    """The log beside its sequencer, with the way to all entries about one thing."""

    def history(self, subject: str) -> list[Numbered]:
        """Every entry about `subject`, in order."""
        ...


class Acting(Protocol):
    """Commands, decided one after the other on the hall's worker, reports while those before are on their way
    to the disk; a future resolves when its outcome is durable.

    A refusal of `reveal`, whose result is plain text, comes as RefusedError.
    """

    def submit(self, command: Command, actor: Actor) -> Future[Outcome]: ...

    def register(self, report: NewReport, actor: Actor) -> Future[Outcome]: ...

    def reveal(self, incident: str, field: str, ref: str, reason: str, actor: Actor) -> Future[str]: ...

    def request(self, wish: Wish, actor: Actor) -> Future[Outcome]: ...

    def delivered(self, incident: str, order: str) -> Future[Outcome]: ...

    def call(self, work: Callable[[], Result]) -> Future[Result]: ...


RECLAIM_MS = 10 * MINUTE_MS
"""A desk that runs calls within half a minute, one that was off is started in this time; others bring back
later what they have."""


def _nothing(_head: Head) -> None:
    return None


@dataclass(frozen=True)
class HubHall:
    """One open hall as its service sees it. `reading` has columns of its own, loaded, and is read on the
    service's thread only. `languages` are by code, `zh` and `en`; `letters` are this hub's own in case codes.
    Without `safety` nobody enrols or signs in here; without `attachments` contents are neither brought nor
    read; `upper` takes in the logs of lower hubs, and without it none may be below this one. `reached` says
    how far the hub above has this log, 0 without one.

    Without `snapshots` new desks take the log line by line. `recovery` is that of a log that may have been
    restored: then it waits at most `reclaim_ms` for desks, and `began` hears, on the service's thread, of the
    head behind which new work begins."""

    log: HubLog
    reading: Reading
    acting: Acting
    tokens: Tokens
    clock: Clock
    languages: Mapping[str, Language]
    letters: str
    safety: Safety | None = None
    attachments: Attachments | None = None
    upper: UpperLog | None = None
    reached: Callable[[], int] = lambda: 0
    snapshots: SnapshotSource | None = None
    recovery: Recovery | None = None
    fresh: Callable[[], Future[Head]] | None = None
    """Where other processes number too: resolves when everything numbered before is readable here."""
    reclaim_ms: int = RECLAIM_MS
    began: Callable[[Head], None] = _nothing
    settings: Settings = field(default_factory=Settings)
