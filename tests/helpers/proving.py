"""What lies in the data directory of a hub or a desk, read beside the program that may have it open."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import msgspec
from sqlalchemy import Connection

from app.log import rows
from app.log.entries import Head
from app.log.files.database import Access, engine, snapshot
from app.log.files.folder import DataFolder
from app.log.files.keys import FileKeys
from app.log.following import pending
from app.log.opening import find
from app.log.proving.verify import verify
from app.projections.projector import HallProjector

MANY = 1_000_000


class Proved(msgspec.Struct, frozen=True):
    """A directory that `verify` found whole: the ids of its entries by number, those that wait, and the
    digest of the confirmed state, folded anew."""

    head: Head
    numbered: dict[str, int]
    waiting: tuple[str, ...]
    digest: str


def proved(folder: Path) -> Proved:
    """Everything is proved as `muster verify` does it, and each entry stands there once."""
    told: list[str] = []

    class Telling(HallProjector):
        def digest(self, connection: Connection) -> str:
            told.append(self.state_digest(connection))
            return super().digest(connection)

    report = verify(folder, Telling)
    assert report.whole, report.problems
    assert report.folded
    paths = DataFolder(folder)
    found = find(paths, FileKeys(paths.key))
    with engine(paths.database, found.key, Access.LOOK).connect() as connection, snapshot(connection):
        entries = rows.read_after(connection, 0, MANY)
        waiting = pending.read_after(connection, 0, MANY)
    eids = {numbered.entry.eid: numbered.gseq for numbered in entries}
    assert len(eids) == len(entries)
    assert [numbered.gseq for numbered in entries] == list(range(1, len(entries) + 1))
    held = tuple(numbered.entry.eid for numbered in waiting)
    assert len(set(held)) == len(held)
    assert not eids.keys() & set(held)
    return Proved(report.head, eids, held, told[0])


def same(hub: Path, desks: Iterable[Path]) -> Proved:
    """All hold the same log and fold it to the same state, and nothing waits any more."""
    there = proved(hub)
    for desk in desks:
        here = proved(desk)
        assert (here.head, here.waiting) == (there.head, ())
        assert here.numbered == there.numbered
        assert here.digest == there.digest
    return there
