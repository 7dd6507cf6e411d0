"""Connections to an encrypted database: key, pragmas, transactions, and what its errors mean to a person."""

from __future__ import annotations

import errno
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import Enum
from pathlib import Path
from typing import Any

import sqlcipher3.dbapi2 as driver
from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine.interfaces import ExceptionContext
from sqlalchemy.pool import NullPool

from app.base.errors import WorldError

CIPHER = "sqlcipher 4"
"""AES-256-CBC with an HMAC-SHA512 a page, pages of 4096 bytes: version 4's own defaults."""

PAGE_BYTES = 4096

WRITER_CACHE_KIB = 64 * 1024
"""Holds the hot ends of all indexes of a million entries: a page not held must be decrypted again."""

READER_CACHE_KIB = 16 * 1024
"""A few hundred rows of a case or a page of the board; there is one such cache for every reading thread."""

BUSY_WAIT_S = 5.0
"""Readers and the one writer do not block each other in WAL; only recovery after a crash makes one wait."""

FULL_BELOW_BYTES = 64 * 1024
"""SQLite's shared memory grows by 32 KiB: a disk with less than two such steps left counts as full."""

WAL_BYTES_KEPT = 64 * 1024 * 1024
"""A long reader makes the WAL grow; after it the file shrinks to this."""

_WRITER = (
    "PRAGMA journal_mode = WAL",
    # NORMAL loses acknowledged commits when the power goes: 228 of 237 simulated cuts, FULL none of 345.
    "PRAGMA synchronous = FULL",
    # What is erased from the vault must not stay in free pages.
    "PRAGMA secure_delete = ON",
    f"PRAGMA journal_size_limit = {WAL_BYTES_KEPT}",
    f"PRAGMA cache_size = -{WRITER_CACHE_KIB}",
)
_QUIET = ("PRAGMA query_only = ON",)
_READER = ("PRAGMA query_only = ON", f"PRAGMA cache_size = -{READER_CACHE_KIB}")
# A fold that is thrown away when it has been compared: no crash of it matters.
_SCRATCH = (
    "PRAGMA journal_mode = OFF",
    "PRAGMA synchronous = OFF",
    f"PRAGMA cache_size = -{WRITER_CACHE_KIB}",
)


class Access(Enum):
    """How a database is opened: the SQLite mode and the pragmas that go with it."""

    CREATE = ("mode=rwc", _WRITER)
    WRITE = ("mode=rw", _WRITER)
    READ = ("mode=rw", _READER)
    LOOK = ("mode=ro", _QUIET)
    """For a look at a database that may be broken, or open elsewhere: opening it reads and writes nothing."""
    STILL = ("mode=ro&immutable=1", _QUIET)
    """For a database on a medium that cannot be written, where SQLite cannot place its shared memory."""
    SCRATCH = ("mode=rwc", _SCRATCH)


def engine(path: Path, key: bytes, access: Access) -> Engine:
    """A way to open connections to the database at `path` with the raw 32-byte `key`.

    A connection begins no transaction by itself: each statement stands alone and sees the newest commit,
    unless `transaction` or `snapshot` holds it. It may pass from thread to thread but serves one at a time.
    What disk or file refuse comes as WorldError from every statement; all other errors of SQL are bugs.
    """
    mode, pragmas = access.value

    def connect() -> Any:
        connection = driver.connect(
            f"{path.absolute().as_uri()}?{mode}",
            uri=True,
            timeout=BUSY_WAIT_S,
            isolation_level=None,
            check_same_thread=False,
            cached_statements=512,
        )
        try:
            # The cipher would tell stderr of every wrong page; we tell it ourselves, once.
            connection.execute("PRAGMA cipher_log_level = NONE")
            connection.execute(f"PRAGMA key = \"x'{key.hex()}'\"")
            connection.execute("PRAGMA foreign_keys = ON")
            for pragma in pragmas:
                connection.execute(pragma).fetchall()
        except BaseException:
            connection.close()
            raise
        return connection

    made = create_engine(
        "sqlite+pysqlite://", module=driver, creator=connect, poolclass=NullPool, isolation_level="AUTOCOMMIT"
    )

    @event.listens_for(made, "handle_error")
    def tell_world(context: ExceptionContext) -> None:
        world = _world_error(context.original_exception, path)
        if world is not None:
            raise world from context.original_exception

    return made


