"""Marks: the state's digest at fixed numbers, kept in the transaction of the entries it is of."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sqlalchemy import Connection

from app.log.entries import Numbered
from app.log.port import DIGEST_EVERY
from app.log.projector import Projector


def is_marked(gseq: int) -> bool:
    """Whether the digest at this number is kept."""
    return gseq % DIGEST_EVERY == 0


def split_at_each(entries: Sequence[Numbered]) -> Iterator[Sequence[Numbered]]:
    """Dense entries in pieces, each ending at a number that is marked or at the last of them."""
    start = 0
    while start < len(entries):
        end = start + -entries[start].gseq % DIGEST_EVERY + 1
        yield entries[start:end]
        start = end


def fold_marked(
    connection: Connection,
    projector: Projector,
    entries: Sequence[Numbered],
    pending: Sequence[Numbered] = (),
) -> None:
    """Fold the next entries and keep the digest at the newest marked number among them, inside the caller's
    transaction.

    Many are folded at once while catching up: a digest at each mark on the way would cost a third more, and
    the newest is the one to compare.
    """
    last = entries[-1].gseq
    mark = last - last % DIGEST_EVERY
    if mark < entries[0].gseq:
        projector.fold(connection, entries, pending)
    elif mark == last:
        projector.fold(connection, entries, pending)
        put(connection, mark, projector.state_digest(connection))
    else:
        put(connection, mark, projector.fold_past(connection, entries, pending, mark))


def put(connection: Connection, gseq: int, digest: str) -> None:
    connection.exec_driver_sql("DELETE FROM mark WHERE gseq = ?", (gseq,))
    connection.exec_driver_sql("INSERT INTO mark(gseq, digest) VALUES(?, ?)", (gseq, digest))


def digest_at(connection: Connection, gseq: int) -> str | None:
    """The digest kept at `gseq`; None when none was."""
    row = connection.exec_driver_sql("SELECT digest FROM mark WHERE gseq = ?", (gseq,)).first()
    return None if row is None else str(row[0])


def drop_after(connection: Connection, gseq: int) -> None:
    """Forget the digests of everything after `gseq`: it will be folded again."""
    connection.exec_driver_sql("DELETE FROM mark WHERE gseq > ?", (gseq,))
