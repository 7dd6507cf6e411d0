"""Taking up a data directory: owned, found or made, mark and clock judged, connected, its vault at hand."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection

from app.base.clock import Clock, SystemClock
from app.base.errors import UsageError
from app.log.chain import DEFAULT_ALGORITHM
from app.log.files.database import Access, engine
from app.log.files.folder import DataFolder
from app.log.files.keys import FileKeys, KeyProvider
from app.log.files.schema import Meta
from app.log.opening import Founding, found_or_make
from app.log.readers import Readers
from app.log.vault import VaultRows


@dataclass(frozen=True)
class Directory:
    """An open data directory: what its database says of itself, the writer's connection, all the readers'."""

    about: Meta
    folder: DataFolder
    connection: Connection
    readers: Readers
    vault: VaultRows


@dataclass(frozen=True)
class Wanted:
    """How a directory is to be opened. `mark` and `algorithm` are for a new one; a mark that is given is
    compared with an old one's. `trusted_clock` says that the clock tells real time though it is not the PC's
    own: the hub's, as the link estimates it."""

    role: str
    mark: str | None = None
    keys: KeyProvider | None = None
    algorithm: str = DEFAULT_ALGORITHM
    random_bytes: Callable[[int], bytes] = os.urandom
    trusted_clock: bool = False


def take_up(held: ExitStack, folder: Path, clock: Clock, wanted: Wanted) -> Directory:
    """Open the data directory `folder`, making it when it is new; `held` lets go of it.

    WorldError when it is in use, not ours, broken, of the other role or cannot be written; UsageError when
    the mark does not fit, or a clock that may be made up is brought to a directory that is neither demo nor
    drill.
    """
    paths = DataFolder(folder)
    paths.prepare()
    held.enter_context(paths.locked())
    founding = Founding(wanted.mark or "", wanted.algorithm, clock.now(), wanted.role)
    trusted = wanted.trusted_clock or isinstance(clock, SystemClock)
    if not trusted and not paths.database.exists() and not founding.mark:
        raise UsageError("clock_not_allowed", path=str(folder))
    found = found_or_make(paths, wanted.keys or FileKeys(paths.key), founding)
    mark = found.about.mark
    if wanted.mark is not None and wanted.mark != mark:
        raise UsageError("mark_differs", path=str(folder), mark=mark, wanted=wanted.mark)
    if not trusted and not mark:
        raise UsageError("clock_not_allowed", path=str(folder))
    connection = engine(paths.database, found.key, Access.WRITE).connect()
    held.callback(connection.close)
    readers = Readers(engine(paths.database, found.key, Access.READ))
    held.callback(readers.close)
    return Directory(found.about, paths, connection, readers, VaultRows(found.key, wanted.random_bytes))
