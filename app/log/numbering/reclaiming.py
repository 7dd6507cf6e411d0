"""A hub's log that came from a backup: it takes back from desks what it lost before it takes anything new."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from itertools import groupby

import msgspec
from sqlalchemy import Connection

from app.base.clock import Clock
from app.base.errors import WorldError
from app.base.logs import Logger
from app.log import epochs, rows
from app.log.chain import ALGORITHMS
from app.log.entries import Head, Numbered, Parcel, Secret, read_entry
from app.log.files.database import transaction
from app.log.files.notes import drop_note, read_note, write_note
from app.log.files.schema import Meta
from app.log.following.footing import Footing
from app.log.following.receiving import ClaimedTwiceError, receive
from app.log.following.taking import Mismatch, Taken
from app.log.numbering.committer import Committer
from app.log.numbering.group import Job as Ordinary
from app.log.numbering.latest import Latest
from app.log.refs import refs_in
from app.log.vault import VaultRows, sealed_hash

RECLAIMING = "reclaiming"
"""The note of a hub that was restored; it holds the last number of the backup."""

MISSING = "secrets_missing"
"""The note of personal data that entries refer to which came back without it: reference to number."""

_BATCH = 2_000


class TakeBack(msgspec.Struct, frozen=True):
    """Lines that a desk once took from this hub, exactly as they were numbered."""

    lines: tuple[Numbered, ...]


class BeginEpoch(msgspec.Struct, frozen=True):
    """All who could be heard were heard: what is lost now is lost, and new work begins."""


class GiveBack(msgspec.Struct, frozen=True):
    """Personal data that a desk still holds."""

    secrets: tuple[Secret, ...]


class Missed(msgspec.Struct, frozen=True):
    """Strays that were numbered: what they refer to may lie with another desk than the one that had them."""

    parcels: tuple[Parcel, ...]


Way = TakeBack | BeginEpoch | GiveBack | Missed
Job = Ordinary | Way


def mark_restored(connection: Connection, last: int) -> None:
    """Have the next opening take back what came after `last`, inside the caller's transaction."""
    before = read_note(connection, RECLAIMING)
    if before is not None:
        # The backup is of a hub that was reclaiming itself: what its own backup lacked counts.
        last = min(last, msgspec.json.decode(before, type=int))
    write_note(connection, RECLAIMING, msgspec.json.encode(last))


def is_reclaiming(connection: Connection) -> bool:
    """Whether the open log waits for what its hub lost."""
    return read_note(connection, RECLAIMING) is not None


def read_missing(connection: Connection) -> dict[str, int]:
    """The references whose values this log lost, each with the number of an entry that holds it."""
    kept = read_note(connection, MISSING)
    return {} if kept is None else msgspec.json.decode(kept, type=dict[str, int])


