"""Opening a hall: log, read models, commands and clerk wired together over one data directory."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

from msgspec.structs import replace

from app.base.clock import Clock
from app.base.errors import WorldError
from app.base.language import Language
from app.base.paths import is_there
from app.bootstrap.new_hall import Founder, NewHall, read_hall_file, real_hall
from app.clerk.clerk import Clerk
from app.commands.commander import Commander
from app.commands.desk import Desk
from app.commands.founding import found
from app.commands.judging import make_judge
from app.log.entries import Head
from app.log.files.folder import DataFolder
from app.log.proving.rebuild import Progress, no_progress
from app.log.replica import Replica
from app.log.safety.shared import SharedSafety
from app.log.store import Store, open_store
from app.projections.projector import HallProjector
from app.projections.reading import Reading

if TYPE_CHECKING:
    # The driver behind it would cost every start that needs none.
    from app.hub.safety.safety import SafeStore
    from app.log.postgres.hub import PgHub


@dataclass(frozen=True)
class OpenHall:
    """One data directory, open. Commands may be given on any thread.

    The columns of `reading` are empty until `load_board`, on the thread that shows them.
    """

    store: Store | Replica | PgHub
    projector: HallProjector
    clock: Clock
    commander: Commander
    reading: Reading

    @property
    def logs(self) -> Path:
        """Where this hall's own logs belong."""
        return DataFolder(self.store.folder).logs

    def load_board(self) -> None:
        """Fill the board's columns; before any window shows them."""
        self.projector.columns.load(self.store.reader())

    def close(self) -> None:
        """Write what waits, close the database, let go of the directory. Harmless when repeated."""
        self.store.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


@dataclass(frozen=True)
class NumberingHall(OpenHall):
    """A hall that numbers its entries itself: a hub, or a PC that stands alone. The clerk runs beside the
    sequencer only, and belongs to one thread, the worker's."""

    store: Store | PgHub
    clerk: Clerk
    safe: SafeStore
    """Where the rows of sign-in and enrolment lie."""
    leads: Callable[[], bool] = lambda: True
    """Whether the clerk of this process is the one that works: one of all that number the same log."""
    fresh: Callable[[], Future[Head]] | None = None
    """Where other processes number too: resolves when everything numbered before is readable here."""
    shared: SharedSafety | None = None
    """Where other processes serve the same hall: what all of them must have alike."""


def open_hall(
    folder: Path,
    clock: Clock,
    *,
    language: Language,
    mark: str | None = None,
    progress: Progress = no_progress,
    founder: Founder | None = None,
    reclaims: bool = False,
) -> NumberingHall:
    """Open the hall in `folder`, which numbers by itself, founding it when the directory is new.

    `mark` is as in `open_store`; `founder` says what a new hall begins with, by default a real one from
    hall.toml and the rule files. A hall that stands keeps the rules it adopted, whatever the files say:
    `config adopt` changes them. `progress` hears of folding. `language` is for the words of rule faults.

    One that was restored from a backup and has desks takes back first what they hold: only a caller that
    `reclaims` opens it before that is done.

    WorldError and UsageError of `open_store`, and for files a new hall needs; then no directory was made.
    """
    make = founder or (lambda: real_hall(folder, language))
    # Asked before anything is made: a fault in a file must not leave a directory without a hall.
    prepared = None if is_there(DataFolder(folder).database) else make()
    letters = read_hall_file(folder).desk
    projector = HallProjector()

    def origin_of(eid: str) -> str | None:
        there = store.get(eid)
        return None if there is None else there.entry.origin

    judge = make_judge(lambda: projector.hall, origin_of)
    store = open_store(folder, clock, projector, mark=mark, progress=progress, judge=judge)
    try:
        projector.load(store.reader())
        _after_restoring(store, projector, reclaims=reclaims)
        desk = Desk(
            store,
            lambda: projector.hall,
            clock,
            letters=letters,
            hall_of=lambda home: projector.halls.of(home),
        )
        if projector.hall.founded is None:
            _found(desk, store.mark, prepared or make())
        commander = Commander(desk)
        reading = Reading(store, projector)
        clerk = Clerk(commander, reading.cases_after, reading.cases)
        return NumberingHall(store, projector, clock, commander, reading, clerk, store)
    except BaseException:
        store.close()
        raise


def _after_restoring(store: Store, projector: HallProjector, *, reclaims: bool) -> None:
    recovery = store.recovery
    if recovery is None or not recovery.reclaiming:
        return
    if not projector.hall.devices:
        # Nobody else ever had any of this log.
        recovery.begin_epoch().result()
    elif not reclaims:
        raise WorldError("hub_reclaiming")


def _found(desk: Desk, mark: str, new: NewHall) -> None:
    """The first entries; the hall is marked as its directory is, so that the two can never tell apart."""
    founded = replace(new.founded, mark=mark)
    found(desk, founded, new.rules, new.areas, new.operators)
