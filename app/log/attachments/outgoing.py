"""Which contents of this desk its hub must still get: one empty file for each, named by it."""

from __future__ import annotations

from pathlib import Path

from app.log.attachments.port import is_sha256
from app.log.files.folder import sync_folder


class Outgoing:
    """Marks in `folder`. OSError as the disk has it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def add(self, sha256: str) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        (self._folder / sha256).touch()
        sync_folder(self._folder)

    def drop(self, sha256: str) -> None:
        (self._folder / sha256).unlink(missing_ok=True)

    def list(self) -> list[str]:
        """The oldest first."""
        if not self._folder.is_dir():
            return []
        marks = sorted((mark.stat().st_mtime_ns, mark.name) for mark in self._folder.iterdir())
        return [name for _, name in marks if is_sha256(name)]
