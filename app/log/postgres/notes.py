"""Small things that every hub process of a database must know again, by key, on the server."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future

from sqlalchemy import Connection

_GET = "SELECT value FROM note WHERE key = %s"
_PUT = "INSERT INTO note(key, value) VALUES(%s, %b) ON CONFLICT(key) DO UPDATE SET value = excluded.value"


def read_note(connection: Connection, key: str) -> bytes | None:
    row = connection.exec_driver_sql(_GET, (key,)).first()
    return None if row is None else bytes(row[0])


def write_note(connection: Connection, key: str, value: bytes) -> None:
    """Inside the caller's transaction."""
    connection.exec_driver_sql(_PUT, (key, value))


class PgNotes:
    """As `app.log.files.notes.Notes`. WorldError when the server is gone."""

    def __init__(
        self, reader: Callable[[], Connection], run: Callable[[Callable[[Connection], int]], Future[int]]
    ) -> None:
        self._reader = reader
        self._run = run

    def get(self, key: str) -> bytes | None:
        return read_note(self._reader(), key)

    def put(self, key: str, value: bytes) -> Future[int]:
        def write(connection: Connection) -> int:
            write_note(connection, key, value)
            return len(value)

        return self._run(write)
