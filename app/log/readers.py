"""One reading connection for each thread that asks: readers never wait for the writer, nor for each other."""

from __future__ import annotations

import threading
import weakref

from sqlalchemy import Connection, Engine

from app.base.errors import WorldError


class Readers:
    """Hands every thread its own connection: it cannot write, and each statement sees the newest commit."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._local = threading.local()
        self._lock = threading.Lock()
        self._closed = False
        self._open: list[tuple[weakref.ref[threading.Thread], Connection]] = []

    def get(self) -> Connection:
        """The connection of the calling thread, open until the thread has ended or all are closed.

        WorldError when they are closed already.
        """
        connection: Connection | None = getattr(self._local, "connection", None)
        if connection is None or connection.closed:
            with self._lock:
                if self._closed:
                    raise WorldError("log_closed")
                self._close_ended()
                connection = self._engine.connect()
                self._open.append((weakref.ref(threading.current_thread()), connection))
            self._local.connection = connection
        return connection

    def close(self) -> None:
        """Close them all; no thread may be reading any more."""
        with self._lock:
            self._closed = True
            for _, connection in self._open:
                connection.close()
            self._open.clear()

    def _close_ended(self) -> None:
        alive: list[tuple[weakref.ref[threading.Thread], Connection]] = []
        for thread, connection in self._open:
            owner = thread()
            if owner is not None and owner.is_alive():
                alive.append((thread, connection))
            else:
                connection.close()
        self._open = alive
