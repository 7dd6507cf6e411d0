"""Where a replica stands, as its one writer holds it in memory: confirmed, sealed and waiting."""

from __future__ import annotations

from sqlalchemy import Connection

from app.log.chain import digest
from app.log.files.origin import OriginTail
from app.log.files.schema import Meta, name_ids, read_tail
from app.log.following import pending
from app.log.following.taking import Standing
from app.log.following.waiting_entries import WaitingEntries
from app.log.numbering.ends import Ends


class Footing:
    """True to the file after each commit; `look` makes it so again after anything went wrong."""

    def __init__(self, connection: Connection, about: Meta) -> None:
        self.connection = connection
        self.about = about
        self.ends = Ends(connection, about.algorithm)
        tail = read_tail(connection, about)
        self.place = Standing(tail.head, tail.hub_time, about.database)
        self.sealed = _sealed(connection, about, tail.written)
        self.waiting = pending.count(connection)
        self.entries = WaitingEntries()
        self.names = name_ids(connection)

    @property
    def settled(self) -> int:
        """The last own entry that has its number."""
        return self.ends.get(self.about.database).oseq

    def look(self) -> None:
        """Read everything from the file."""
        self.ends.forget()
        self.entries.forget()
        tail = read_tail(self.connection, self.about)
        self.place = Standing(tail.head, tail.hub_time, self.about.database)
        self.sealed = _sealed(self.connection, self.about, tail.written)
        self.waiting = pending.count(self.connection)
        self.names = name_ids(self.connection)


def _sealed(connection: Connection, about: Meta, confirmed: OriginTail) -> OriginTail:
    last = pending.last(connection)
    return confirmed if last is None else OriginTail(last[0], digest(about.algorithm, last[1]))
