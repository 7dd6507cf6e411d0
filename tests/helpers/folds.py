"""Folding entries anew into a scratch database, in whatever groups."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Connection

from app.log.entries import Numbered
from app.log.files import schema
from app.log.files.database import Access, engine, transaction
from app.projections.projector import HallProjector


@contextmanager
def scratch(folder: Path, access: Access = Access.SCRATCH) -> Iterator[tuple[HallProjector, Connection]]:
    """An empty projection on a database of its own, below `folder`, beside a log without entries. Opened as
    a scratch it keeps no journal, so that nothing can be rolled back."""
    with (
        tempfile.TemporaryDirectory(dir=folder) as room,
        engine(Path(room) / "fold.db", os.urandom(32), access).connect() as connection,
    ):
        projector = HallProjector()
        with transaction(connection):
            schema.metadata.create_all(connection)
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


def lay(projector: HallProjector, connection: Connection, waiting: Sequence[Numbered]) -> str:
    """Show waiting entries on top of what is visible, all at once; the digest."""
    with transaction(connection):
        projector.overlay(connection, waiting)
    projector.committed(waiting)
    return projector.digest(connection)
