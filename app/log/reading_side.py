"""What a store and a replica have in common: a data directory open to readers, followed, closed."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from sqlalchemy import Connection

from app.log import rows
from app.log.entries import Head, Numbered
from app.log.files.folder import DataFolder
from app.log.files.schema import Meta
from app.log.readers import Readers
from app.log.vault import Vault, VaultRows
from app.log.writer import Writer


class ReadingSide:
    """An open log as readers see it. All methods on any thread."""

    def __init__(
        self,
        about: Meta,
        folder: DataFolder,
        writer: Writer[Any],
        readers: Readers,
        vault: VaultRows,
        held: ExitStack,
    ) -> None:
        self._about = about
        self._folder = folder
        self._writer = writer
        self._readers = readers
        self._held = held
        self._vault_rows = vault
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
