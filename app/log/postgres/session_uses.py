"""When sessions were last used, on the server: an operator is idle when no hub process hears of them."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future

from sqlalchemy import Connection

from app.base.clock import Instant

_USED = (
    "INSERT INTO session_use(session, used_at) VALUES(%s, %s) "
    "ON CONFLICT(session) DO UPDATE SET used_at = greatest(session_use.used_at, excluded.used_at)"
)
_ENDED = "DELETE FROM session_use AS u WHERE NOT EXISTS (SELECT 1 FROM bearer AS b WHERE b.token = u.session)"
_LAST = "SELECT used_at FROM session_use WHERE session = %s"


class PgSessionUses:
    """Implements SessionUses. `write` does its work in turn and answers later."""

    def __init__(
        self,
        write: Callable[[Callable[[Connection], int]], Future[int]],
        reader: Callable[[], Connection],
    ) -> None:
        self._write = write
        self._reader = reader

    def used(self, session: str, now: Instant) -> None:
        """See SessionUses. What is lost with a server that is gone, the next use tells."""

        def work(connection: Connection) -> int:
            connection.exec_driver_sql(_ENDED)
            connection.exec_driver_sql(_USED, (session, now))
            return 0

        self._write(work)

    def last(self, session: str) -> Instant:
        """See SessionUses."""
        return int(self._reader().exec_driver_sql(_LAST, (session,)).scalar() or 0)
