"""Bearer tokens and sessions as the database keeps them: of a secret its hash only."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable

import msgspec
from sqlalchemy import Connection, delete, insert, select

from app.base.clock import Instant
from app.log.safety.safe import Safe
from app.log.safety.tables import bearer

HELD_MAX = 1_000
"""Rows held in memory: more clients than a hub has."""

HELD_MS = 2_000
"""So long another process's change of a row may go unseen. What this process changes it sees at once, and
machines' tokens end by the log besides. Reading the row anew costs a request 0.2 ms, holding it next to
nothing: a client that runs wild must not cost the others their hub."""


class Bearer(msgspec.Struct, frozen=True):
    """One row. `operator` is empty for a machine's; `holder` is JSON that the hub alone reads; `expires_at`
    0 means until revoked."""

    token: str
    secret_hash: bytes
    operator: str
    holder: str
    issued_at: Instant
    expires_at: Instant


class Bearers:
    """Reads and writes the rows. Writing waits for the disk: not on a thread that serves others."""

    def __init__(self, safe: Safe, boot: Callable[[], int]) -> None:
        """`boot` is a clock in ms that is never set."""
        self._safe = safe
        self._boot = boot
        self._lock = threading.Lock()
        self._held: OrderedDict[str, tuple[Bearer, int]] = OrderedDict()
        self._changes = 0

    def get(self, token: str) -> Bearer | None:
        """The row as it is, or was at most HELD_MS ago if another process changed it."""
        now = self._boot()
        with self._lock:
            row, read_at = self._held.get(token, (None, 0))
            changes = self._changes
        if row is not None and now - read_at < HELD_MS:
            return row
        row = _first(self._safe.reader(), bearer.c.token == token)
        with self._lock:
            self._held.pop(token, None)
            # Not when it was changed while it was being read.
            if row is not None and changes == self._changes:
                self._held[token] = (row, now)
                while len(self._held) > HELD_MAX:
                    self._held.popitem(last=False)
        return row

    def session_of(self, operator: str) -> Bearer | None:
        """The one session of an operator."""
        return _first(self._safe.reader(), bearer.c.operator == operator) if operator else None

    def put(self, row: Bearer) -> None:
        """Keep a new row. A session takes the place of the operator's one before it."""

        def work(connection: Connection) -> int:
            if row.operator:
                connection.execute(delete(bearer).where(bearer.c.operator == row.operator))
            connection.execute(insert(bearer).values(msgspec.structs.asdict(row)))
            return 0

        self._safe.write(work).result()
        self._forget()

    def remove(self, token: str) -> bool:
        """Forget a row; whether there was one."""
        gone = delete(bearer).where(bearer.c.token == token)
        removed = self._safe.write(lambda c: c.execute(gone).rowcount).result() == 1
        self._forget()
        return removed

    def _forget(self) -> None:
        with self._lock:
            self._held.clear()
            self._changes += 1


def _first(connection: Connection, where: object) -> Bearer | None:
    row = connection.execute(select(bearer).where(where)).first()  # type: ignore[arg-type]
    return Bearer(**row._mapping) if row is not None else None
