"""The database itself: looked at before anything is touched, founded once, lifted, or refused."""

from __future__ import annotations

import uuid

import msgspec
from sqlalchemy import Connection

from app.base.clock import Clock, Instant, SystemClock
from app.base.errors import WorldError
from app.base.version import VERSION
from app.log.files.keys import key_check
from app.log.files.schema import FORMAT, HUB, Meta
from app.log.postgres import head
from app.log.postgres.beside import make_missing
from app.log.postgres.server import Server

VERSION_MIN = 15
"""The oldest that its makers still mend, and the oldest this is tested with."""

FOUNDING_LOCK = 0x4D757374_00000001
"""Advisory lock, of this database: who makes or lifts its tables."""

CLOCK_OFF_MS_MAX = 30_000
"""The log's time never runs backwards: one process whose clock is ahead would take all others' with it."""

_NOW = "SELECT (extract(epoch FROM clock_timestamp()) * 1000)::bigint"
_ABOUT_SERVER = (
    "SELECT current_setting('server_version_num')::int, current_setting('server_encoding'), "
    "current_setting('fsync'), pg_is_in_recovery()"
)
_TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = current_schema()"
_META = "SELECT key, value FROM meta"
_PUT_META = "INSERT INTO meta(key, value) VALUES(%s, %s)"
_KEY = "key_check"


class PgMeta(msgspec.Struct, frozen=True):
    """What the database says of itself, and the check value of the key that its vault is under."""

    about: Meta
    key_check: str


def look(server: Server, clock: Clock) -> PgMeta | None:
    """What stands in the database; None when it is empty. Nothing is changed.

    WorldError when the server cannot be reached or must not be used, or the database is not ours, or newer;
    or when the PC's own clock, by which this process would number, is not that of the server.
    """
    with server.reading.connect() as connection:
        _judge_server(server, connection)
        if isinstance(clock, SystemClock):
            _judge_clock(server, connection, clock)
        return _read(server, connection)


def found(server: Server, wanted: Meta, key: bytes) -> PgMeta:
    """Make the tables of an empty database, or lift those of an older format; what it says of itself then.

    `wanted` tells mark, algorithm and time of a new one. Two processes may ask at once: one founds.
    """
    with server.writing.connect() as connection, connection.begin():
        connection.exec_driver_sql("SELECT pg_advisory_xact_lock(%s)", (FOUNDING_LOCK,))
        standing = _read(server, connection)
        if standing is not None:
            make_missing(connection)
        if standing is not None and standing.about.format == FORMAT:
            return standing
        # Loaded only here: the library behind it costs a tenth of a second of every start.
        from app.log.migrations.lifting import upgrade

        upgrade(connection, 0 if standing is None else standing.about.format)
        if standing is None:
            make_missing(connection)
            _write(connection, wanted, key)
        lifted = _read(server, connection)
        if lifted is None:
            raise WorldError("hub_database_foreign", server=server.name)
        return lifted


def prove_key(server: Server, standing: PgMeta, key: bytes | None, path: str) -> None:
    """WorldError unless `key`, which lies at `path`, is the one this database's vault is under."""
    if key is None:
        raise WorldError("hub_key_missing", server=server.name, path=path)
    if key_check(key) != standing.key_check:
        raise WorldError("hub_key_wrong", server=server.name, path=path)


def new_meta(like: Meta, now: Instant) -> Meta:
    """A new database's word of itself, with mark and algorithm of the local one."""
    return msgspec.structs.replace(
        like,
        format=FORMAT,
        database=str(uuid.uuid4()),
        stream=str(uuid.uuid4()),
        epoch=1,
        created_by=VERSION,
        created_at=now,
        role=HUB,
    )


def _judge_server(server: Server, connection: Connection) -> None:
    number, encoding, fsync, standby = connection.exec_driver_sql(_ABOUT_SERVER).one()
    if number < VERSION_MIN * 10_000:
        raise WorldError("hub_database_old", server=server.name, version=number // 10_000, least=VERSION_MIN)
    if encoding != "UTF8":
        raise WorldError("hub_database_encoding", server=server.name, encoding=encoding)
    if fsync != "on":
        raise WorldError("hub_database_unsafe", server=server.name)
    if standby:
        raise WorldError("hub_database_standby", server=server.name)


def _judge_clock(server: Server, connection: Connection, clock: Clock) -> None:
    there = int(connection.exec_driver_sql(_NOW).scalar_one())
    off_ms = abs(clock.now() - there)
    if off_ms > CLOCK_OFF_MS_MAX:
        raise WorldError("hub_clock_off", server=server.name, seconds=off_ms // 1_000)


def _read(server: Server, connection: Connection) -> PgMeta | None:
    tables = set(connection.exec_driver_sql(_TABLES).scalars())
    if not tables:
        return None
    if not tables >= {"meta", "log_head", "entry"}:
        raise WorldError("hub_database_foreign", server=server.name)
    values = {str(row[0]): str(row[1]) for row in connection.exec_driver_sql(_META)}
    try:
        # The format first: a newer one may have changed everything else.
        if (found := int(values["format"])) > FORMAT:
            raise WorldError("hub_database_newer", server=server.name, format=found, known=FORMAT)
        return PgMeta(msgspec.convert(values, Meta, strict=False), values[_KEY])
    except (msgspec.ValidationError, KeyError, ValueError) as error:
        raise WorldError("hub_database_foreign", server=server.name) from error


def _write(connection: Connection, about: Meta, key: bytes) -> None:
    rows = [(name, str(value)) for name, value in msgspec.to_builtins(about).items()]
    connection.exec_driver_sql(_PUT_META, [*rows, (_KEY, key_check(key))])
    for text in (about.database, about.stream):
        connection.exec_driver_sql("INSERT INTO name(text) VALUES(%s)", (text,))
    began = (about.epoch, 1, about.created_at)
    connection.exec_driver_sql("INSERT INTO epoch(epoch, first_gseq, began_at) VALUES(%s, %s, %s)", began)
    head.begin(connection, about.stream, about.epoch)
