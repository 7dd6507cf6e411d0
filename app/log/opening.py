"""Opening a data directory: making it, taking up a half-made one, telling foreign and broken ones apart."""

from __future__ import annotations

import uuid
from contextlib import closing
from pathlib import Path

import msgspec
from sqlalchemy import Connection

from app.base.clock import Instant
from app.base.errors import UsageError, WorldError
from app.base.version import VERSION
from app.log.files.database import CIPHER, PAGE_BYTES, Access, disk_errors_told, engine, transaction
from app.log.files.failpoints import hit
from app.log.files.folder import MARKS, DataFolder, Sidecar, sync_folder
from app.log.files.keys import KeyProvider, key_check
from app.log.files.schema import FORMAT, HUB, Meta, create, read_meta

_PLAIN_SQLITE = b"SQLite format 3\x00"


class Found(msgspec.Struct, frozen=True):
    """A data directory that is whole: its key, and what its database says of itself."""

    key: bytes
    about: Meta


class Founding(msgspec.Struct, frozen=True):
    """What a new database is to be: its mark, its hashes, when it is made, and whether it numbers by itself
    (`hub`) or follows a hub (`desk`)."""

    mark: str
    algorithm: str
    now: Instant
    role: str = HUB


def found_or_make(folder: DataFolder, keys: KeyProvider, founding: Founding) -> Found:
    """Find the database or make it where there is none; the caller holds the directory's lock.

    One of an older program is lifted to today's format. WorldError when the directory holds something else,
    something broken, only a part, or a database of the other role.
    """
    if folder.database.exists():
        found = find(folder, keys, mend=True)
        if found.about.role != founding.role:
            raise WorldError("role_differs", path=str(folder.path), role=found.about.role)
        return found
    if folder.read_sidecar() is not None or folder.has_wal():
        # Something was here. An empty log in its place would look like one in which nothing ever happened.
        raise WorldError("database_missing", path=str(folder.path))
    if founding.mark not in MARKS:
        raise UsageError("mark_unknown", mark=founding.mark)
    with disk_errors_told(folder.path):
        return _make(folder, keys, founding)


def find(folder: DataFolder, keys: KeyProvider, *, mend: bool = False, access: Access = Access.LOOK) -> Found:
    """Check that database, key and sidecar are there and belong together. WorldError says what is wrong.

    With `mend`, which the holder of the directory's lock may ask for, a sidecar that a crash kept from being
    written is written now, and an older format is lifted; without, an older format is refused.
    """
    sidecar = folder.read_sidecar()
    if not folder.database.exists():
        gone = sidecar is not None or folder.has_wal()
        raise WorldError("database_missing" if gone else "database_absent", path=str(folder.path))
    with disk_errors_told(folder.path):
        _check_shape(folder)
    key = keys.load()
    if key is None:
        raise WorldError("key_missing", path=str(folder.path))
    if sidecar is not None and sidecar.key != key_check(key):
        raise WorldError("key_wrong", path=str(folder.path))
    about = _ask(folder, key, access, key_proven=sidecar is not None)
    if sidecar is not None and (sidecar.database, sidecar.mark) != (about.database, about.mark):
        raise WorldError("sidecar_mismatch", path=str(folder.sidecar))
    if about.format < FORMAT:
        if not mend:
            raise WorldError("database_older", path=str(folder.path), format=about.format)
        # Loaded for old databases only: the library behind it costs a tenth of a second of every start.
        from app.log.migrations.lifting import lift

        about = lift(folder, key, about)
    if mend and (sidecar is None or sidecar.format != about.format):
        with disk_errors_told(folder.path):
            write_sidecar(folder, about, key)
    return Found(key, about)


def _check_shape(folder: DataFolder) -> None:
    with folder.database.open("rb") as file:
        start = file.read(len(_PLAIN_SQLITE))
    if start == _PLAIN_SQLITE:
        raise WorldError("database_foreign", path=str(folder.database))
    size = folder.database.stat().st_size
    # With a WAL the file's end may still be under way; without one it is made of whole pages.
    if size == 0 or (size % PAGE_BYTES and not folder.has_wal()):
        raise WorldError("database_truncated", path=str(folder.database), bytes=size)


def _ask(folder: DataFolder, key: bytes, access: Access, *, key_proven: bool) -> Meta:
    path = folder.database
    try:
        with closing(engine(path, key, access).connect()) as connection:
            about = _read_about(connection, path)
    except WorldError as error:
        if error.key == "database_foreign" and not key_proven:
            raise WorldError("database_or_key_foreign", path=str(path)) from error
        raise
    if about is None:
        raise WorldError("database_foreign", path=str(path))
    if about.format > FORMAT:
        raise WorldError("database_newer", path=str(folder.path), format=about.format, known=FORMAT)
    return about


def _read_about(connection: Connection, path: Path) -> Meta | None:
    try:
        return read_meta(connection)
    except WorldError as error:
        if error.key != "database_damaged":
            raise
        if connection.exec_driver_sql("PRAGMA cipher_integrity_check").all():
            raise
        # Every page that is there is whole, so what SQLite misses are pages that are not.
        raise WorldError("database_truncated", path=str(path), bytes=path.stat().st_size) from error


def _make(folder: DataFolder, keys: KeyProvider, founding: Founding) -> Found:
    # Key, database, sidecar, in this order: whatever a crash leaves can be taken up by the next start.
    key = keys.load() or keys.create()
    hit("key_written")
    about = Meta(
        format=FORMAT,
        database=str(uuid.uuid4()),
        stream=str(uuid.uuid4()) if founding.role == HUB else "",
        epoch=1,
        mark=founding.mark,
        algorithm=founding.algorithm,
        created_by=VERSION,
        created_at=founding.now,
        role=founding.role,
    )
    _remove_unfinished(folder)
    try:
        with (
            closing(engine(folder.unfinished, key, Access.CREATE).connect()) as connection,
            transaction(connection),
        ):
            create(connection, about)
        hit("database_built")
        folder.unfinished.replace(folder.database)
    finally:
        _remove_unfinished(folder)
    sync_folder(folder.path)
    hit("database_named")
    write_sidecar(folder, about, key)
    hit("sidecar_written")
    return Found(key, about)


def _remove_unfinished(folder: DataFolder) -> None:
    for suffix in ("", "-wal", "-shm"):
        folder.unfinished.with_name(folder.unfinished.name + suffix).unlink(missing_ok=True)


def write_sidecar(folder: DataFolder, about: Meta, key: bytes) -> None:
    """Say in the open what lies in the directory."""
    folder.write_sidecar(
        Sidecar(
            format=about.format,
            database=about.database,
            cipher=CIPHER,
            created_by=about.created_by,
            mark=about.mark,
            key=key_check(key),
        )
    )
