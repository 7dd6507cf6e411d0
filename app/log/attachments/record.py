"""Which contents a hub's database knows to be whole, so that a file that vanished is missed."""

from __future__ import annotations

from sqlalchemy import Connection

from app.log.files.notes import drop_note, write_note

_KEY = "content:"
_ALL = "SELECT key FROM note WHERE key >= 'content:' AND key < 'content;' ORDER BY key"


def remember(connection: Connection, sha256: str, size: int) -> int:
    """Inside the caller's transaction."""
    write_note(connection, _KEY + sha256, str(size).encode())
    return size


def forget(connection: Connection, sha256: str) -> int:
    """Inside the caller's transaction; harmless when it was never known."""
    drop_note(connection, _KEY + sha256)
    return 0


def remembered(connection: Connection) -> list[str]:
    """The hashes of all contents that were whole here and have not been erased."""
    return [str(key).removeprefix(_KEY) for key in connection.exec_driver_sql(_ALL).scalars()]
