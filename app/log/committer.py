"""One transaction for a group of appends: judge, seal, number, write, fold, place, commit."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import msgspec
from sqlalchemy import Connection

from app.base.clock import Clock
from app.base.errors import WorldError
from app.base.logs import Condition, Logger
from app.log import rows
from app.log.database import transaction
from app.log.entries import Draft, Numbered, Secret
from app.log.failpoints import hit
from app.log.judging import Known
from app.log.port import Appended, Written
from app.log.projector import Projector
from app.log.rebuild import place_all
from app.log.schema import Meta, name_ids, read_tail
from app.log.sequencer import Tail, extend
from app.log.vault import VaultRows

Outcome = Appended | Exception
"""What became of one append of a group."""

_log = Logger(__name__)


class Asked(msgspec.Struct, frozen=True):
    """One append as its caller asked for it."""

    drafts: tuple[Draft, ...]
    expect_base: bool


class Committer:
    """The only code that writes entries. It belongs to the writer's thread, with connection and tail."""

    def __init__(
        self,
        connection: Connection,
        about: Meta,
        clock: Clock,
        projector: Projector,
        vault: VaultRows,
    ) -> None:
        self._connection = connection
        self._about = about
        self._clock = clock
        self._projector = projector
        self._vault = vault
        self._names = name_ids(connection)
        self._tail = read_tail(connection, about)
        self._disk = Condition(_log, "log.disk")

    @property
    def tail(self) -> Tail:
        """Where the log ends, on disk."""
        return self._tail

    def commit(self, group: Sequence[Asked]) -> list[Outcome]:
        """What became of each append, in order; everything written is on disk when this returns.

        One append of the group never harms another: one that cannot be written is refused alone.
        """
        try:
            outcomes, written = self._together(group)
        except Exception as error:
            self._undo()
            return self._failed(group, error)
        if written:
            self._disk.recovered(gseq=self._tail.head.gseq)
            self._tell(written)
        return outcomes

    def run(self, work: Callable[[Connection], int]) -> int:
        """Other work of the one writer, in a transaction of its own. WorldError when the disk refuses."""
        with transaction(self._connection):
            return work(self._connection)

    def checkpoint(self) -> None:
        """Move all commits from the WAL into the database file and empty the WAL, as far as readers allow."""
        self._connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").all()

    def _together(self, group: Sequence[Asked]) -> tuple[list[Outcome], list[Numbered]]:
        outcomes: list[Outcome] = []
        written: list[Numbered] = []
        secrets: list[Secret] = []
        tail = self._tail
        hit("before_write")
        with transaction(self._connection):
            known = Known.load(self._connection, [asked.drafts for asked in group])
            for asked in group:
                refusal = known.judge(asked.drafts, asked.expect_base)
                if refusal is not None:
                    outcomes.append(refusal)
                    continue
                try:
                    entries, tail = extend(tail, asked.drafts, self._clock, self._about.algorithm)
                except Exception as error:
                    # Too big, or a body that cannot be encoded: the caller's fault and the caller's alone.
                    outcomes.append(error)
                    continue
                known.learn(entries)
                written += entries
                secrets += [secret for draft in asked.drafts for secret in draft.secrets]
                outcomes.append(Written(entries))
            if written:
                self._write(written, secrets)
            hit("before_commit")
        hit("after_commit")
        self._tail = tail
        return outcomes, written

    def _write(self, entries: list[Numbered], secrets: list[Secret]) -> None:
        rows.insert(self._connection, entries, self._names)
        self._vault.put(self._connection, secrets)
        hit("after_write")
        self._projector.fold(self._connection, entries)
        hit("after_fold")
        place_all(self._connection, entries[-1].gseq)

    def _undo(self) -> None:
        self._projector.rolled_back()
        try:
            # A commit that failed may or may not have reached the file: what the file says counts.
            self._tail = read_tail(self._connection, self._about)
        except Exception as error:
            # The tail in hand was on disk once; should it be wrong now, UNIQUE breaks the next append.
            _log.warning("log.tail_unreadable", error)

    def _failed(self, group: Sequence[Asked], error: Exception) -> list[Outcome]:
        if isinstance(error, WorldError):
            self._disk.failed(error, cause=error.key)
            return [WorldError(error.key, **error.params) for _ in group]
        if len(group) > 1:
            return [outcome for asked in group for outcome in self.commit([asked])]
        _log.error("log.append_failed", error, kind=group[0].drafts[0].kind)
        return [error]

    def _tell(self, written: list[Numbered]) -> None:
        try:
            self._projector.committed(written)
        except Exception as error:
            # The entries are on disk and will be acknowledged; only what is held in memory is in doubt.
            _log.error("log.projection_in_doubt", error, gseq=written[-1].gseq)
            self._projector.rolled_back()
