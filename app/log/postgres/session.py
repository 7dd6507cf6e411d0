"""The sequencer's transactions on the server, and what it remembers between them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from sqlalchemy import Connection

from app.base.errors import WorldError
from app.log.files.schema import Meta
from app.log.postgres import rows
from app.log.postgres.known import PgEnds
from app.log.postgres.line import Line
from app.log.postgres.server import GONE, Server

ATTEMPTS_MAX = 3
"""A connection that broke while nobody used it shows at the next use, and once more in the worst case."""

Result = TypeVar("Result")


class Session:
    """Belongs to one thread. `names` and `ends` are true to what this process has seen of the log."""

    def __init__(self, server: Server, about: Meta) -> None:
        self._about = about
        self._line = Line(server.writing, "log.hub_database")
        self.names: dict[str, int] = {}
        self._ends: PgEnds | None = None
        self.committing = False

    @property
    def ends(self) -> PgEnds:
        """Where origins end; inside a transaction only."""
        assert self._ends is not None
        return self._ends

    @property
    def pause_s(self) -> float:
        """How long until a server that was gone is looked for again."""
        return self._line.pause_s()

    def attempt(self, work: Callable[[Connection], Result]) -> Result:
        """Do `work` in a transaction, and once more when it was found that the connection had broken before.
        WorldError when the server refuses or is gone; when it broke while committing, nobody knows."""
        for left in reversed(range(ATTEMPTS_MAX)):
            used = self._line.open
            try:
                with self.transaction() as connection:
                    return work(connection)
            except WorldError as error:
                if error.key != GONE or self.committing or not used or not left:
                    raise
        raise AssertionError("the last attempt raises or returns")

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """One transaction, committed at the block's end. After any failure nothing that was remembered is
        believed, and after a broken connection the next one is new."""
        self.committing = False
        connection = self._line.get()
        try:
            if self._ends is None:
                self.names = rows.name_ids(connection)
                self._ends = PgEnds(connection, self._about.algorithm)
            yield connection
            self.committing = True
            connection.commit()
        except BaseException as error:
            self._forget(connection, error)
            raise
        self.committing = False

    def settle(self) -> None:
        """What was staged in `ends` is on the server's disk; without them they are read again."""
        if self._ends is not None:
            self._ends.settle()

    def close(self) -> None:
        self._line.drop()

    def _forget(self, connection: Connection, error: BaseException) -> None:
        self._ends, self.names = None, {}
        if isinstance(error, WorldError) and error.key == GONE:
            self._line.lost(error)
            return
        try:
            connection.rollback()
        except WorldError as broken:
            self._line.lost(broken)
