"""Taking a hub's lines into a replica: proved, written, folded and marked in one transaction."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.exc import IntegrityError

from app.log import rows
from app.log.entries import Numbered
from app.log.files.database import transaction
from app.log.files.failpoints import hit
from app.log.files.schema import add_names
from app.log.following import pending
from app.log.following.footing import Footing
from app.log.following.joining import enter_epochs
from app.log.following.taking import Mismatch, prove
from app.log.projector import Projector
from app.log.proving.marks import fold_marked
from app.log.proving.rebuild import nothing_collected, place_all


class ClaimedTwiceError(Exception):
    """A line claims an id or a subject that stands on another entry, and has no verdict for it."""


def receive(footing: Footing, projector: Projector, lines: Sequence[Numbered]) -> list[Numbered] | Mismatch:
    """Take `lines`; those that were new, on disk when this returns and counted in `footing`.

    ClaimedTwiceError, WorldError and what a fold raises leave the file as it was, and `footing` in doubt.
    """
    fresh = _fresh(footing, lines)
    if isinstance(fresh, Mismatch) or not fresh:
        return fresh
    own = [line.entry for line in fresh if line.entry.origin == footing.about.database]
    waiting = pending.read_raw(footing.connection, own[-1].oseq) if own else {}
    after = prove(fresh, footing.place, footing.ends, waiting)
    if isinstance(after, Mismatch):
        return after
    hit("before_take")
    with nothing_collected(), transaction(footing.connection):
        _insert(footing, fresh)
        hit("after_take_write")
        _fold(footing, projector, fresh)
        hit("after_take_fold")
        place_all(footing.connection, after.head.gseq)
    hit("after_take_commit")
    footing.ends.settle()
    footing.entries.settled(entry.oseq for entry in own)
    footing.place = after
    footing.waiting -= len(own)
    return fresh


def _fresh(footing: Footing, lines: Sequence[Numbered]) -> list[Numbered] | Mismatch:
    # The connection may have been cut after lines were taken and before anybody knew: they come again.
    head = footing.place.head.gseq
    again = [line for line in lines if line.gseq <= head]
    if again:
        standing = {
            line.gseq: line.hash
            for line in rows.read_after(footing.connection, again[0].gseq - 1, len(again))
        }
        for line in again:
            if standing.get(line.gseq) != line.hash:
                return Mismatch(line.gseq, "hash")
    return list(lines[len(again) :])


def _insert(footing: Footing, lines: Sequence[Numbered]) -> None:
    by_origin: dict[str, list[Numbered]] = {}
    for line in lines:
        by_origin.setdefault(line.entry.origin, []).append(line)
    homes = {line.home for line in lines if line.home}
    add_names(footing.connection, footing.names, {*by_origin, *homes, footing.place.head.stream})
    try:
        rows.insert(footing.connection, lines, footing.names)
    except IntegrityError as error:
        raise ClaimedTwiceError from error
    enter_epochs(footing.connection, lines, footing.place.head.epoch)
    for origin, entries in by_origin.items():
        footing.ends.stage(origin, entries)


def _fold(footing: Footing, projector: Projector, lines: Sequence[Numbered]) -> None:
    connection, waiting = footing.connection, footing.waiting
    own = [line.entry for line in lines if line.entry.origin == footing.about.database]
    if own:
        pending.remove(connection, own)
        waiting -= len(own)
    touched = {subject for line in lines for subject in line.entry.subjects}
    above = footing.entries.about(connection, touched) if waiting else ()
    fold_marked(connection, projector, lines, above)
