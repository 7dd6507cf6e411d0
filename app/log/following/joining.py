"""Which stream a replica follows, and through which epochs of it."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
from sqlalchemy import Connection

from app.base.errors import WorldError
from app.log.entries import Head, Numbered
from app.log.files.database import transaction
from app.log.files.schema import Meta


def unfit(about: Meta, head: Head, stream: str, epoch: int) -> WorldError | None:
    """Why this database may not follow `stream` in `epoch`; None when it may.

    It follows another, or the hub is in an epoch before the log's own: it was set back and does not know.
    """
    if about.stream and about.stream != stream:
        return WorldError("stream_differs", stream=stream, own=about.stream)
    if about.stream and epoch < head.epoch:
        return WorldError("epoch_backwards", epoch=epoch, own=head.epoch)
    return None


def join(connection: Connection, about: Meta, stream: str) -> Meta:
    """Let a database that has met no hub yet follow `stream`, in a transaction of its own; what it says of
    itself then. One that follows it already stays as it is."""
    if about.stream:
        return about
    with transaction(connection):
        # The epoch stays: the hub may be in a later one than that of its first lines, which come first.
        connection.exec_driver_sql("UPDATE meta SET value = ? WHERE key = 'stream'", (stream,))
        connection.exec_driver_sql("INSERT OR IGNORE INTO name(text) VALUES(?)", (stream,))
    return msgspec.structs.replace(about, stream=stream)


def enter_epochs(connection: Connection, lines: Sequence[Numbered], last: int) -> None:
    """Keep where each epoch after `last` begins, inside the caller's transaction."""
    began: list[tuple[int, int, int]] = []
    for line in lines:
        if line.epoch > last:
            began.append((line.epoch, line.gseq, line.hub_time))
            last = line.epoch
    if began:
        connection.exec_driver_sql("INSERT INTO epoch(epoch, first_gseq, began_at) VALUES(?, ?, ?)", began)
