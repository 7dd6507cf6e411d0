"""Bringing the projections up to the log: on from where they stand, or anew when their fold has changed."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

from sqlalchemy import Connection

from app.log import rows
from app.log.files.database import transaction
from app.log.files.failpoints import hit
from app.log.projector import Projector
from app.log.proving.marks import drop_after, fold_marked

Progress = Callable[[int, int], None]
"""Told (entries done, entries in all) after each batch of long work."""

REFOLD_BATCH = 10_000
"""Entries folded in one transaction: a crash repeats at most these, and 20 MB of them are held at a time."""


def no_progress(done: int, total: int) -> None:
    """For work whose progress nobody watches."""


def positions(connection: Connection) -> dict[str, tuple[int, int]]:
    """Of each projection the version of the fold that filled it and the last number folded."""
    found = connection.exec_driver_sql("SELECT projection, version, gseq FROM position")
    return {str(row[0]): (int(row[1]), int(row[2])) for row in found}


def place_all(connection: Connection, gseq: int) -> None:
    """Say that every projection stands at `gseq`, inside the transaction that brought them there."""
    connection.exec_driver_sql("UPDATE position SET gseq = ?", (gseq,))


def standing(stored: Mapping[str, tuple[int, int]], wanted: Mapping[str, int], head: int) -> int | None:
    """The number up to which the stored projections are of use; None when they must be made anew."""
    versions = {name: version for name, (version, _) in stored.items()}
    places = {gseq for _, gseq in stored.values()}
    if versions != dict(wanted) or len(places) > 1:
        return None
    place = places.pop() if places else head
    return place if place <= head else None


def bring_up(
    connection: Connection,
    projector: Projector,
    head: int,
    progress: Progress = no_progress,
    *,
    anew: bool = False,
) -> int:
    """Fold what the projections have not seen; how many entries that were.

    A crash in between is taken up again where it happened. What a fold raises goes on to the caller: no
    projection that misses an entry may be shown.
    """
    place = None if anew else standing(positions(connection), projector.names_and_versions, head)
    if place is None:
        with transaction(connection):
            projector.reset(connection)
            # Other folds have other digests.
            drop_after(connection, 0)
            connection.exec_driver_sql("DELETE FROM position")
            fresh = [(name, version, 0) for name, version in projector.names_and_versions.items()]
            if fresh:
                connection.exec_driver_sql("INSERT INTO position VALUES(?, ?, ?)", fresh)
        hit("refold_reset")
        place = 0 if fresh else head
    start = place
    with nothing_collected():
        while place < head:
            place = _fold_batch(connection, projector, place)
            hit("refold_batch")
            progress(place - start, head - start)
    return head - start


@contextmanager
def nothing_collected() -> Iterator[None]:
    """Folding makes millions of objects and no cycles: looking for some costs a tenth of the time."""
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            gc.enable()


def _fold_batch(connection: Connection, projector: Projector, place: int) -> int:
    with transaction(connection):
        batch = rows.read_after(connection, place, REFOLD_BATCH)
        last = batch[-1].gseq
        try:
            fold_marked(connection, projector, batch)
        except Exception as error:
            projector.rolled_back()
            error.add_note(f"while folding entries {batch[0].gseq} to {last}")
            raise
        place_all(connection, last)
    projector.committed(batch)
    return last
