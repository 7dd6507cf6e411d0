"""A hub's backup, taken while it runs, and what restoring makes of it: another name, a log to reclaim."""

from __future__ import annotations

import random
import shutil
import uuid
from contextlib import closing
from pathlib import Path

from app.log.backup.restoring import _take_name
from app.log.files.database import Access, engine, transaction
from app.log.files.folder import DataFolder
from app.log.files.schema import read_meta, read_tail
from app.log.numbering.reclaiming import mark_restored
from app.log.opening import write_sidecar
from tests.sim.node import Node
from tests.sim.template import KEYS


def make(hub: Node, folder: Path) -> None:
    """Keep the hub's database as it is now in `folder`, in the place of what was kept there."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    hub.core.checkpoint()
    now, kept = DataFolder(hub.disk.folder), DataFolder(folder)
    shutil.copyfile(now.database, kept.database)
    shutil.copyfile(now.sidecar, kept.sidecar)


def take_up(folder: Path, chance: random.Random) -> None:
    """What `restore` does to the files of a backup when they lie in their new place."""
    paths, key = DataFolder(folder), KEYS.load() or b""
    with closing(engine(paths.database, key, Access.WRITE).connect()) as connection:
        about = read_meta(connection)
        assert about is not None
        head = read_tail(connection, about).head
        with transaction(connection):
            _take_name(connection, str(uuid.UUID(bytes=chance.randbytes(16), version=4)))
            mark_restored(connection, head.gseq)
        renamed = read_meta(connection)
        assert renamed is not None
    write_sidecar(paths, renamed, key)
