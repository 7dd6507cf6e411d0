"""One transaction for a group of appends and pushes: judge, seal, number, write, fold, place, commit."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from msgspec.structs import replace
from sqlalchemy import Connection

from app.base.clock import Clock
from app.base.errors import WorldError
from app.base.logs import Condition, Logger
from app.log import rows
from app.log.entries import Head, Numbered
from app.log.files.database import transaction
from app.log.files.failpoints import hit
from app.log.files.schema import Meta, add_names, name_ids, read_tail
from app.log.following.taking import Mismatch
from app.log.judging import Known
from app.log.numbering.ends import Ends
from app.log.numbering.group import Asked, Group, Job
from app.log.numbering.latest import Latest
from app.log.numbering.pushing import PushedBy, read_push
from app.log.numbering.relaying import Relayed, RelayedBy, claims, read_lower, write_lower
from app.log.numbering.sequencer import Tail
from app.log.port import Accepted, Appended, Broken, Pushed
from app.log.projector import Projector
from app.log.proving.marks import fold_marked
from app.log.proving.rebuild import place_all
from app.log.proving.verdicts import Judge, judge_shape
from app.log.vault import VaultRows

__all__ = ["Asked", "Committer", "Outcome", "PushedBy"]

Outcome = Appended | Pushed | Relayed | Mismatch | Exception
"""What became of one job of a group."""

_log = Logger(__name__)


class Committer:
    """The only code that writes entries of a log that numbers by itself. It belongs to one thread at a time,
    with connection and tail: the writer's, or that of whoever drives it directly."""

    def __init__(
        self,
        connection: Connection,
        about: Meta,
        clock: Clock,
        projector: Projector,
        vault: VaultRows,
        judge: Judge = judge_shape,
    ) -> None:
        self._connection = connection
        self._about = about
        self._clock = clock
        self._projector = projector
        self._vault = vault
        self._judge = judge
        self._names = name_ids(connection)
        self._tail = read_tail(connection, about)
        self._ends = Ends(connection, about.algorithm)
        self.latest = Latest()
        self._disk = Condition(_log, "log.disk")
        self._strange = Condition(_log, "log.strange_secrets")

    @property
    def tail(self) -> Tail:
        """Where the log ends, on disk."""
        return self._tail

    @property
    def head(self) -> Head:
        """The last number, on disk."""
        return self._tail.head

    @property
    def standing(self) -> Head:
        """Followers hear of every new number."""
        return self._tail.head

    @property
    def projector(self) -> Projector:
        """The read models that are folded with every group."""
        return self._projector

    def commit(self, group: Sequence[Job]) -> list[Outcome]:
        """What became of each job, in order; everything written is on disk when this returns.

        One job of the group never harms another: one that cannot be written is refused alone.
        """
        try:
            outcomes, written = self._together(group)
        except Exception as error:
            self.undo()
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

    def _together(self, group: Sequence[Job]) -> tuple[list[Outcome], list[Numbered]]:
        outcomes: list[Outcome] = []
        hit("before_write")
        with transaction(self._connection):
            read = [read_push(job) if isinstance(job, PushedBy) else () for job in group]
            appends = [job.drafts for job in group if isinstance(job, Asked)]
            pushed = [entry for found in read if not isinstance(found, Broken) for entry in found]
            pushed += [claim for job in group if isinstance(job, RelayedBy) for claim in claims(job)]
            known = Known.load(self._connection, appends, pushed)
            growing = Group(self._tail, known, self._ends, self._clock, self._about.algorithm, self._judge)
            for job, entries in zip(group, read, strict=True):
                if isinstance(entries, Broken):
                    outcomes.append(entries)
                elif isinstance(job, PushedBy):
                    outcomes.append(growing.push(job, entries))
                elif isinstance(job, RelayedBy):
                    outcomes.append(growing.relay(job, read_lower(self._connection, job.stream)))
                else:
                    outcomes.append(_append(growing, job))
            if growing.written:
                self._write(growing)
            for stream, lower in growing.lower.items():
                write_lower(self._connection, stream, lower)
            hit("before_commit")
        hit("after_commit")
        if growing.origins:
            hit("after_push_commit")
        self._tail = growing.tail
        self._ends.settle()
        self.latest.add(growing.written)
        return outcomes, growing.written

    def _write(self, group: Group) -> None:
        entries = group.written
        if group.origins:
            hit("before_push_write")
            add_names(self._connection, self._names, group.origins)
        rows.insert(self._connection, entries, self._names)
        self._vault.put(self._connection, group.own_secrets)
        if group.origins:
            self._vault.put_new(self._connection, group.pushed_secrets)
            if group.strange_secrets:
                self._strange.failed(count=group.strange_secrets)
        hit("after_write")
        fold_marked(self._connection, self._projector, entries)
        hit("after_fold")
        place_all(self._connection, entries[-1].gseq)

    def took_back(self, taken: Sequence[Numbered]) -> None:
        """Others wrote to this log in this one's turn: look where it ends now, and tell of `taken`."""
        self._look()
        if taken:
            self._tell(list(taken))

    def undo(self) -> None:
        """What was under way never happened: drop what is in hand and look at the file."""
        self._projector.rolled_back()
        self._look()

    def _look(self) -> None:
        self._ends.forget()
        self.latest.forget()
        try:
            # A commit that failed may or may not have reached the file: what the file says counts.
            self._tail = read_tail(self._connection, self._about)
            self._names = name_ids(self._connection)
        except Exception as error:
            # The tail in hand was on disk once; should it be wrong now, UNIQUE breaks the next append.
            _log.warning("log.tail_unreadable", error)

    def _failed(self, group: Sequence[Job], error: Exception) -> list[Outcome]:
        if isinstance(error, WorldError):
            self._disk.failed(error, cause=error.key)
            return [WorldError(error.key, **error.params) for _ in group]
        if len(group) > 1:
            return [outcome for job in group for outcome in self.commit([job])]
        job = group[0]
        if isinstance(job, PushedBy) and not job.doubted and not isinstance(error, MemoryError):
            return [self._doubt(job, error)]
        if isinstance(job, RelayedBy) and not job.doubted and not isinstance(error, MemoryError):
            return [self._doubt_lines(job, error)]
        kind = job.drafts[0].kind if isinstance(job, Asked) else type(job).__name__.lower()
        _log.error("log.append_failed", error, kind=kind)
        return [error]

    def _doubt(self, push: PushedBy, error: Exception) -> Outcome:
        """Number a push whose entries cannot all be folded, so that those behind them are not held up for
        ever: entry by entry, and with a verdict the one that fails alone too."""
        if len(push.parcels) == 1:
            _log.error("log.push_doubted", error, origin=push.origin)
            return self.commit([replace(push, doubted=True)])[0]
        outcome: Outcome = Accepted(0, 0)
        for parcel in push.parcels:
            outcome = self.commit([replace(push, parcels=(parcel,))])[0]
            if not isinstance(outcome, Accepted):
                break
        return outcome

    def _doubt_lines(self, relay: RelayedBy, error: Exception) -> Outcome:
        """As `_doubt`, for the lines of a lower hub."""
        if len(relay.lines) == 1:
            _log.error("log.relay_doubted", error, stream=relay.stream)
            return self.commit([replace(relay, doubted=True)])[0]
        outcome: Outcome = Relayed(0)
        for line in relay.lines:
            outcome = self.commit([replace(relay, lines=(line,))])[0]
            if not isinstance(outcome, Relayed):
                break
        return outcome

    def _tell(self, written: list[Numbered]) -> None:
        try:
            self._projector.committed(written)
        except Exception as error:
            # The entries are on disk and will be acknowledged; only what is held in memory is in doubt.
            _log.error("log.projection_in_doubt", error, gseq=written[-1].gseq)
            self._projector.rolled_back()


def _append(group: Group, asked: Asked) -> Outcome:
    try:
        return group.append(asked)
    except Exception as error:
        # Too big, or a body that cannot be encoded: the caller's fault and the caller's alone.
        return error
