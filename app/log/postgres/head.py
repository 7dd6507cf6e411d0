"""The head row: where the stream ends, and whoever holds it is the only one to number.

Lock order is commit order, so that a reader of `gseq > cursor` can never pass over a late commit.
"""

from __future__ import annotations

from sqlalchemy import Connection

from app.log.chain import GENESIS
from app.log.entries import Head
from app.log.files.origin import OriginTail
from app.log.numbering.sequencer import Tail

_COLUMNS = "stream, epoch, head, hash, hub_time, oseq, oseq_hash"
_READ = f"SELECT {_COLUMNS} FROM log_head"
_LOCK = f"SELECT {_COLUMNS} FROM log_head FOR UPDATE"
_MOVE = "UPDATE log_head SET head = %s, hash = %s, hub_time = %s, oseq = %s, oseq_hash = %s"
_FIRST = f"INSERT INTO log_head({_COLUMNS}) VALUES(%s, %s, 0, %s, 0, 0, %s)"


def begin(connection: Connection, stream: str, epoch: int) -> None:
    """Write the row of a new log, inside the caller's transaction."""
    connection.exec_driver_sql(_FIRST, (stream, epoch, GENESIS, GENESIS))


def read(connection: Connection, origin: str) -> Tail:
    """Where the log ends at this moment; `origin` is the name under which it writes itself."""
    return _tail(connection, _READ, origin)


def lock(connection: Connection, origin: str) -> Tail:
    """Where the log ends, and stays until the caller's transaction has ended: nobody else numbers."""
    return _tail(connection, _LOCK, origin)


def move(connection: Connection, tail: Tail) -> None:
    """The log ends here now; last in the transaction of the entries that brought it there."""
    place = (tail.head.gseq, tail.head.hash, tail.hub_time, tail.written.oseq, tail.written.hash)
    connection.exec_driver_sql(_MOVE, place)


def begin_epoch(connection: Connection, tail: Tail) -> None:
    """The log goes on here in another epoch, inside the caller's transaction, which holds the head."""
    connection.exec_driver_sql("UPDATE log_head SET epoch = %s", (tail.head.epoch,))
    move(connection, tail)


def _tail(connection: Connection, query: str, origin: str) -> Tail:
    stream, epoch, gseq, chained, hub_time, oseq, oseq_hash = connection.exec_driver_sql(query).one()
    return Tail(Head(stream, epoch, gseq, chained), hub_time, origin, OriginTail(oseq, oseq_hash))
