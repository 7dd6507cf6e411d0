"""Opening a hall: store, read models, commands and clerk wired together over one data directory."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from msgspec.structs import replace

from app.base.clock import Clock
from app.base.language import Language
from app.base.paths import is_there
from app.bootstrap.new_hall import Founder, NewHall, read_hall_file, real_hall
from app.clerk.clerk import Clerk
from app.commands.commander import Commander
from app.commands.desk import Desk
from app.commands.founding import found
from app.log.folder import DataFolder
from app.log.rebuild import Progress, no_progress
from app.log.store import Store, open_store
from app.projections.paging import cases_after
from app.projections.projector import HallProjector
from app.projections.reading import Reading


@dataclass(frozen=True)
class OpenHall:
    """One data directory, open. Commands may be given on any thread; the clerk belongs to one, the worker's.

    The columns of `reading` are empty until `load_board`, on the thread that shows them.
    """

    store: Store
    projector: HallProjector
    clock: Clock
    commander: Commander
    reading: Reading
    clerk: Clerk

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


def open_hall(
    folder: Path,
    clock: Clock,
    *,
    language: Language,
    mark: str | None = None,
    progress: Progress = no_progress,
    founder: Founder | None = None,
) -> OpenHall:
    """Open the hall in `folder`, founding it when the directory is new.

    `mark` is as in `open_store`; `founder` says what a new hall begins with, by default a real one from
    hall.toml and the rule files. A hall that stands keeps the rules it adopted, whatever the files say:
    `config adopt` changes them. `progress` hears of folding. `language` is for the words of rule faults.

    WorldError and UsageError of `open_store`, and for files a new hall needs; then no directory was made.
    """
    make = founder or (lambda: real_hall(folder, language))
    # Asked before anything is made: a fault in a file must not leave a directory without a hall.
    prepared = None if is_there(DataFolder(folder).database) else make()
    letters = read_hall_file(folder).desk
    projector = HallProjector()
    store = open_store(folder, clock, projector, mark=mark, progress=progress)
    try:
        projector.load(store.reader())
        desk = Desk(store, lambda: projector.hall, clock, letters=letters)
        if projector.hall.founded is None:
            _found(desk, store.mark, prepared or make())
        commander = Commander(desk)
        clerk = Clerk(commander, lambda row, most: cases_after(store.reader(), row, most))
        return OpenHall(store, projector, clock, commander, Reading(store, projector), clerk)
    except BaseException:
        store.close()
        raise


def _found(desk: Desk, mark: str, new: NewHall) -> None:
    """The first entries; the hall is marked as its directory is, so that the two can never tell apart."""
    founded = replace(new.founded, mark=mark)
    found(desk, founded, new.rules, new.areas, new.operators)
