"""The core of a replica: holds own entries, takes numbered ones, keeps what is visible true to both."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from itertools import groupby

import msgspec
from sqlalchemy import Connection

from app.base.errors import WorldError
from app.base.logs import Condition, Logger
from app.log.entries import Head, Numbered, TimeClaim
from app.log.files.database import transaction
from app.log.files.failpoints import hit
from app.log.files.schema import Meta
from app.log.following import pending
from app.log.following.cutting import WasCut, cut
from app.log.following.footing import Footing
from app.log.following.holding import HeldGroup, KnownHere
from app.log.following.joining import join, unfit
from app.log.following.overlaying import bring_up_all
from app.log.following.receiving import ClaimedTwiceError, receive
from app.log.following.taking import Mismatch, Taken
from app.log.numbering.group import Asked
from app.log.port import Appended
from app.log.projector import Projector
from app.log.vault import VaultRows


class Take(msgspec.Struct, frozen=True):
    """Lines as a hub sent them, in order."""

    lines: tuple[Numbered, ...]


class Join(msgspec.Struct, frozen=True):
    """The stream to follow from now on, as its hub names it."""

    stream: str
    epoch: int


class Cut(msgspec.Struct, frozen=True):
    """Go back to `gseq`: the hub has nothing above it any more."""

    gseq: int


Job = Asked | Take | Join | Cut
Outcome = Appended | Taken | Mismatch | WasCut | Head | Exception

_log = Logger(__name__)


class Follower:
    """The only code that writes a replica. Belongs to one thread at a time: a writer's, or a simulator's."""

    def __init__(
        self,
        connection: Connection,
        about: Meta,
        claims: Callable[[], TimeClaim],
        projector: Projector,
        vault: VaultRows,
    ) -> None:
        self._connection = connection
        self._footing = Footing(connection, about)
        self._claims = claims
        self._projector = projector
        self._vault = vault
        self._disk = Condition(_log, "log.disk")
        self._projections_half = False
        # For every row that goes, SQLite would read through tables of subjects that have no index on numbers:
        # taking 16,000 waiting entries costs 10 s more. What stands in them, verify proves.
        connection.exec_driver_sql("PRAGMA foreign_keys = OFF")

    @property
    def head(self) -> Head:
        """The last confirmed number."""
        return self._footing.place.head

    @property
    def standing(self) -> Hashable:
        """Differs whenever something was taken, held or cut."""
        return self.head, self.sealed, self.waiting

    @property
    def about(self) -> Meta:
        """What the database says of itself; a new one names a stream only when it has met its hub."""
        return self._footing.about

    @property
    def sealed(self) -> int:
        """The last number of this database's own entries."""
        return self._footing.sealed.oseq

    @property
    def waiting(self) -> int:
        """How many own entries have no number yet."""
        return self._footing.waiting

    @property
    def projector(self) -> Projector:
        """The read models that are folded with every job."""
        return self._projector

    def commit(self, group: Sequence[Job]) -> list[Outcome]:
        """What became of each job, in order. Appends that follow each other are one transaction, and so are
        takes; everything written is on disk when this returns."""
        outcomes: list[Outcome] = []
        for _, jobs in groupby(group, key=type):
            run = list(jobs)
            appends = [job for job in run if isinstance(job, Asked)]
            takes = [job for job in run if isinstance(job, Take)]
            if appends:
                outcomes += self._hold(appends)
            elif len(takes) > 1:
                outcomes += self._take_together(takes)
            else:
                outcomes += [self._alone(job) for job in run]
        return outcomes

    def run(self, work: Callable[[Connection], int]) -> int:
        """Other work of the one writer, in a transaction of its own. WorldError when the disk refuses."""
        with transaction(self._connection):
            return work(self._connection)

    def checkpoint(self) -> None:
        """See Core."""
        self._connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").all()

    def _hold(self, group: list[Asked]) -> list[Outcome]:
        try:
            self._mend()
            outcomes, written = self._hold_together(group)
        except Exception as error:
            self._undo()
            if len(group) > 1 and not isinstance(error, WorldError):
                # One append of the group never harms another.
                return [outcome for asked in group for outcome in self._hold([asked])]
            return [self._failed(error) for _ in group]
        self._tell(written)
        return outcomes

    def _hold_together(self, group: Sequence[Asked]) -> tuple[list[Outcome], list[Numbered]]:
        outcomes: list[Outcome] = []
        hit("before_hold")
        with transaction(self._connection):
            known = KnownHere.load(self._connection, [asked.drafts for asked in group])
            growing = HeldGroup(self.about, self._footing.sealed, known)
            for asked in group:
                try:
                    outcomes.append(growing.append(asked, self._claims()))
                except Exception as error:
                    # Too big, or a body that cannot be encoded: the caller's fault and the caller's alone.
                    outcomes.append(error)
            if growing.written:
                pending.insert(self._connection, growing.written)
                self._vault.put(self._connection, growing.secrets)
                hit("after_hold_write")
                self._projector.overlay(self._connection, growing.written)
        hit("after_hold_commit")
        self._footing.sealed = growing.tail
        self._footing.waiting += len(growing.written)
        self._footing.entries.held(growing.written)
        return outcomes, growing.written

    def _alone(self, job: Job) -> Outcome:
        try:
            self._mend()
            if isinstance(job, Take):
                return self._take(job.lines)
            if isinstance(job, Join):
                return self._join(job)
            assert isinstance(job, Cut)
            return self._cut(job.gseq)
        except Exception as error:
            self._undo()
            if isinstance(error, ClaimedTwiceError) and isinstance(job, Take):
                return Mismatch(job.lines[0].gseq, "twice")
            return self._failed(error)

    def _take_together(self, takes: Sequence[Take]) -> list[Outcome]:
        outcome = self._alone(Take(tuple(line for take in takes for line in take.lines)))
        if isinstance(outcome, Taken):
            return [outcome for _ in takes]
        if isinstance(outcome, WorldError):
            return [_own(outcome) for _ in takes]
        # A line among them does not fit, or cannot be folded: those before it are taken all the same.
        return [self._alone(take) for take in takes]

    def _take(self, lines: Sequence[Numbered]) -> Taken | Mismatch:
        fresh = receive(self._footing, self._projector, lines)
        if isinstance(fresh, Mismatch):
            return fresh
        self._tell(fresh)
        return Taken(self.head, self._footing.settled)

    def _join(self, asked: Join) -> Outcome:
        refusal = unfit(self.about, self.head, asked.stream, asked.epoch)
        if refusal is None:
            self._footing.about = join(self._connection, self.about, asked.stream)
            self._footing.look()
        return refusal or self.head

    def _cut(self, gseq: int) -> WasCut:
        if gseq >= self.head.gseq:
            return WasCut(self.head, ())
        # Before, not after: whether a commit that failed has reached the file is seen only when it is mended.
        self._projections_half = True
        with transaction(self._connection):
            foreign = cut(self._connection, self._vault, self.about.database, gseq)
        hit("cut_done")
        self._footing.look()
        self._mend()
        return WasCut(self.head, foreign)

    def _mend(self) -> None:
        # After a cut whose projections could not be made anew: nothing may be folded on what is half.
        if self._projections_half:
            bring_up_all(self._connection, self._projector, self.head.gseq)
            self._projections_half = False

    def _undo(self) -> None:
        self._projector.rolled_back()
        try:
            # A commit that failed may or may not have reached the file: what the file says counts.
            self._footing.look()
        except Exception as error:
            # What is in hand was on disk once; should it be wrong now, UNIQUE breaks the next job.
            _log.warning("log.tail_unreadable", error)

    def _failed(self, error: Exception) -> Exception:
        if isinstance(error, WorldError):
            self._disk.failed(error, cause=error.key)
            return _own(error)
        _log.error("log.append_failed", error)
        return error

    def _tell(self, entries: Sequence[Numbered]) -> None:
        if not entries:
            return
        self._disk.recovered(gseq=self.head.gseq)
        try:
            self._projector.committed(entries)
        except Exception as error:
            # The entries are on disk; only what is held in memory is in doubt.
            _log.error("log.projection_in_doubt", error, gseq=entries[-1].gseq)
            self._projector.rolled_back()


def _own(error: WorldError) -> WorldError:
    """The same for one more asker: raising an error adds to its traceback."""
    return WorldError(error.key, **error.params)
