"""The data directory: its files, the plain sidecar that says what lies there, the lock of its one owner."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec

from app.base.errors import WorldError
from app.log.files.schema import FORMAT

MARKS = ("", "demo", "drill")


class Sidecar(msgspec.Struct, frozen=True):
    """What can be told of a database without its key. `key` is a check value of the key, not the key.

    Other programs' sidecars may hold more: unknown names are let pass, `format` decides.
    """

    format: int
    database: str
    cipher: str
    created_by: str
    mark: str
    key: str


class DataFolder:
    """The paths of one data directory."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.database = path / "muster.db"
        self.wal = path / "muster.db-wal"
        self.unfinished = path / "muster.db.new"
        self.sidecar = path / "muster.json"
        self.key = path / "muster.key"
        self.lock = path / "muster.lock"
        self.logs = path / "logs"
        self.attachments = path / "attachments"

    def prepare(self) -> None:
        """Make the directory. WorldError when it cannot be, or when something else stands there."""
        try:
            self.path.mkdir(parents=True, exist_ok=True)
        except FileExistsError as error:
            raise WorldError("folder_is_a_file", path=str(self.path)) from error
        except OSError as error:
            raise WorldError("folder_read_only", path=str(self.path)) from error

    def has_wal(self) -> bool:
        """Whether commits may lie in the WAL that are not in the database file yet."""
        return self.wal.exists() and self.wal.stat().st_size > 0

    def read_sidecar(self) -> Sidecar | None:
        """The sidecar; None when there is none. WorldError when it is unreadable or of a newer program."""
        try:
            data = self.sidecar.read_bytes()
        except FileNotFoundError:
            return None
        try:
            # The format first: a newer one may have changed everything else.
            found = msgspec.json.decode(data, type=_Format).format
            if found > FORMAT:
                raise WorldError("database_newer", path=str(self.path), format=found, known=FORMAT)
            return msgspec.json.decode(data, type=Sidecar)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise WorldError("sidecar_unreadable", path=str(self.sidecar)) from error

    def write_sidecar(self, sidecar: Sidecar) -> None:
        write_atomically(self.sidecar, msgspec.json.format(msgspec.json.encode(sidecar)) + b"\n", 0o644)

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Own the directory for the block."""
        lock = FolderLock(self)
        try:
            yield
        finally:
            lock.release()


class _Format(msgspec.Struct):
    format: int


class FolderLock:
    """The exclusive lock of a data directory, let go by the system even when its owner is killed."""

    def __init__(self, folder: DataFolder) -> None:
        """Take it. WorldError naming the owner's process id when another has it."""
        try:
            self._file = os.open(folder.lock, os.O_RDWR | os.O_CREAT, 0o644)
        except OSError as error:
            raise WorldError("folder_read_only", path=str(folder.path)) from error
        try:
            _lock(self._file)
        except OSError as error:
            owner = os.pread(self._file, 32, 0) if hasattr(os, "pread") else folder.lock.read_bytes()
            os.close(self._file)
            pid = owner.decode("ascii", "replace").strip() or "?"
            raise WorldError("folder_in_use", path=str(folder.path), pid=pid) from error
        os.ftruncate(self._file, 0)
        os.write(self._file, f"{os.getpid()}\n".encode("ascii"))

    def release(self) -> None:
        """Let go. The file stays: removing it would let two programs each lock a file of that name."""
        os.close(self._file)


def _lock(file: int) -> None:
    if sys.platform == "win32":
        import msvcrt

        # Far behind the text: Windows would keep others from reading the process id in a locked range.
        os.lseek(file, 1 << 30, os.SEEK_SET)
        msvcrt.locking(file, msvcrt.LK_NBLCK, 1)
        os.lseek(file, 0, os.SEEK_SET)
    else:
        import fcntl

        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)


def write_atomically(path: Path, data: bytes, mode: int) -> None:
    """Replace `path` by `data` so that after a crash the old or the new file is there, whole. OSError."""
    unfinished = path.with_name(path.name + ".new")
    unfinished.unlink(missing_ok=True)
    try:
        file = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
        with os.fdopen(file, "wb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(file)
        unfinished.replace(path)
    except OSError:
        unfinished.unlink(missing_ok=True)
        raise
    sync_folder(path.parent)


def sync_folder(path: Path) -> None:
    """Make the names in a directory durable; Windows has no such call and needs none."""
    if sys.platform != "win32":
        file = os.open(path, os.O_RDONLY)
        try:
            os.fsync(file)
        finally:
            os.close(file)
