"""Restoring a backup: proved against its manifest, put into a new directory, given a new name in the log."""

from __future__ import annotations

import hashlib
import io
import os
import shutil
import tarfile
import uuid
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from sqlalchemy import Connection

from app.base.errors import UsageError, WorldError
from app.log.backup.making import PIECE_BYTES
from app.log.backup.manifest import (
    DATABASE,
    MANIFEST,
    MANIFEST_BYTES_MAX,
    PROOF,
    FileLine,
    Manifest,
    read_manifest,
)
from app.log.backup.sealing import SEALED_BYTES_MAX, Seals
from app.log.backup.wrapping import unwrap
from app.log.files.database import Access, disk_errors_told, engine, transaction
from app.log.files.folder import DataFolder, sync_folder
from app.log.files.keys import FileKeys, keep_key, key_check
from app.log.files.schema import read_meta, read_tail
from app.log.numbering.reclaiming import mark_restored
from app.log.opening import find, write_sidecar
from app.log.proving.rebuild import Progress, no_progress
from app.log.proving.verify import Report

Proving = Callable[[Path], Report]

_OVERHEAD = 64
"""What sealing adds to a file, and some."""


def look_into(backup: Path) -> Manifest:
    """What the file says of itself, not proved yet. WorldError when it is no backup."""
    with _opened(backup) as archive:
        return read_manifest(_small(archive, MANIFEST, MANIFEST_BYTES_MAX, backup), str(backup))


def restore(
    backup: Path,
    data: Path,
    prove: Proving,
    *,
    passphrase: str | None = None,
    key: bytes | None = None,
    progress: Progress = no_progress,
) -> Manifest:
    """Make the data directory `data` from the file `backup`, with the key in it or the `key` that is brought.

    The database writes under a new name from now on, for what it wrote after the backup may live on in
    desks; a hub that opens it first takes that back. `prove` verifies the log; the directory appears whole
    when all is proved, or not at all. UsageError when `data` holds anything; WorldError for a file that is
    damaged, was altered or does not fit the key.
    """
    if data.exists() and (not data.is_dir() or any(data.iterdir())):
        raise UsageError("restore_not_empty", path=str(data))
    building = data.with_name(data.name + ".restoring")
    with disk_errors_told(data):
        shutil.rmtree(building, ignore_errors=True)
        data.parent.mkdir(parents=True, exist_ok=True)
        building.mkdir(mode=0o700)
        try:
            manifest = _build(backup, DataFolder(building), passphrase, key, progress)
            if manifest.has_database:
                report = prove(building)
                if not report.whole:
                    raise WorldError("backup_not_whole", path=str(backup), code=report.problems[0].code)
            if data.exists():
                data.rmdir()
            building.replace(data)
            sync_folder(data.parent)
        finally:
            shutil.rmtree(building, ignore_errors=True)
    return manifest


def _build(
    backup: Path, folder: DataFolder, passphrase: str | None, key: bytes | None, progress: Progress
) -> Manifest:
    with _opened(backup) as archive:
        said = _small(archive, MANIFEST, MANIFEST_BYTES_MAX, backup)
        manifest = read_manifest(said, str(backup))
        opened = _key(manifest, passphrase, key, backup)
        seals = Seals(opened)
        if not seals.proves(said, _small(archive, PROOF, _OVERHEAD, backup)):
            raise WorldError("backup_broken", path=str(backup), detail=MANIFEST)
        total = sum(line.bytes for line in manifest.files)
        done = 0
        for line in manifest.files:
            _extract(archive, line, folder.path / line.path, seals, backup)
            done += line.bytes
            progress(done, total)
    keep_key(folder.key, opened)
    if manifest.has_database:
        _rename(folder, opened, manifest, backup)
    return manifest


def _key(manifest: Manifest, passphrase: str | None, key: bytes | None, backup: Path) -> bytes:
    if key is None:
        if manifest.key is None:
            raise UsageError("backup_needs_key", path=str(backup))
        if passphrase is None:
            raise UsageError("backup_needs_passphrase", path=str(backup))
        key = unwrap(manifest.key, passphrase, str(backup))
    if key_check(key) != manifest.key_check:
        raise WorldError("key_wrong", path=str(backup))
    return key


def _rename(folder: DataFolder, key: bytes, manifest: Manifest, backup: Path) -> None:
    """Let the database go on under a new name, and say that it comes from a backup."""
    # One of an older program is lifted first.
    about = find(folder, FileKeys(folder.key), mend=True).about
    if about.database != manifest.database:
        raise WorldError("backup_broken", path=str(backup), detail=DATABASE)
    with closing(engine(folder.database, key, Access.WRITE).connect()) as connection:
        head = read_tail(connection, about).head
        if (head.gseq, head.hash) != (manifest.head, manifest.hash):
            raise WorldError("backup_broken", path=str(backup), detail=DATABASE)
        with transaction(connection):
            _take_name(connection, str(uuid.uuid4()))
            mark_restored(connection, head.gseq)
        renamed = read_meta(connection)
        assert renamed is not None
    write_sidecar(folder, renamed, key)


def _take_name(connection: Connection, name: str) -> None:
    connection.exec_driver_sql("UPDATE meta SET value = ? WHERE key = 'database'", (name,))
    connection.exec_driver_sql("INSERT INTO name(text) VALUES(?)", (name,))


@contextmanager
def _opened(backup: Path) -> Iterator[tarfile.TarFile]:
    try:
        with tarfile.open(backup, mode="r:") as archive:
            yield archive
    except FileNotFoundError as error:
        raise UsageError("backup_absent", path=str(backup)) from error
    except (tarfile.TarError, EOFError) as error:
        raise WorldError("backup_broken", path=str(backup), detail=type(error).__name__) from error


def _member(archive: tarfile.TarFile, name: str, most: int, backup: Path) -> io.BufferedReader:
    try:
        member = archive.getmember(name)
    except KeyError as error:
        raise WorldError("backup_broken", path=str(backup), detail=name) from error
    stream = archive.extractfile(member) if member.isreg() and member.size <= most else None
    if stream is None:
        raise WorldError("backup_broken", path=str(backup), detail=name)
    return stream  # type: ignore[return-value]


def _small(archive: tarfile.TarFile, name: str, most: int, backup: Path) -> bytes:
    with _member(archive, name, most, backup) as stream:
        return stream.read()


def _extract(archive: tarfile.TarFile, line: FileLine, path: Path, seals: Seals, backup: Path) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    hashed = hashlib.sha256()
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        for piece in _pieces(archive, line, seals, backup):
            hashed.update(piece)
            file.write(piece)
        file.flush()
        os.fsync(file.fileno())
    if hashed.hexdigest() != line.sha256:
        raise WorldError("backup_broken", path=str(backup), detail=line.path)


def _pieces(archive: tarfile.TarFile, line: FileLine, seals: Seals, backup: Path) -> Iterator[bytes]:
    if line.sealed:
        sealed = _small(archive, line.path, SEALED_BYTES_MAX + _OVERHEAD, backup)
        yield seals.open(line.path, sealed, str(backup))
        return
    with _member(archive, line.path, line.bytes, backup) as stream:
        while piece := stream.read(PIECE_BYTES):
            yield piece
