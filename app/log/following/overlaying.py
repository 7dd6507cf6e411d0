"""Bringing a replica's projections up to its log: what is confirmed first, then what waits laid over it."""

from __future__ import annotations

from sqlalchemy import Connection

from app.log.files.database import transaction
from app.log.files.notes import drop_note, read_note, write_note
from app.log.following import pending
from app.log.projector import Projector
from app.log.proving.rebuild import Progress, bring_up, no_progress, positions, standing

OVERLAY_DUE = "overlay_due"
"""The note that stands while projections are folded anew and do not show the waiting entries yet."""

_ALL = 1 << 31
"""More entries than one desk can have sealed."""


def bring_up_all(
    connection: Connection,
    projector: Projector,
    head: int,
    progress: Progress = no_progress,
    *,
    anew: bool = False,
) -> None:
    """Fold what the projections have not seen and show what waits. What a fold raises goes on to the caller.

    In ordinary times the tables hold the overlay already: it was committed with the entries it shows.
    """
    if anew or standing(positions(connection), projector.names_and_versions, head) is None:
        with transaction(connection):
            demand_anew(connection)
    bring_up(connection, projector, head, progress)
    if read_note(connection, OVERLAY_DUE) is None:
        return
    with transaction(connection):
        waiting = pending.read_after(connection, 0, _ALL)
        try:
            if waiting:
                projector.overlay(connection, waiting)
        except Exception as error:
            projector.rolled_back()
            error.add_note("while showing the entries that wait")
            raise
        drop_note(connection, OVERLAY_DUE)
    projector.committed(waiting)


def demand_anew(connection: Connection) -> None:
    """Have the projections made anew by the next `bring_up_all`, inside the caller's transaction.

    Places and note go together: with a crash right behind it nothing can be laid over what shows it already.
    """
    connection.exec_driver_sql("DELETE FROM position")
    write_note(connection, OVERLAY_DUE, b"")
