"""The PostgreSQL server: the URL that names it, connections to it, and what its errors mean to a person."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import psycopg
from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.engine.interfaces import ExceptionContext
from sqlalchemy.exc import ArgumentError, DBAPIError
from sqlalchemy.pool import NullPool

from app.base.errors import UsageError, WorldError

GONE = "hub_database_gone"

CONNECT_S = 5
"""A server in the same building answers in milliseconds, or not at all."""

LOCK_WAIT_MS = 20_000
"""One append holds the head for some tens of milliseconds; who waits longer waits for what hangs."""

IDLE_MS = 10_000
"""A hub process that stops in the middle of a transaction (suspended, cut off) must not stop the others."""

_LINE = {
    "connect_timeout": CONNECT_S,
    "application_name": "muster hub",
    "client_encoding": "utf8",
    # A server that vanished without a word is noticed within some seconds, not after the system's two hours.
    "keepalives_idle": 5,
    "keepalives_interval": 2,
    "keepalives_count": 3,
    "tcp_user_timeout": 10_000,
}
_SESSION = {
    # Whatever the server's own default: acknowledged means on disk.
    "synchronous_commit": "on",
    "lock_timeout": LOCK_WAIT_MS,
    "idle_in_transaction_session_timeout": IDLE_MS,
    # The other side's death is found out here too, so that its locks are freed.
    "tcp_keepalives_idle": 5,
    "tcp_keepalives_interval": 2,
    "tcp_keepalives_count": 3,
    # Everything asked is a look into an index. A plan made while the tables were empty would read them whole
    # until they are analysed, which takes a minute in which a month may be imported.
    "enable_seqscan": "off",
    # The head's one row has no index to be found by: the server would take that for dear, and compile it.
    "jit": "off",
    "client_min_messages": "warning",
}

_MEANING = {
    "25006": "hub_database_standby",
    "42501": "hub_database_rights",
    "53100": "hub_database_full",
    "55P03": "hub_database_busy",
    "57014": "hub_database_busy",
    "58030": "hub_database_failed",
    "XX001": "hub_database_failed",
    "XX002": "hub_database_failed",
}
_GONE_CLASSES = ("08", "53", "57P")
"""Connection failures, too few resources, a server that is shut down or starting: all of them pass."""


@dataclass(frozen=True)
class Server:
    """One database of one server. `writing` connections have transactions, `reading` ones see the newest
    commit with every statement. `name` is for people: no user, no password."""

    name: str
    writing: Engine
    reading: Engine

    def gone(self, reason: str = "") -> WorldError:
        """It cannot be reached at this moment."""
        return WorldError(GONE, server=self.name, reason=reason)

    @contextmanager
    def errors_told(self) -> Iterator[None]:
        """What the driver raises in the block, past SQLAlchemy, comes as WorldError where it is the world's
        fault."""
        try:
            yield
        except psycopg.Error as error:
            world = _world_error(error, self.name)
            if world is None:
                raise
            raise world from error


def open_server(text: str) -> Server:
    """The server that `text`, a URL of --db, names; nothing is connected yet. UsageError for anything but
    `postgresql://user:password@host:port/name`."""
    url = _read(text)
    name = f"{url.host or url.query.get('host') or 'localhost'}:{url.port or 5432}/{url.database}"
    return Server(name, _engine(url, name, "READ COMMITTED"), _engine(url, name, "AUTOCOMMIT"))


def driver_of(connection: Connection) -> psycopg.Connection:
    """The driver's own connection, for what SQLAlchemy has no words for."""
    driver = connection.connection.driver_connection
    assert isinstance(driver, psycopg.Connection)
    return driver


def state_of(error: BaseException) -> str:
    """The SQLSTATE of a database error; empty when it has none."""
    original = error.orig if isinstance(error, DBAPIError) else error
    return (original.sqlstate or "") if isinstance(original, psycopg.Error) else ""


def _read(text: str) -> URL:
    try:
        url = make_url(text)
    except (ArgumentError, ValueError):
        # The text is not repeated: it may hold a password.
        raise UsageError("hub_database_url") from None
    if url.drivername not in ("postgresql", "postgres") or not url.database:
        raise UsageError("hub_database_url")
    return url.set(drivername="postgresql+psycopg")


def _engine(url: URL, name: str, isolation: str) -> Engine:
    own = url.query.get("options", "")
    settings = " ".join(f"-c {key}={value}" for key, value in _SESSION.items())
    options = f"{own if isinstance(own, str) else ' '.join(own)} {settings}".strip()
    asked = {key: value for key, value in _LINE.items() if key not in url.query}
    made = create_engine(
        url.difference_update_query(["options"]),
        connect_args={**asked, "options": options},
        poolclass=NullPool,
        isolation_level=isolation,
    )

    @event.listens_for(made, "handle_error")
    def tell_world(context: ExceptionContext) -> None:
        error = context.original_exception
        connecting = context.connection is None
        world = _world_error(error, name, connecting=connecting, broken=context.is_disconnect)
        if world is not None:
            raise world from error

    return made


def _world_error(
    error: BaseException, server: str, *, connecting: bool = False, broken: bool = False
) -> WorldError | None:
    if not isinstance(error, psycopg.Error):
        return None
    state, reason = error.sqlstate or "", _reason(error)
    if state in _MEANING:
        return WorldError(_MEANING[state], server=server, reason=reason)
    if broken or state.startswith(_GONE_CLASSES):
        return WorldError(GONE, server=server, reason=reason)
    if state or not isinstance(error, psycopg.OperationalError):
        return None
    # Failures to connect have no state either. Who was asked for a password has reached the server.
    asked = connecting and error.pgconn is not None and error.pgconn.used_password
    return WorldError("hub_database_refused" if asked else GONE, server=server, reason=reason)


def _reason(error: psycopg.Error) -> str:
    lines = str(error).strip().splitlines()
    return lines[0].removeprefix("connection failed: ") if lines else type(error).__name__
