"""Small things a database must know again after a restart, by key: the kept clock, what the link learned."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future

from sqlalchemy import Connection

_PUT = "INSERT INTO note(key, value) VALUES(?, ?) ON CONFLICT(key) DO UPDATE SET value = excluded.value"


def read_note(connection: Connection, key: str) -> bytes | None:
    row = connection.exec_driver_sql("SELECT value FROM note WHERE key = ?", (key,)).first()
    return None if row is None else bytes(row[0])


def write_note(connection: Connection, key: str, value: bytes) -> None:
    """Inside the caller's transaction."""
    connection.exec_driver_sql(_PUT, (key, value))


def drop_note(connection: Connection, key: str) -> None:
    """Inside the caller's transaction; harmless when there is none."""
    connection.exec_driver_sql("DELETE FROM note WHERE key = ?", (key,))


class Notes:
    """The notes of an open database: read on any thread, written by its writer."""

    def __init__(
        self, reader: Callable[[], Connection], run: Callable[[Callable[[Connection], int]], Future[int]]
    ) -> None:
        self._reader = reader
        self._run = run

    def get(self, key: str) -> bytes | None:
        """What was put last under `key`; None when nothing was."""
        return read_note(self._reader(), key)

    def put(self, key: str, value: bytes) -> Future[int]:
        """Keep `value` under `key`; the length of the value, once that is on disk."""

        def write(connection: Connection) -> int:
            write_note(connection, key, value)
            return len(value)

        return self._run(write)
