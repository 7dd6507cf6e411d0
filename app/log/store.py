"""The store: one data directory's log, vault and projections, open under one lock with one writer."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Self

from sqlalchemy import Connection

from app.base.clock import Clock, SystemClock
from app.base.errors import UsageError
from app.log import rows
from app.log.chain import DEFAULT_ALGORITHM
from app.log.committer import Committer
from app.log.database import Access, engine
from app.log.entries import Draft, Head, Numbered
from app.log.folder import DataFolder
from app.log.keys import FileKeys, KeyProvider
from app.log.opening import Founding, found_or_make
from app.log.port import Appended
from app.log.projector import Projector
from app.log.readers import Readers
from app.log.rebuild import Progress, bring_up, no_progress
from app.log.schema import Meta, read_tail
from app.log.vault import Vault, VaultRows
from app.log.writer import Writer


class Store:
    """Implements LogPort on an encrypted SQLite database. Made by `open_store`; all methods on any thread."""

    def __init__(
        self,
        about: Meta,
        folder: DataFolder,
        writer: Writer,
        readers: Readers,
        vault: VaultRows,
        held: ExitStack,
    ) -> None:
        self._about = about
        self._folder = folder
        self._writer = writer
        self._readers = readers
        self._held = held
        self.vault = Vault(
            vault,
            readers.get,
            lambda case: writer.run(lambda connection: vault.erase(connection, case), checkpoint=True),
        )

    @property
    def about(self) -> Meta:
        """What the database says of itself."""
        return self._about

    @property
    def folder(self) -> Path:
        """The data directory."""
        return self._folder.path

    @property
    def origin(self) -> str:
        """The database's id: the name under which it writes."""
        return self._about.database

    @property
    def mark(self) -> str:
        """Empty, `demo` or `drill`: what a marked directory holds never happened."""
        return self._about.mark

    def append(self, drafts: Sequence[Draft], *, expect_base: bool = True) -> Future[Appended]:
        """See LogPort. UsageError at once for no drafts or more than DRAFTS_PER_APPEND_MAX."""
        return self._writer.append(drafts, expect_base)

    def read_after(self, gseq: int, limit: int) -> list[Numbered]:
        """See LogPort."""
        return rows.read_after(self.reader(), gseq, limit)

    def head(self) -> Head:
        """See LogPort."""
        return self._writer.head

    def subscribe(self, listener: Callable[[Head], None]) -> Callable[[], None]:
        """See LogPort."""
        return self._writer.subscribe(listener)

    def history(self, subject: str) -> list[Numbered]:
        """Every entry about `subject`, in order."""
        return rows.read_history(self.reader(), subject)

    def get(self, eid: str) -> Numbered | None:
        """The entry with this id."""
        return rows.read_one(self.reader(), eid)

    def by_unique(self, subject: str) -> int | None:
        """The number of the entry that `subject`, which may stand once, stands on."""
        return rows.read_unique(self.reader(), subject)

    def reader(self) -> Connection:
        """This thread's own reading connection, for the projections' queries. Read results to their end."""
        return self._readers.get()

    def close(self) -> None:
        """Write what waits, close the database, let go of the directory. Harmless when repeated."""
        self._writer.close()
        self._held.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def open_store(
    folder: Path,
    clock: Clock,
    projector: Projector,
    *,
    mark: str | None = None,
    keys: KeyProvider | None = None,
    algorithm: str = DEFAULT_ALGORITHM,
    progress: Progress = no_progress,
    refold: bool = False,
    random_bytes: Callable[[int], bytes] = os.urandom,
) -> Store:
    """Open the data directory `folder`, making it when it is new, and bring its projections up to its log.

    `mark` is for a new directory and is compared with an old one's; None takes what is there. `algorithm` is
    for a new directory only. `refold` makes all projections anew. `progress` hears of the folding.

    WorldError when the directory is in use, not ours, broken or cannot be written; UsageError when the mark
    does not fit, or a clock other than the PC's is brought to a directory that is neither demo nor drill.
    """
    paths = DataFolder(folder)
    paths.prepare()
    with ExitStack() as held:
        held.enter_context(paths.locked())
        founding = Founding(mark or "", algorithm, clock.now())
        if not isinstance(clock, SystemClock) and not paths.database.exists() and not founding.mark:
            raise UsageError("clock_not_allowed", path=str(folder))
        found = found_or_make(paths, keys or FileKeys(paths.key), founding)
        about = found.about
        if mark is not None and mark != about.mark:
            raise UsageError("mark_differs", path=str(folder), mark=about.mark, wanted=mark)
        if not isinstance(clock, SystemClock) and not about.mark:
            raise UsageError("clock_not_allowed", path=str(folder))
        connection = engine(paths.database, found.key, Access.WRITE).connect()
        held.callback(connection.close)
        head = read_tail(connection, about).head
        bring_up(connection, projector, head.gseq, progress, anew=refold)
        readers = Readers(engine(paths.database, found.key, Access.READ))
        held.callback(readers.close)
        vault = VaultRows(found.key, random_bytes)
        committer = Committer(connection, about, clock, projector, vault)
        writer = Writer(committer)
        return Store(about, paths, writer, readers, vault, held.pop_all())
