"""The replica: a database that follows a hub, holds what its own desk writes, and shows both as one."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from contextlib import ExitStack, contextmanager
from pathlib import Path

from sqlalchemy import Connection

from app.base.clock import Clock
from app.base.errors import UsageError
from app.log import rows
from app.log.attachments.files import FileAttachments
from app.log.chain import DEFAULT_ALGORITHM
from app.log.entries import PENDING_FROM, Draft, Head, Numbered, Parcel, Secret, TimeClaim
from app.log.epochs import Began
from app.log.files.database import snapshot
from app.log.files.directory import Directory, Wanted, take_up
from app.log.files.keys import KeyProvider
from app.log.files.notes import Notes
from app.log.files.schema import DESK, Meta, read_tail
from app.log.following import pending
from app.log.following.cutting import WasCut
from app.log.following.follower import Cut, Follower, Job, Join, Take
from app.log.following.overlaying import bring_up_all
from app.log.following.strays import Strays, parting_of, strays_after
from app.log.following.taking import Mismatch, Taken
from app.log.judging import once
from app.log.numbering.group import Asked
from app.log.parcels import parcel, within
from app.log.port import Appended
from app.log.projector import Projector
from app.log.proving import marks
from app.log.proving.rebuild import Progress, no_progress
from app.log.reading_side import ReadingSide
from app.log.writer import Writer, fitting

LINES_PER_TAKE_MAX = 5_000
"""One take is one transaction that appends wait for: at 5,000 they wait for some tenths of a second."""

LINES_PER_DRAFT = 2
"""Lines taken for the cost of one append, which is judged and sealed as well: so many more are one group."""


class Replica(ReadingSide):
    """Implements LogPort on an encrypted SQLite database that follows a hub. Made by `open_replica`; all
    methods on any thread.

    Entries without a number yet are read with numbers from PENDING_FROM on, behind all that have one.
    """

    def __init__(self, directory: Directory, core: Follower, writer: Writer[Job], held: ExitStack) -> None:
        super().__init__(directory.about, directory.folder, writer, directory.readers, directory.vault, held)
        self._core = core
        self._jobs = writer
        self.notes = Notes(self.reader, writer.run)
        self.attachments = FileAttachments(directory.folder.attachments, directory.vault.contents_key)

    @property
    def about(self) -> Meta:
        """What the database says of itself; its stream is empty until the first `join`."""
        return self._core.about

    def append(self, drafts: Sequence[Draft], *, expect_base: bool = True) -> Future[Appended]:
        """See LogPort: durable on this PC, and on its way to the hub. UsageError at once for no drafts or
        more than DRAFTS_PER_APPEND_MAX.

        Bases may name waiting entries; what is sealed names confirmed ones only. Stale by those only.
        """
        return self._jobs.ask(Asked(fitting(drafts), expect_base), len(drafts))

    def take(self, lines: Sequence[Numbered]) -> Future[Taken | Mismatch]:
        """Believe the next lines of the hub once they are proved, all or none; those that stand here already
        are passed over. UsageError at once for more than LINES_PER_TAKE_MAX; WorldError from the future when
        the disk refuses, and then nothing was taken."""
        if len(lines) > LINES_PER_TAKE_MAX:
            raise UsageError("take_size", lines=len(lines), lines_max=LINES_PER_TAKE_MAX)
        return self._jobs.ask(Take(tuple(lines)), 1 + len(lines) // LINES_PER_DRAFT)

    def join(self, stream: str, epoch: int) -> Future[Head]:
        """Follow `stream` from now on; where this log stands in it. WorldError from the future when another
        is followed already, or when the hub is in an epoch that is over."""
        return self._jobs.ask(Join(stream, epoch))

    def cut(self, gseq: int) -> Future[WasCut]:
        """Go back to `gseq` for a hub that has nothing above it any more: own entries wait again, those of
        others are handed out. The projections are made anew, which takes its time."""
        return self._jobs.ask(Cut(gseq))

    def keep_secrets(self, secrets: Sequence[Secret]) -> Future[int]:
        """Put into the vault what the hub sent; how many of them were new."""
        return self._jobs.run(lambda connection: self._vault_rows.put_new(connection, secrets))

    def waiting(self, after_oseq: int, limit: int, most_bytes: int) -> list[Parcel]:
        """The waiting entries after `after_oseq`, in order, with their personal data: at most `limit` and so
        many bytes, but always one if any waits."""
        with self._at_once() as connection:
            entries = pending.read_after(connection, after_oseq, limit)
            travelling = (parcel(connection, self._vault_rows, n.entry, n.raw) for n in entries)
            return within(travelling, most_bytes)

    def pending_count(self) -> int:
        """How many entries of this database have no number yet."""
        return self._core.waiting

    def sealed(self) -> int:
        """The last number this database has given as an origin, confirmed or waiting."""
        return self._core.sealed

    def parting(self, epochs: Sequence[Began], hub_head: int) -> int | None:
        """The last number this log has in common with a hub that lost its disk and says this of its epochs;
        None when nothing allows the two to differ."""
        return parting_of(self.reader(), self.head().gseq, epochs, hub_head)

    def strays(self, gseq: int, limit: int, most_bytes: int) -> Strays:
        """What stands here after `gseq`, for a hub that lost it and gives new numbers."""
        return strays_after(self.reader(), self._vault_rows, gseq, limit, most_bytes)

    def secrets(self, refs: Sequence[str]) -> list[Secret]:
        """The personal data behind these references, as far as it is here."""
        return self._vault_rows.secrets(self.reader(), refs)

    def digest_at(self, gseq: int) -> str | None:
        """The digest of the confirmed state at `gseq`, when it was kept: at multiples of DIGEST_EVERY."""
        return marks.digest_at(self.reader(), gseq)

    def read_after(self, gseq: int, limit: int) -> list[Numbered]:
        """See LogPort: confirmed entries; waiting ones only from PENDING_FROM - 1 on."""
        if gseq >= PENDING_FROM - 1:
            return pending.read_after(self.reader(), gseq - PENDING_FROM, limit)
        return rows.read_after(self.reader(), gseq, limit)

    def history(self, subject: str) -> list[Numbered]:
        """Every entry about `subject`, the confirmed ones in order and then the waiting ones."""
        with self._at_once() as connection:
            confirmed = rows.read_history(connection, subject)
            return confirmed + pending.read_about(connection, (subject,))

    def get(self, eid: str) -> Numbered | None:
        with self._at_once() as connection:
            return rows.read_one(connection, eid) or pending.read_one(connection, eid)

    def by_unique(self, subject: str) -> int | None:
        with self._at_once() as connection:
            confirmed = rows.read_unique(connection, subject)
            if confirmed is None:
                return pending.read_first(connection, once((subject,))).get(subject)
            return confirmed

    @contextmanager
    def _at_once(self) -> Iterator[Connection]:
        # Between two statements an entry may go from waiting to confirmed, and be seen twice or not at all.
        connection = self.reader()
        source = connection.connection.dbapi_connection
        if source is not None and source.in_transaction:
            yield connection
        else:
            with snapshot(connection):
                yield connection


def open_replica(
    folder: Path,
    clock: Clock,
    projector: Projector,
    claims: Callable[[], TimeClaim],
    *,
    mark: str | None = None,
    keys: KeyProvider | None = None,
    algorithm: str = DEFAULT_ALGORITHM,
    progress: Progress = no_progress,
    refold: bool = False,
    random_bytes: Callable[[int], bytes] = os.urandom,
    trusted_clock: bool = False,
) -> Replica:
    """Open the data directory `folder` as one that follows a hub, making it when it is new, and bring its
    projections up to its log and what waits.

    `claims` says at each append what this PC believes about time. `algorithm` must be the hub's own: it is
    what the hub expects of chains. The rest, and the errors, as in `open_store`.
    """
    with ExitStack() as held:
        wanted = Wanted(DESK, mark, keys, algorithm, random_bytes, trusted_clock)
        directory = take_up(held, folder, clock, wanted)
        head = read_tail(directory.connection, directory.about).head
        bring_up_all(directory.connection, projector, head.gseq, progress, anew=refold)
        core = Follower(directory.connection, directory.about, claims, projector, directory.vault)
        return Replica(directory, core, Writer(core), held.pop_all())
