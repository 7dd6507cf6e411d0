"""What a backup says of itself, and what may stand in one."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path, PurePosixPath

import msgspec

from app.base.clock import Instant
from app.base.errors import WorldError
from app.log.backup.wrapping import WrappedKey
from app.log.files.folder import DataFolder

BACKUP_FORMAT = 1
SUFFIX = ".musterbackup"

MANIFEST = "manifest.json"
PROOF = "manifest.proof"
DATABASE = "muster.db"

MANIFEST_BYTES_MAX = 64 * 1024 * 1024
"""A line for each attachment: some hundred thousand of them."""

ATTACHMENTS = "attachments"
"""Encrypted where they lie, and big: they stand in the backup as they are."""

_NOT = frozenset({"muster.db", "muster.key", "muster.lock", "muster.json"})
_NOT_FOLDERS = frozenset({"logs", "snapshots"})


class FileLine(msgspec.Struct, frozen=True):
    """One file: its path below the data directory, what it holds in clear, and whether it is sealed."""

    path: str
    bytes: int
    sha256: str
    sealed: bool


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """`head` and `hash` are where the log ends, `digest` is that of the state there. Without `key` whoever
    restores brings it. Without a `muster.db` among `files` log and vault lie on a database server."""

    format: int
    program: str
    database: str
    stream: str
    epoch: int
    head: int
    hash: str
    digest: str
    mark: str
    made_at: Instant
    key_check: str
    files: tuple[FileLine, ...]
    key: WrappedKey | None = None

    @property
    def has_database(self) -> bool:
        """Whether log and vault are in it."""
        return any(line.path == DATABASE for line in self.files)


def read_manifest(data: bytes, path: str) -> Manifest:
    """WorldError when it is none, or of a newer program, or would write outside its directory."""
    try:
        found = msgspec.json.decode(data, type=Manifest)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise WorldError("backup_broken", path=path, detail=MANIFEST) from error
    if found.format > BACKUP_FORMAT:
        raise WorldError("backup_newer", path=path, format=found.format, known=BACKUP_FORMAT)
    names = [line.path for line in found.files]
    if len(set(names)) < len(names) or not all(_is_inside(name) for name in names):
        raise WorldError("backup_broken", path=path, detail=MANIFEST)
    return found


def files_beside(folder: DataFolder) -> Iterator[Path]:
    """The further files of a data directory that a backup takes along, by name: keys of the CA, settings,
    attachments; no logs, locks, sockets, nor anything half-written."""
    for path in sorted(folder.path.rglob("*")):
        inside = path.relative_to(folder.path)
        name = inside.parts[0]
        own = name in _NOT or name.startswith(folder.database.name) or name in _NOT_FOLDERS
        if own or path.is_symlink() or not path.is_file() or path.suffix in (".new", ".part"):
            continue
        yield path


def _is_inside(name: str) -> bool:
    path = PurePosixPath(name)
    plain = "\\" not in name and ":" not in name and "\0" not in name
    return plain and not path.is_absolute() and bool(path.parts) and ".." not in path.parts
