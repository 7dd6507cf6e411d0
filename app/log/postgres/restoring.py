"""A database that its own tools have restored: set going again under a new name, in the next epoch.

What came after the backup is taken back from the directory of a hub process, as it was numbered; what only
desks hold they bring when they call, and it is numbered anew.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import msgspec
from sqlalchemy import Connection

from app.base.clock import Clock
from app.base.errors import WorldError
from app.log import epochs
from app.log import rows as local_rows
from app.log.chain import ALGORITHMS, GENESIS, algorithm_of, link
from app.log.entries import Head, Numbered
from app.log.files.database import Access, engine
from app.log.files.folder import DataFolder
from app.log.files.keys import FileKeys
from app.log.files.origin import OriginTail
from app.log.numbering.reclaiming import MISSING
from app.log.numbering.sequencer import Tail
from app.log.opening import find
from app.log.postgres import founding, head, rows
from app.log.postgres.notes import read_note, write_note
from app.log.postgres.server import Server, open_server
from app.log.postgres.vault import PgVaultRows
from app.log.refs import refs_in

_BATCH = 1_000
_OTHERS = (
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
    "AND application_name = 'muster hub' AND pid <> pg_backend_pid()"
)
_EPOCH = "INSERT INTO epoch(epoch, first_gseq, began_at) VALUES(%s, %s, %s)"
_SAY = "UPDATE meta SET value = %s WHERE key = %s"


class Resumed(msgspec.Struct, frozen=True):
    """The new epoch begins behind `head`; `back` lines were taken back from the directory, and `lacking`
    values of personal data that they refer to were not in the backup: desks that hold them are asked."""

    server: str
    head: Head
    back: int
    lacking: int


def resume(folder: Path, url: str, clock: Clock) -> Resumed:
    """Begin the next epoch of the log in the database that `url` names; `folder` is the directory of a hub
    process that has its key. In one transaction: all of it is done, or nothing.

    WorldError when a hub process runs, when there is no hall of this key, or the server refuses.
    """
    server, paths = open_server(url), DataFolder(folder)
    standing = founding.look(server, clock)
    if standing is None:
        raise WorldError("hub_database_unfounded", server=server.name)
    key = FileKeys(paths.key).load()
    founding.prove_key(server, standing, key, str(paths.key))
    assert key is not None
    with (
        paths.locked(),
        _local(paths) as local,
        server.writing.connect() as connection,
        connection.begin(),
    ):
        connection.exec_driver_sql("SELECT pg_advisory_xact_lock(%s)", (founding.FOUNDING_LOCK,))
        if connection.exec_driver_sql(_OTHERS).scalar():
            raise WorldError("hub_restore_running", server=server.name)
        tail = head.lock(connection, standing.about.database)
        back, lacking = 0, read_missing(connection)
        if local is not None:
            vault, names = PgVaultRows(key), rows.name_ids(connection)
            for lines in _beyond(local, tail.head):
                _insert(server, connection, lines, names)
                lacking |= _lacking(connection, vault, lines)
                tail, back = _behind(tail, lines[-1]), back + len(lines)
        write_note(connection, MISSING, msgspec.json.encode(lacking))
        began = _begin(connection, tail, clock)
    return Resumed(server.name, began, back, len(lacking))


def read_missing(connection: Connection) -> dict[str, int]:
    """The references whose values this log lost, each with the number of an entry that holds it."""
    kept = read_note(connection, MISSING)
    return {} if kept is None else msgspec.json.decode(kept, type=dict[str, int])


@contextmanager
def _local(paths: DataFolder) -> Iterator[Connection | None]:
    """The log of the directory; None when it has none."""
    if not paths.database.exists():
        yield None
        return
    found = find(paths, FileKeys(paths.key))
    with engine(paths.database, found.key, Access.LOOK).connect() as connection:
        yield connection


def _beyond(local: Connection, ends: Head) -> Iterator[Sequence[Numbered]]:
    """The lines behind `ends`, as far as they continue it and are true."""
    if ends.gseq and epochs.hash_at(local, ends.gseq) != ends.hash:
        # Another history, which the desks will sort out.
        return
    gseq, chained = ends.gseq, ends.hash if ends.gseq else GENESIS
    while lines := local_rows.read_after(local, gseq, _BATCH):
        for n in lines:
            place = (n.stream, n.epoch, n.gseq, n.hub_time, n.at, n.raw, n.verdict, n.home, n.home_gseq)
            algorithm = algorithm_of(n.hash)
            true = algorithm in ALGORITHMS and link(algorithm, chained, *place) == n.hash
            if not true or (n.stream, n.gseq, n.prev_hash) != (ends.stream, gseq + 1, chained):
                raise WorldError("hub_restore_broken", gseq=gseq + 1)
            gseq, chained = n.gseq, n.hash
        yield lines


def _insert(server: Server, connection: Connection, lines: Sequence[Numbered], names: dict[str, int]) -> None:
    texts = {n.entry.origin for n in lines} | {n.home for n in lines if n.home} | {lines[0].stream}
    rows.add_names(connection, names, texts)
    rows.insert(server, connection, [lines], names)


def _lacking(connection: Connection, vault: PgVaultRows, lines: Sequence[Numbered]) -> dict[str, int]:
    # Personal data of other hubs' cases never left them.
    refs = {ref: n.gseq for n in lines if not n.home for ref in refs_in(n.entry.body)}
    held = set(vault.held(connection, list(refs)))
    return {ref: gseq for ref, gseq in refs.items() if ref not in held}


def _behind(tail: Tail, last: Numbered) -> Tail:
    return Tail(Head(last.stream, last.epoch, last.gseq, last.hash), last.hub_time, tail.origin, tail.written)


def _begin(connection: Connection, tail: Tail, clock: Clock) -> Head:
    """A new name, for what the old one wrote may live on in desks under numbers that were lost here."""
    ends, name = tail.head, str(uuid.uuid4())
    began = Head(ends.stream, ends.epoch + 1, ends.gseq, ends.hash)
    connection.exec_driver_sql(_EPOCH, (began.epoch, ends.gseq + 1, clock.now()))
    for key, value in (("database", name), ("epoch", str(began.epoch))):
        connection.exec_driver_sql(_SAY, (value, key))
    connection.exec_driver_sql("INSERT INTO name(text) VALUES(%s)", (name,))
    head.begin_epoch(connection, Tail(began, tail.hub_time, name, OriginTail()))
    return began
