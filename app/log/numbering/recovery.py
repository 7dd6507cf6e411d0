"""The way back of a hub that lost its disk, as its service drives it over an open store."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Future

from sqlalchemy import Connection

from app.log.entries import Head, Numbered, Parcel, Secret
from app.log.epochs import Began, read_epochs
from app.log.following.taking import Mismatch, Taken
from app.log.numbering.reclaiming import BeginEpoch, GiveBack, Job, Missed, Recovering, TakeBack
from app.log.writer import Writer


class Recovery:
    """All methods on any thread."""

    def __init__(self, core: Recovering, jobs: Writer[Job], reader: Callable[[], Connection]) -> None:
        self._core = core
        self._jobs = jobs
        self._reader = reader

    @property
    def reclaiming(self) -> bool:
        """Whether the log was restored and takes no new work yet."""
        return self._core.reclaiming

    @property
    def missing(self) -> Sequence[str]:
        """References whose personal data did not come back with the entries; desks may hold it."""
        return tuple(self._core.missing)

    def epochs(self) -> tuple[Began, ...]:
        """All epochs of the log, in order."""
        return read_epochs(self._reader())

    def take_back(self, lines: Sequence[Numbered]) -> Future[Taken | Mismatch]:
        """Put lines that a desk has confirmed behind the head again, numbers, times and hashes as they were,
        once they are proved; those that stand here already are passed over."""
        return self._jobs.ask(TakeBack(tuple(lines)), len(lines))

    def begin_epoch(self) -> Future[Head]:
        """Take new work from now on, under the next epoch; harmless when repeated."""
        return self._jobs.ask(BeginEpoch())

    def missed(self, parcels: Sequence[Parcel]) -> Future[int]:
        """Strays were numbered that one desk held and another may have written: ask those who call from now
        on for the personal data that came with none of them; how many values that is."""
        return self._jobs.ask(Missed(tuple(parcels)))

    def give_back(self, secrets: Sequence[Secret]) -> Future[int]:
        """Keep personal data that is missing here; how many of them fit the hash in their entry."""
        return self._jobs.ask(GiveBack(tuple(secrets)))
