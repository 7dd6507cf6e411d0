"""Folding entries anew into a scratch database, in whatever groups."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Connection

from app.log.database import Access, engine, transaction
from app.log.entries import Numbered
from app.projections.projector import HallProjector


@contextmanager
def scratch(folder: Path) -> Iterator[tuple[HallProjector, Connection]]:
    """An empty projection on a database of its own, below `folder`."""
    with (
        tempfile.TemporaryDirectory(dir=folder) as room,
        engine(Path(room) / "fold.db", os.urandom(32), Access.SCRATCH).connect() as connection,
    ):
        projector = HallProjector()
        with transaction(connection):
            projector.reset(connection)
        yield projector, connection


def fold(
    projector: HallProjector, connection: Connection, entries: Sequence[Numbered], sizes: Sequence[int] = ()
) -> str:
    """Fold `entries` in groups of these sizes, over and over (one by one when there are none); the digest."""
    place, turn = 0, 0
    while place < len(entries):
        size = sizes[turn % len(sizes)] if sizes else 1
        group = entries[place : place + size]
        with transaction(connection):
            projector.fold(connection, group)
        projector.committed(group)
        place, turn = place + size, turn + 1
    return projector.digest(connection)
