"""One thread's connection to the server: made when it is needed, made again after it broke, not too often."""

from __future__ import annotations

import random
import time
from contextlib import suppress

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import SQLAlchemyError

from app.base.errors import MusterError, WorldError
from app.base.logs import Condition, Logger

FIRST_PAUSE_S = 0.25
LAST_PAUSE_S = 5.0
"""A server that restarts is found again within seconds, and one that is gone is not hammered."""

_log = Logger(__name__)


class Line:
    """Belongs to one thread. The loss is logged once, and so is the return."""

    def __init__(self, engine: Engine, code: str) -> None:
        self._engine = engine
        self._connection: Connection | None = None
        self._condition = Condition(_log, code)
        self._failures = 0
        self._not_before = 0.0
        self._last: WorldError | None = None

    @property
    def open(self) -> bool:
        """Whether there is a connection that is not known to be broken."""
        return self._connection is not None

    def get(self) -> Connection:
        """The connection. WorldError at once while the pause after a failure lasts."""
        if self._connection is None:
            if self._last is not None and self.pause_s():
                raise WorldError(self._last.key, **self._last.params)
            try:
                self._connection = self._engine.connect()
            except WorldError as error:
                self._condition.failed(error, cause=error.key)
                self.rest(error)
                raise
            self._condition.recovered()
            self._failures, self._last = 0, None
        return self._connection

    def pause_s(self) -> float:
        """How long until another try makes sense; 0 when one does now."""
        return max(0.0, self._not_before - time.monotonic())

    def lost(self, error: WorldError) -> None:
        """Let go of a connection that broke; the server may be there again already."""
        self._condition.failed(error, cause=error.key)
        self.drop()

    def rest(self, error: WorldError) -> None:
        """Let go of the connection, and make no other for a while, longer each time."""
        self.drop()
        pause = min(LAST_PAUSE_S, FIRST_PAUSE_S * 2**self._failures)
        self._failures = min(self._failures + 1, 10)
        # Jitter: all hub processes lose the server at the same moment.
        self._not_before = time.monotonic() + pause * random.uniform(0.5, 1.0)
        self._last = error

    def drop(self) -> None:
        """Close it without waiting for the server's word. Harmless when there is none."""
        connection, self._connection = self._connection, None
        if connection is not None:
            with suppress(SQLAlchemyError, MusterError):
                connection.invalidate()
            with suppress(SQLAlchemyError, MusterError):
                connection.close()
