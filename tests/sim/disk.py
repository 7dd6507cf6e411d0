"""The files of one simulated PC through all its lives: what a killed program and a cut of power leave."""

from __future__ import annotations

import os
import random
import shutil
import sys
from enum import Enum
from pathlib import Path

from sqlalchemy import Connection

from app.log.files.database import PAGE_BYTES
from app.log.files.folder import DataFolder

FRAME_BYTES = 24 + PAGE_BYTES
WAL_HEADER_BYTES = 32
SECTOR_BYTES = 512

_MX_FRAME = slice(16, 20)
_SALT = slice(32, 40)
_WAL_SALT = slice(16, 24)
_FULL = 2


class Death(Enum):
    """How a program ends: killed, the system keeps what it wrote; or with the power, and what was not synced
    may be lost or torn."""

    KILLED = "killed"
    POWER = "power"


class Disk:
    """Files lie in a folder of their own for each life: the old program's handles see nothing of the new."""

    def __init__(self, root: Path, template: Path, chance: random.Random) -> None:
        self._root = root
        self._chance = chance
        self._lives = 0
        self._durable = (b"", 0)
        self._synced = True
        self._power = False
        self._index: int | None = None
        self.folder = root / "0"
        shutil.copytree(template, self.folder)

    def opened(self, connection: Connection) -> None:
        """A program has the database open for writing: does each commit of it wait for the disk?"""
        self._synced = connection.exec_driver_sql("PRAGMA synchronous").scalar_one() >= _FULL
        if self._synced or self._power:
            # What was read from the disk after a cut of power is on it.
            self._durable = self._wal_end()

    def mark(self) -> None:
        """Everything committed so far is beyond loss, as far as the database asked the disk for it."""
        if self._synced:
            self._durable = self._wal_end()

    def die(self, death: Death) -> None:
        """Freeze the files as they are at this instant, for the next life."""
        old, self._lives = self.folder, self._lives + 1
        self._power = death is Death.POWER
        self.folder = self._root / str(self._lives)
        self.folder.mkdir()
        before, after = DataFolder(old), DataFolder(self.folder)
        for name in ("database", "wal", "sidecar"):
            source = getattr(before, name)
            if source.exists():
                shutil.copyfile(source, getattr(after, name))
        if death is Death.POWER and after.wal.exists():
            self._tear(after.wal)

    def replace(self, files: Path) -> None:
        """The disk broke: in its place comes another that holds only these."""
        shutil.rmtree(self.folder)
        shutil.copytree(files, self.folder)

    def bury(self) -> None:
        """Remove the files of former lives; the program's own handles are closed."""
        if self._index is not None:
            os.close(self._index)
            self._index = None
        for number in range(self._lives):
            shutil.rmtree(self._root / str(number), ignore_errors=True)

    def _wal_end(self) -> tuple[bytes, int]:
        """The salt of the WAL's present round and the end of its last commit, from SQLite's own index."""
        if self._index is None:
            self._index = os.open(DataFolder(self.folder).wal.with_name("muster.db-shm"), os.O_RDONLY)
        head = os.pread(self._index, 48, 0)
        frames = int.from_bytes(head[_MX_FRAME], sys.byteorder)
        return head[_SALT], WAL_HEADER_BYTES + frames * FRAME_BYTES

    def _tear(self, wal: Path) -> None:
        """Lose what no sync had reached: all of it, its end, or any of its sectors."""
        with wal.open("r+b") as file:
            size = file.seek(0, 2)
            file.seek(0)
            head = file.read(WAL_HEADER_BYTES)
            salt, end = self._durable
            start = end if head[_WAL_SALT] == salt else 0
            if start >= size:
                return
            how = self._chance.randrange(4)
            if how == 0:
                return
            if how == 1:
                file.truncate(start)
            elif how == 2:
                file.truncate(self._chance.randint(start, size))
            else:
                for place in range(start - start % SECTOR_BYTES, size, SECTOR_BYTES):
                    if self._chance.random() < 0.5:
                        begin = max(start, place)
                        file.seek(begin)
                        file.write(b"\0" * min(SECTOR_BYTES, size - begin, place + SECTOR_BYTES - begin))
