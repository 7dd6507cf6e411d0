"""What a log on a server still has to get back after its database was restored, and through which epochs it
went."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Future
from typing import TypeVar

import msgspec
from sqlalchemy import Connection

from app.log.chain import ALGORITHMS
from app.log.entries import Head, Numbered, Parcel, Secret
from app.log.epochs import Began, read_epochs
from app.log.following.taking import Mismatch, Taken
from app.log.numbering.reclaiming import MISSING, eid_of
from app.log.numbering.recovery import Recovery
from app.log.postgres import head as head_row
from app.log.postgres.notes import write_note
from app.log.postgres.restoring import read_missing
from app.log.postgres.vault import PgVaultRows
from app.log.refs import refs_in
from app.log.vault import sealed_hash

Result = TypeVar("Result")

_BY_EID = "SELECT gseq, raw FROM entry WHERE eid = %s"
_RAW = "SELECT raw FROM entry WHERE gseq = %s"


class PgRecovery(Recovery):
    """A server's log never waits: `restoring.resume` begins its epoch before a hub process opens it, and what
    desks bring later is numbered anew."""

    reclaiming = False

    def __init__(
        self,
        vault: PgVaultRows,
        write: Callable[[Callable[[Connection], int]], Future[int]],
        reader: Callable[[], Connection],
        head: Callable[[], Head],
    ) -> None:
        self._vault = vault
        self._write = write
        self._reader = reader
        self._head = head

    @property
    def missing(self) -> Sequence[str]:
        """See Recovery."""
        return tuple(read_missing(self._reader()))

    def epochs(self) -> tuple[Began, ...]:
        """See Recovery."""
        return read_epochs(self._reader())

    def take_back(self, lines: Sequence[Numbered]) -> Future[Taken | Mismatch]:
        """See Recovery: numbers were given anew already."""
        return _done(Mismatch(lines[0].gseq if lines else 0, "epoch"))

    def begin_epoch(self) -> Future[Head]:
        """See Recovery: it has begun."""
        return _done(self._head())

    def missed(self, parcels: Sequence[Parcel]) -> Future[int]:
        """See Recovery."""

        def work(connection: Connection) -> int:
            head_row.lock(connection, "")
            lacking: dict[str, int] = {}
            for parcel in parcels:
                row = connection.exec_driver_sql(_BY_EID, (eid_of(parcel),)).first()
                if row is not None and bytes(row[1]) == parcel.raw:
                    refs = refs_in(parcel.raw)
                    held = set(self._vault.held(connection, refs))
                    lacking.update((ref, int(row[0])) for ref in refs if ref not in held)
            if lacking:
                _keep(connection, {**read_missing(connection), **lacking})
            return len(lacking)

        return self._write(work)

    def give_back(self, secrets: Sequence[Secret]) -> Future[int]:
        """See Recovery."""

        def work(connection: Connection) -> int:
            head_row.lock(connection, "")
            missing = read_missing(connection)
            proved = [s for s in secrets if s.ref in missing and _is_true(connection, s, missing[s.ref])]
            self._vault.put_new(connection, proved)
            for secret in proved:
                missing.pop(secret.ref, None)
            if proved:
                _keep(connection, missing)
            return len(proved)

        return self._write(work)


def _keep(connection: Connection, missing: dict[str, int]) -> None:
    write_note(connection, MISSING, msgspec.json.encode(missing))


def _is_true(connection: Connection, secret: Secret, gseq: int) -> bool:
    """Whether the entry that refers to it has the hash of this very value."""
    raw = bytes(connection.exec_driver_sql(_RAW, (gseq,)).scalar() or b"")
    hashes = (sealed_hash(algorithm, secret.salt, secret.value) for algorithm in ALGORITHMS)
    return any(msgspec.json.encode(hashed) in raw for hashed in hashes)


def _done(value: Result) -> Future[Result]:
    future: Future[Result] = Future()
    future.set_result(value)
    return future