@contextmanager
def transaction(connection: Connection) -> Iterator[None]:
    """One write transaction: all of it is on disk when the block has ended, or none of it ever was."""
    with _between(connection, "BEGIN IMMEDIATE"):
        yield


@contextmanager
def snapshot(connection: Connection) -> Iterator[None]:
    """Everything read in the block is of one moment, however much is written meanwhile."""
    with _between(connection, "BEGIN"):
        # BEGIN alone does not fix the moment, the first read does.
        connection.exec_driver_sql("SELECT count(*) FROM sqlite_master").all()
        yield


@contextmanager
def _between(connection: Connection, begin: str) -> Iterator[None]:
    connection.exec_driver_sql(begin)
    try:
        yield
        connection.exec_driver_sql("COMMIT")
    except BaseException:
        # A full or failing disk makes SQLite roll back by itself.
        source = connection.connection.dbapi_connection
        if source is not None and source.in_transaction:
            connection.exec_driver_sql("ROLLBACK")
        raise


COPY_PAGES = 4_096
"""Pages copied between two words about how far it is: 16 MiB, some tenths of a second."""


def copy_pages(source: Connection, target: Connection, path: Path, told: Callable[[int, int], None]) -> None:
    """Copy the whole database of `source`, inside its `snapshot`, into the empty one of `target`, which may
    have another key. `path` is the target's; `told` hears of pages (done, all).

    The writer of the source goes on meanwhile and nothing of it is copied. WorldError when either disk
    refuses.
    """
    taken, given = source.connection.dbapi_connection, target.connection.dbapi_connection

    def progress(_status: int, remaining: int, total: int) -> None:
        told(total - remaining, total)

    try:
        taken.backup(given, pages=COPY_PAGES, progress=progress)  # type: ignore[union-attr]
    except driver.Error as error:
        world = _world_error(error, path)
        if world is None:
            raise
        raise world from error


_MEANING = {
    driver.SQLITE_FULL: "disk_full",
    driver.SQLITE_IOERR: "disk_failed",
    driver.SQLITE_READONLY: "database_read_only",
    driver.SQLITE_PERM: "database_read_only",
    driver.SQLITE_CANTOPEN: "database_read_only",
    driver.SQLITE_BUSY: "database_busy",
    driver.SQLITE_LOCKED: "database_busy",
    driver.SQLITE_CORRUPT: "database_damaged",
    driver.SQLITE_NOTADB: "database_foreign",
}


@contextmanager
def disk_errors_told(path: Path) -> Iterator[None]:
    """What the system refuses in the block comes as WorldError about `path`."""
    try:
        yield
    except PermissionError as error:
        raise WorldError("database_read_only", path=str(path)) from error
    except OSError as error:
        full = error.errno in (errno.ENOSPC, errno.EDQUOT)
        raise WorldError("disk_full" if full else "disk_failed", path=str(path)) from error


def _world_error(error: BaseException, path: Path) -> WorldError | None:
    # The lower byte is the result; the rest says in which of a hundred places.
    meaning = _MEANING.get(getattr(error, "sqlite_errorcode", 0) & 0xFF)
    if meaning == "disk_failed" and _is_full(path):
        meaning = "disk_full"
    return WorldError(meaning, path=str(path)) if meaning else None


def _is_full(path: Path) -> bool:
    # Where SQLite grows its shared memory it calls a full disk a failing one.
    try:
        return shutil.disk_usage(path.parent).free < FULL_BELOW_BYTES
    except OSError:
        return False