class Recovering:
    """A Core around a committer: ordinary jobs go through to it, except while the log is being reclaimed."""

    def __init__(
        self, committer: Committer, connection: Connection, about: Meta, clock: Clock, vault: VaultRows
    ) -> None:
        self._committer = committer
        self._connection = connection
        self._about = about
        self._clock = clock
        self._vault = vault
        self.reclaiming = is_reclaiming(connection)
        self.missing: Mapping[str, int] = read_missing(connection)

    @property
    def head(self) -> Head:
        """See Core."""
        return self._committer.head

    @property
    def latest(self) -> Latest:
        """The last entries, for who follows closely."""
        return self._committer.latest

    @property
    def standing(self) -> Hashable:
        """See Core."""
        return self._committer.standing

    def run(self, work: Callable[[Connection], int]) -> int:
        """See Core."""
        return self._committer.run(work)

    def checkpoint(self) -> None:
        """See Core."""
        self._committer.checkpoint()

    def commit(self, group: Sequence[Job]) -> list[object]:
        """See Core. WorldError `hub_reclaiming` is the answer to new work while what was lost comes back."""
        outcomes: list[object] = []
        for ordinary, run in groupby(group, key=lambda job: isinstance(job, Ordinary)):
            jobs = list(run)
            if not ordinary:
                outcomes += [self._recover(job) for job in jobs]
            elif self.reclaiming:
                outcomes += [WorldError("hub_reclaiming") for _ in jobs]
            else:
                outcomes += self._committer.commit([job for job in jobs if isinstance(job, Ordinary)])
        return outcomes

    def _recover(self, job: Job) -> object:
        try:
            match job:
                case TakeBack():
                    return self._take_back(job.lines)
                case GiveBack():
                    return self._give_back(job.secrets)
                case Missed():
                    return self._missed(job.parcels)
                case _:
                    return self._begin()
        except ClaimedTwiceError:
            self._committer.undo()
            return Mismatch(job.lines[0].gseq if isinstance(job, TakeBack) else 0, "twice")
        except Exception as error:
            self._committer.undo()
            if not isinstance(error, WorldError):
                _log.error("log.reclaim_failed", error)
            return error

    def _take_back(self, lines: Sequence[Numbered]) -> Taken | Mismatch:
        if not self.reclaiming:
            # Numbers were given anew meanwhile: what comes late comes as what its origins wrote.
            return Mismatch(lines[0].gseq if lines else 0, "epoch")
        taken = receive(Footing(self._connection, self._about), self._committer.projector, lines)
        if isinstance(taken, Mismatch):
            return taken
        self._committer.took_back(taken)
        return Taken(self.head, 0)

    def _begin(self) -> Head:
        if self.reclaiming:
            head = self.head
            with transaction(self._connection):
                after = msgspec.json.decode(read_note(self._connection, RECLAIMING) or b"0", type=int)
                epochs.begin(self._connection, head.epoch + 1, head.gseq + 1, self._clock.now())
                # The backup may itself be of a hub that was still waiting for some.
                missing = {
                    **self.missing,
                    **{
                        ref: gseq
                        for gseq, refs in _refs_after(self._connection, after)
                        for ref in self._vault.lacking(self._connection, refs)
                    },
                }
                write_note(self._connection, MISSING, msgspec.json.encode(missing))
                drop_note(self._connection, RECLAIMING)
            self._committer.took_back([])
            self.reclaiming, self.missing = False, missing
            _log.info("log.epoch_began", epoch=self.head.epoch, after=head.gseq, secrets=len(missing))
        return self.head

    def _give_back(self, secrets: Sequence[Secret]) -> int:
        with transaction(self._connection):
            proved = [secret for secret in secrets if self._is_true(secret)]
            self._vault.put_new(self._connection, proved)
            missing = {ref: n for ref, n in self.missing.items() if ref not in {s.ref for s in proved}}
            write_note(self._connection, MISSING, msgspec.json.encode(missing))
        self.missing = missing
        return len(proved)

    def _missed(self, parcels: Sequence[Parcel]) -> int:
        lacking: dict[str, int] = {}
        for parcel in parcels:
            numbered = rows.read_one(self._connection, eid_of(parcel))
            if numbered is not None and numbered.raw == parcel.raw:
                refs = refs_in(numbered.entry.body)
                lacking.update(dict.fromkeys(self._vault.lacking(self._connection, refs), numbered.gseq))
        if lacking:
            missing = {**self.missing, **lacking}
            with transaction(self._connection):
                write_note(self._connection, MISSING, msgspec.json.encode(missing))
            self.missing = missing
        return len(lacking)

    def _is_true(self, secret: Secret) -> bool:
        """Whether the entry that refers to it has the hash of this very value."""
        gseq = self.missing.get(secret.ref)
        if gseq is None:
            return False
        raw = rows.read_after(self._connection, gseq - 1, 1)[0].raw
        hashes = (sealed_hash(algorithm, secret.salt, secret.value) for algorithm in ALGORITHMS)
        return any(msgspec.json.encode(hashed) in raw for hashed in hashes)


def eid_of(parcel: Parcel) -> str:
    """The id of the entry in it, empty when it holds none."""
    try:
        return read_entry(parcel.raw).eid
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return ""


def _refs_after(connection: Connection, gseq: int) -> Iterator[tuple[int, list[str]]]:
    while batch := rows.read_after(connection, gseq, _BATCH):
        for numbered in batch:
            # Personal data of other hubs' cases never left them.
            refs = [] if numbered.home else refs_in(numbered.entry.body)
            if refs:
                yield numbered.gseq, refs
        gseq = batch[-1].gseq


_log = Logger(__name__)
