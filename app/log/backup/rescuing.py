"""What can still be read of a damaged desk's database: who it is, its notes, and what no hub has yet."""

from __future__ import annotations

import itertools
import os
import shutil
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import msgspec
from sqlalchemy import Connection

from app.base.clock import Instant
from app.base.errors import WorldError
from app.base.logs import Logger
from app.log.chain import DEFAULT_ALGORITHM
from app.log.entries import Numbered, Secret, read_entry
from app.log.files.database import Access, disk_errors_told, engine
from app.log.files.folder import DataFolder, Sidecar
from app.log.files.keys import FileKeys
from app.log.files.schema import DESK, FORMAT, Meta, read_meta
from app.log.following import pending
from app.log.refs import refs_in
from app.log.upcast import upcast
from app.log.vault import VaultRows

_ONE = "SELECT at, raw FROM pending WHERE oseq = ?"

SPAN_MAX = 1_000_000
"""Numbers that are tried one by one: more than a desk writes in a year of being cut off."""

_log = Logger(__name__)


class Rescued(msgspec.Struct, frozen=True):
    """`waiting` is in order; `unreadable` counts the entries between them that are gone, or tells by 1 that
    an unknown number is. `lost_secrets` are references of theirs whose personal data is gone."""

    about: Meta
    notes: tuple[tuple[str, bytes], ...] = ()
    waiting: tuple[Numbered, ...] = ()
    secrets: tuple[Secret, ...] = ()
    unreadable: int = 0
    lost_secrets: int = 0


def rescue(folder: DataFolder, now: Instant) -> Rescued:
    """Read what can be read; the database is only looked at. WorldError when not even its name is known, or
    when it is no desk's."""
    sidecar = folder.read_sidecar()
    key = FileKeys(folder.key).load() if folder.key.exists() else None
    if key is not None and folder.database.exists():
        try:
            with closing(engine(folder.database, key, Access.LOOK).connect()) as connection:
                return _read(connection, key, sidecar, now)
        except WorldError as error:
            if error.key in ("not_a_desk", "database_nameless"):
                raise
            _log.warning("log.rescue", error, what="database")
    return Rescued(_named(sidecar, now, folder.path), unreadable=1)


def put_aside(folder: DataFolder, name: str) -> Path:
    """Keep the database's files in a directory `name` beside it, without moving them: they are replaced
    later, and until then a crash changes nothing."""
    with disk_errors_told(folder.path):
        aside = next(path for path in _names(folder.path / name) if not path.exists())
        aside.mkdir(mode=0o700)
        for suffix in ("", "-wal", "-shm"):
            path = folder.database.with_name(folder.database.name + suffix)
            if path.exists():
                _keep(path, aside / path.name)
        if folder.key.exists():
            shutil.copyfile(folder.key, aside / folder.key.name)
            (aside / folder.key.name).chmod(0o600)
    return aside


def _names(path: Path) -> Iterator[Path]:
    yield path
    yield from (path.with_name(f"{path.name}-{number}") for number in itertools.count(2))


def _keep(path: Path, kept: Path) -> None:
    try:
        os.link(path, kept)
    except OSError:
        # A file system without links, such as that of a stick.
        shutil.copyfile(path, kept)


def _read(connection: Connection, key: bytes, sidecar: Sidecar | None, now: Instant) -> Rescued:
    about = _about(connection, sidecar, now)
    rows, unreadable = _rows(connection)
    waiting = []
    for oseq, at, raw in rows:
        try:
            entry = read_entry(raw)
            waiting.append(pending.place(upcast(entry), raw, at))
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            _log.warning("log.rescue", what="entry", oseq=oseq)
            unreadable += 1
    refs = [ref for numbered in waiting for ref in refs_in(numbered.entry.body)]
    secrets = _secrets(connection, VaultRows(key), refs)
    return Rescued(
        about,
        _notes(connection),
        tuple(waiting),
        tuple(secrets),
        unreadable,
        len(set(refs)) - len(secrets),
    )


def _about(connection: Connection, sidecar: Sidecar | None, now: Instant) -> Meta:
    try:
        about = read_meta(connection)
    except WorldError as error:
        _log.warning("log.rescue", error, what="meta")
        about = None
    if about is None:
        return _named(sidecar, now, Path())
    if about.role != DESK:
        raise WorldError("not_a_desk", role=about.role)
    return about


def _named(sidecar: Sidecar | None, now: Instant, path: Path) -> Meta:
    """What the plain file beside the database says of it."""
    if sidecar is None:
        raise WorldError("database_nameless", path=str(path))
    return Meta(
        FORMAT, sidecar.database, "", 1, sidecar.mark, DEFAULT_ALGORITHM, sidecar.created_by, now, DESK
    )


def _rows(connection: Connection) -> tuple[list[tuple[int, int, bytes]], int]:
    try:
        found = connection.exec_driver_sql("SELECT oseq, at, raw FROM pending ORDER BY oseq").all()
        return [(int(oseq), int(at), bytes(raw)) for oseq, at, raw in found], 0
    except WorldError as error:
        _log.warning("log.rescue", error, what="pending")
    return _one_by_one(connection)


def _one_by_one(connection: Connection) -> tuple[list[tuple[int, int, bytes]], int]:
    """The same past pages that cannot be read: each number leads to its page by another way."""
    try:
        ends = connection.exec_driver_sql(
            "SELECT (SELECT min(oseq) FROM pending), (SELECT max(oseq) FROM pending)"
        ).one()
    except WorldError:
        return [], 1
    first, last = int(ends[0] or 1), int(ends[1] or 0)
    rows: list[tuple[int, int, bytes]] = []
    for oseq in range(first, min(last, first + SPAN_MAX) + 1):
        try:
            row = connection.exec_driver_sql(_ONE, (oseq,)).first()
        except WorldError:
            continue
        if row is not None:
            rows.append((oseq, int(row[0]), bytes(row[1])))
    return rows, last - first + 1 - len(rows)


def _notes(connection: Connection) -> tuple[tuple[str, bytes], ...]:
    try:
        found = connection.exec_driver_sql("SELECT key, value FROM note").all()
    except WorldError as error:
        _log.warning("log.rescue", error, what="notes")
        return ()
    return tuple((str(key), bytes(value)) for key, value in found)


def _secrets(connection: Connection, vault: VaultRows, refs: list[str]) -> list[Secret]:
    found: list[Secret] = []
    for ref in dict.fromkeys(refs):
        try:
            found += vault.secrets(connection, (ref,))
        except WorldError as error:
            _log.warning("log.rescue", error, what="secret")
    return found
