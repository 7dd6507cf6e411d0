"""Reading on the server itself, for what only it knows: a connection for each thread that asks."""

from __future__ import annotations

import threading
import time
import weakref
from contextlib import suppress

from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from app.base.errors import MusterError, WorldError
from app.log.postgres.server import Server

PAUSE_S = 1.0
"""A server that does not even refuse keeps a thread waiting for seconds: not each request anew."""


class PgReaders:
    """Each statement sees the newest commit. Connections that broke are made anew."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._local = threading.local()
        self._lock = threading.Lock()
        self._closed = False
        self._not_before = 0.0
        self._open: list[tuple[weakref.ref[threading.Thread], Connection]] = []

    def get(self) -> Connection:
        """The connection of the calling thread. WorldError when the server is gone or all are closed."""
        connection: Connection | None = getattr(self._local, "connection", None)
        if connection is not None and not connection.closed and not connection.invalidated:
            return connection
        if self._closed:
            raise WorldError("log_closed")
        if time.monotonic() < self._not_before:
            raise self._server.gone()
        try:
            connection = self._server.reading.connect()
        except WorldError:
            self._not_before = time.monotonic() + PAUSE_S
            raise
        with self._lock:
            self._sweep()
            self._open.append((weakref.ref(threading.current_thread()), connection))
        self._local.connection = connection
        return connection

    def close(self) -> None:
        """Close them all; no thread may be reading any more."""
        with self._lock:
            self._closed = True
            for _, connection in self._open:
                _close(connection)
            self._open.clear()

    def _sweep(self) -> None:
        kept: list[tuple[weakref.ref[threading.Thread], Connection]] = []
        for thread, connection in self._open:
            owner = thread()
            if owner is not None and owner.is_alive() and not connection.invalidated:
                kept.append((thread, connection))
            else:
                _close(connection)
        self._open = kept


def _close(connection: Connection) -> None:
    with suppress(SQLAlchemyError, MusterError):
        connection.close()
