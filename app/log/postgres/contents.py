"""The rows of contents on the server: one for each content, one for each of its pieces."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
from sqlalchemy import Connection

from app.log.attachments.port import Standing, pieces_of, ranges
from app.log.postgres.server import Server, driver_of

_TOUCH_MS = 3_600_000
"""That one was looked at need not be known to the second: it is kept for days."""

_NOW = "(extract(epoch FROM clock_timestamp()) * 1000)::bigint"
_COLUMNS = "sha256, bytes, salt, whole"
_FIND = f"SELECT {_COLUMNS} FROM content WHERE sha256 = %s"
_ALL = f"SELECT {_COLUMNS} FROM content ORDER BY sha256"
_IDLE = f"SELECT {_COLUMNS} FROM content WHERE touched_at < {_NOW} - %s ORDER BY sha256"
# Two who begin at the same moment may together go past the limit once: it is no edge to fall off.
_MAKE = (
    f"INSERT INTO content(sha256, bytes, salt, whole, touched_at) SELECT %s, %s, %s, false, {_NOW} "
    "WHERE (SELECT coalesce(sum(bytes), 0) FROM content WHERE NOT whole) + %s <= %s ON CONFLICT DO NOTHING"
)
_HAVE = "SELECT piece FROM content_piece WHERE sha256 = %s ORDER BY piece"
# Only to the very content that was looked at: one that was thrown away and begun anew has another salt.
_PUT = (
    f"WITH touched AS (UPDATE content SET touched_at = {_NOW} WHERE sha256 = %s AND salt = %s AND NOT whole "
    "RETURNING sha256) INSERT INTO content_piece(sha256, piece, cipher) SELECT sha256, %s, %b FROM touched "
    "ON CONFLICT DO NOTHING"
)
_PIECE = "SELECT cipher FROM content_piece WHERE sha256 = %s AND piece = %s"
_TOUCH = f"UPDATE content SET touched_at = {_NOW} WHERE sha256 = %s AND touched_at < {_NOW} - {_TOUCH_MS}"
_FINISH = f"UPDATE content SET whole = true, touched_at = {_NOW} WHERE sha256 = %s AND salt = %s"
_DROP = "DELETE FROM content WHERE sha256 = ANY(%s)"
_DROP_UNTRUE = "DELETE FROM content WHERE sha256 = %s AND salt = %s AND NOT whole"
_DROP_IDLE = f"DELETE FROM content WHERE sha256 = %s AND salt = %s AND touched_at < {_NOW} - %s"
_DROP_PIECES = (
    "DELETE FROM content_piece AS p USING content AS c WHERE c.sha256 = p.sha256 AND c.sha256 = %s "
    "AND c.salt = %s AND NOT c.whole AND p.piece = ANY(%s)"
)


class Content(msgspec.Struct, frozen=True):
    """One content. `salt` is that of its key, and tells it from one of the same name begun later."""

    sha256: str
    size: int
    salt: bytes
    whole: bool = False

    def standing(self, have: Sequence[int]) -> Standing:
        """As the port tells it; `have` are the pieces that are here, of one that is not whole."""
        every = ((0, pieces_of(self.size) - 1),)
        return Standing(self.sha256, self.size, every if self.whole else ranges(list(have)), self.whole)


def find(connection: Connection, sha256: str) -> Content | None:
    """The content of this name; None when none was begun."""
    row = connection.exec_driver_sql(_FIND, (sha256,)).first()
    return None if row is None else Content(*row)


def read_all(connection: Connection) -> list[Content]:
    """Every content, whole or not."""
    return [Content(*row) for row in connection.exec_driver_sql(_ALL)]


def read_idle(connection: Connection, idle_ms: int) -> list[Content]:
    """Those that nobody touched for so long."""
    return [Content(*row) for row in connection.exec_driver_sql(_IDLE, (idle_ms,))]


def have(connection: Connection, sha256: str) -> list[int]:
    """The pieces that are here, in order."""
    return [int(index) for index in connection.exec_driver_sql(_HAVE, (sha256,)).scalars()]


def make(connection: Connection, new: Content, most: int) -> None:
    """Begin a content if there is none of its name, and those under way come to no more than `most` bytes."""
    connection.exec_driver_sql(_MAKE, (new.sha256, new.size, new.salt, new.size, most))


def put_piece(connection: Connection, of: Content, index: int, sealed: bytes) -> None:
    """Keep a piece of `of`, if that stands, is not whole yet, and has not got it."""
    connection.exec_driver_sql(_PUT, (of.sha256, of.salt, index, sealed))


def read_piece(server: Server, connection: Connection, sha256: str, index: int) -> bytes | None:
    """A piece as it is kept; None when it is not there."""
    # In binary: as text each byte would cross the line as two.
    with server.errors_told(), driver_of(connection).cursor(binary=True) as cursor:
        row = cursor.execute(_PIECE, (sha256, index)).fetchone()
    return None if row is None else bytes(row[0])


def touch(connection: Connection, of: Content) -> None:
    """Somebody looks at it."""
    connection.exec_driver_sql(_TOUCH, (of.sha256,))


def finish(connection: Connection, of: Content) -> None:
    """It is proved: all of it is here and true."""
    connection.exec_driver_sql(_FINISH, (of.sha256, of.salt))


def drop(connection: Connection, names: Sequence[str]) -> int:
    """Destroy these, with their pieces; how many there were."""
    return connection.exec_driver_sql(_DROP, (list(names),)).rowcount


def drop_untrue(connection: Connection, of: Content) -> None:
    """Destroy what has another hash than it was named by."""
    connection.exec_driver_sql(_DROP_UNTRUE, (of.sha256, of.salt))


def drop_idle(connection: Connection, of: Content, idle_ms: int) -> bool:
    """Destroy it unless somebody touched it meanwhile; whether it went."""
    return connection.exec_driver_sql(_DROP_IDLE, (of.sha256, of.salt, idle_ms)).rowcount == 1


def drop_pieces(connection: Connection, of: Content, indexes: Sequence[int]) -> None:
    """Let these pieces come again."""
    connection.exec_driver_sql(_DROP_PIECES, (of.sha256, of.salt, list(indexes)))


def clean(connection: Connection) -> None:
    """Have the server take the salts of what was destroyed out of its pages: until then they lie there."""
    connection.exec_driver_sql("VACUUM content")
