"""Making a backup while the hall runs: the database as of one moment and the files beside it, in one file."""

from __future__ import annotations

import hashlib
import io
import os
import tarfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import msgspec
from sqlalchemy import Connection

from app.base.clock import Instant
from app.base.errors import UsageError, WorldError
from app.base.version import VERSION
from app.log.backup.manifest import (
    ATTACHMENTS,
    BACKUP_FORMAT,
    DATABASE,
    MANIFEST,
    PROOF,
    FileLine,
    Manifest,
    files_beside,
)
from app.log.backup.sealing import SEALED_BYTES_MAX, Seals
from app.log.backup.wrapping import wrap
from app.log.entries import Head
from app.log.files.database import Access, copy_pages, disk_errors_told, engine, snapshot
from app.log.files.folder import DataFolder, sync_folder
from app.log.files.keys import FileKeys, key_check
from app.log.files.schema import DESK, HUB, Meta, read_tail
from app.log.opening import find
from app.log.proving.rebuild import Progress, no_progress

PIECE_BYTES = 1024 * 1024

Digest = Callable[[Connection], str]


def back_up(
    data: Path,
    target: Path,
    now: Instant,
    digest: Digest,
    *,
    passphrase: str | None,
    progress: Progress = no_progress,
) -> Manifest:
    """Write a backup of the hub in `data`, whether it runs or not, to the new file `target`.

    `digest` reads the state's digest off the copy. With `passphrase` None the key is left out. Takes room for
    two copies of the database while it lasts. Of a hub whose log is on a database server only the key and the
    files are in it. UsageError when `target` is there already or the passphrase is too short; WorldError for
    a desk, which needs no backup, and for what the disks refuse.
    """
    folder = DataFolder(data)
    if target.exists():
        raise UsageError("backup_exists", path=str(target))
    found = find(folder, FileKeys(folder.key))
    if found.about.role == DESK:
        raise WorldError("backup_of_desk", path=str(data))
    key = found.key
    wrapped = None if passphrase is None else wrap(key, passphrase)
    with disk_errors_told(target), _unfinished(target) as unfinished:
        copy = unfinished.with_name(unfinished.name + ".db")
        try:
            files: list[tuple[FileLine, Path]] = []
            head, state = Head(found.about.stream, found.about.epoch, 0, ""), ""
            if found.about.role == HUB:
                head, state = _copy_database(folder, key, found.about, copy, digest, progress)
                files.append((_line(DATABASE, copy, sealed=False), copy))
            for path in files_beside(folder):
                name = path.relative_to(data).as_posix()
                files.append((_line(name, path, sealed=not name.startswith(ATTACHMENTS + "/")), path))
            manifest = Manifest(
                format=BACKUP_FORMAT,
                program=VERSION,
                database=found.about.database,
                stream=found.about.stream,
                epoch=head.epoch,
                head=head.gseq,
                hash=head.hash,
                digest=state,
                mark=found.about.mark,
                made_at=now,
                key_check=key_check(key),
                files=tuple(line for line, _ in files),
                key=wrapped,
            )
            _write(unfinished, manifest, files, Seals(key))
        finally:
            for left in ("", "-wal", "-shm", "-journal"):
                copy.with_name(copy.name + left).unlink(missing_ok=True)
    return manifest


@contextmanager
def _unfinished(target: Path) -> Iterator[Path]:
    """A name beside `target` that becomes `target` when all of it is on the disk, and only then."""
    unfinished = target.with_name(target.name + ".part")
    unfinished.unlink(missing_ok=True)
    try:
        yield unfinished
        if target.exists():
            raise UsageError("backup_exists", path=str(target))
        unfinished.replace(target)
        sync_folder(target.parent)
    finally:
        unfinished.unlink(missing_ok=True)


def _copy_database(
    folder: DataFolder, key: bytes, about: Meta, copy: Path, digest: Digest, progress: Progress
) -> tuple[Head, str]:
    with (
        closing(engine(folder.database, key, Access.LOOK).connect()) as source,
        closing(engine(copy, key, Access.SCRATCH).connect()) as made,
    ):
        with snapshot(source):
            copy_pages(source, made, copy, progress)
        return read_tail(made, about).head, digest(made)


def _line(name: str, path: Path, *, sealed: bool) -> FileLine:
    hashed, size = hashlib.sha256(), 0
    with path.open("rb") as file:
        while piece := file.read(PIECE_BYTES):
            hashed.update(piece)
            size += len(piece)
    if sealed and size > SEALED_BYTES_MAX:
        raise WorldError("backup_file_big", path=str(path), bytes_max=SEALED_BYTES_MAX)
    return FileLine(name, size, hashed.hexdigest(), sealed)


def _write(unfinished: Path, manifest: Manifest, files: list[tuple[FileLine, Path]], seals: Seals) -> None:
    said = msgspec.json.format(msgspec.json.encode(manifest))
    with unfinished.open("wb") as stream:
        unfinished.chmod(0o600)
        with tarfile.open(fileobj=stream, mode="w", format=tarfile.PAX_FORMAT) as archive:
            _add(archive, MANIFEST, said)
            _add(archive, PROOF, seals.proof(said))
            for line, path in files:
                if line.sealed:
                    _add(archive, line.path, seals.seal(line.path, path.read_bytes()))
                else:
                    with path.open("rb") as file:
                        archive.addfile(_member(line.path, line.bytes), file)
        stream.flush()
        os.fsync(stream.fileno())


def _add(archive: tarfile.TarFile, name: str, data: bytes) -> None:
    archive.addfile(_member(name, len(data)), io.BytesIO(data))


def _member(name: str, size: int) -> tarfile.TarInfo:
    member = tarfile.TarInfo(name)
    member.size, member.mode = size, 0o600
    return member
