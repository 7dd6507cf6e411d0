"""The tail: one thread that follows the server's log, folds it here, and stands for the clerk's office."""

from __future__ import annotations

import select
import socket
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from contextlib import suppress

import msgspec
import psycopg
from sqlalchemy import Connection

from app.base.errors import WorldError
from app.base.logs import Condition, Logger
from app.log.entries import Head, Numbered
from app.log.following.taking import Mismatch, Taken
from app.log.postgres import head as head_row
from app.log.postgres import rows
from app.log.postgres.answers import Answers
from app.log.postgres.line import Line
from app.log.postgres.server import GONE, Server, driver_of
from app.log.proving.rebuild import Progress, no_progress

POLL_S = 0.25
"""The server is asked this often, whatever it announces: a notice may be lost, and must never be needed."""

PAGE = 1_000
"""Entries read and folded together: some tens of milliseconds."""

PATIENCE_S = 3.0
"""A connection that broke is back within this; then answers are given though nothing more is folded here."""

CHANNEL = "muster_head"

CLERK_LOCK = 0x4D757374_00000002
"""Advisory lock, of this database: the one process whose clerk works."""

_log = Logger(__name__)

Take = Callable[[Sequence[Numbered]], Future[Taken | Mismatch]]


class Tail:
    """Runs between `start` and `close`; before, `catch_up` may be called by hand. `take` folds lines here and
    `head` says how far that is."""

    def __init__(self, server: Server, take: Take, head: Callable[[], Head], answers: Answers) -> None:
        self._server = server
        self._take = take
        self._head = head
        self._answers = answers
        self._line = Line(server.reading, "log.hub_tail")
        self._folding = Condition(_log, "log.hub_folding")
        self._listening: Connection | None = None
        self._lock = threading.Lock()
        self._asked: list[Future[Head]] = []
        self._since = time.monotonic()
        self._announce = False
        self._leader = False
        self._closing = False
        self.trouble: WorldError | None = None
        """Why nothing is folded at this moment."""
        self._bell, self._ear = socket.socketpair()
        self._bell.setblocking(False)
        self._thread = threading.Thread(target=self._run, name="muster-log-tail", daemon=True)

    @property
    def leader(self) -> bool:
        """Whether this process holds the clerk's office at this moment."""
        return self._leader

    def start(self) -> None:
        self._thread.start()

    def numbered(self, _head: Head) -> None:
        """This process has numbered something: fold it, and let the others know."""
        self._announce = True
        self._ring()

    def fresh(self) -> Future[Head]:
        """The head here, once everything is folded that stood on the server when this was called. WorldError
        from the future when that cannot be said now."""
        future: Future[Head] = Future()
        with self._lock:
            if self._closing:
                future.set_exception(WorldError("log_closed"))
                return future
            self._asked.append(future)
        self._ring()
        return future

    def close(self) -> None:
        """End the thread and let go of the clerk's office. Harmless when repeated."""
        with self._lock:
            self._closing = True
        self._ring()
        if self._thread.is_alive():
            self._thread.join()
        self._let_go()
        self._refuse(WorldError("log_closed"))
        self._bell.close()
        self._ear.close()

    def catch_up(self, progress: Progress = no_progress) -> Head:
        """Fold everything that stands on the server. WorldError when the two logs do not belong together, or
        either side cannot be reached."""
        connection = self._connection()
        begun = self._head().gseq
        total = head_row.read(connection, "").head.gseq
        while lines := self._next(connection):
            taken = self._take(lines).result()
            if isinstance(taken, Mismatch):
                raise self._diverged(taken.gseq, taken.rule)
            self._answers.folded(taken.head.gseq)
            progress(taken.head.gseq - begun, max(total, taken.head.gseq) - begun)
            if len(lines) < PAGE:
                break
        return self._head()

    def _next(self, connection: Connection) -> Sequence[Numbered]:
        gseq = self._head().gseq
        try:
            return rows.read_after(connection, gseq, PAGE)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise self._diverged(gseq + 1, "unreadable") from error

    def _run(self) -> None:
        while not self._closing:
            with self._lock:
                asked, self._asked = self._asked, []
            try:
                self._beat()
            except WorldError as error:
                self._failed(error, asked)
            except Exception as error:
                # A fold raised: a bug, and nothing behind that entry can be shown until it is mended.
                self._failed(WorldError("hub_folding_failed", gseq=self._head().gseq + 1), asked, error)
            else:
                self.trouble = None
                self._since = time.monotonic()
                self._folding.recovered(gseq=self._head().gseq)
                for future in asked:
                    future.set_result(self._head())
            self._wait()

    def _beat(self) -> None:
        connection = self._connection()
        if not self._leader:
            taken = connection.exec_driver_sql("SELECT pg_try_advisory_lock(%s)", (CLERK_LOCK,))
            self._leader = bool(taken.scalar())
        if self._announce:
            # Outside every append, and once for all that were written meanwhile.
            self._announce = False
            connection.exec_driver_sql(f"NOTIFY {CHANNEL}")
        self.catch_up()

    def _connection(self) -> Connection:
        connection = self._line.get()
        if connection is not self._listening:
            self._leader = False
            self._agree(connection)
            connection.exec_driver_sql(f"LISTEN {CHANNEL}")
            self._listening = connection
        return connection

    def _agree(self, connection: Connection) -> None:
        """The server must have what is folded here: it may be another one by now, or set back."""
        own, there = self._head(), head_row.read(connection, "").head
        if there.gseq < own.gseq:
            raise WorldError("hub_database_behind", server=self._server.name, gseq=there.gseq, own=own.gseq)
        if own.gseq and rows.hash_at(connection, own.gseq) != own.hash:
            raise self._diverged(own.gseq, "hash")

    def _diverged(self, gseq: int, rule: str) -> WorldError:
        return WorldError("hub_database_diverged", server=self._server.name, gseq=gseq, rule=rule)

    def _failed(self, error: WorldError, asked: list[Future[Head]], cause: Exception | None = None) -> None:
        self.trouble = error
        if error.key != GONE:
            self._folding.failed(cause or error, cause=error.key)
            self._line.rest(error)
        elif self._line.open:
            self._line.lost(error)
        self._let_go()
        if error.key != GONE or time.monotonic() - self._since > PATIENCE_S:
            self._answers.stopped()
        for future in asked:
            future.set_exception(WorldError(error.key, **error.params))

    def _let_go(self) -> None:
        self._leader = False
        self._listening = None
        self._line.drop()

    def _refuse(self, error: WorldError) -> None:
        with self._lock:
            asked, self._asked = self._asked, []
        for future in asked:
            future.set_exception(error)

    def _wait(self) -> None:
        """Until there may be news: own or others' numbers, somebody who asks, or the next poll."""
        ears: list[socket.socket | int] = [self._ear]
        driver = driver_of(self._listening) if self._listening is not None else None
        if driver is not None:
            ears.append(driver.fileno())
        heard, _, _ = select.select(ears, [], [], max(POLL_S, self._line.pause_s()))
        if self._ear in heard:
            self._ear.recv(4_096)
        if driver is not None and any(ear is not self._ear for ear in heard):
            # A connection that broke is heard too: the next beat finds out.
            with suppress(psycopg.Error):
                for _ in driver.notifies(timeout=0):
                    continue

    def _ring(self) -> None:
        try:
            self._bell.send(b"\0")
        except (BlockingIOError, OSError):
            # Full: it will wake anyway. Closed: nobody is there to be woken.
            return
