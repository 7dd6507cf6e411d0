"""A hub process on PostgreSQL: numbers there, beside others, and reads what all have numbered here."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from app.base.errors import UsageError, WorldError
from app.log.attachments.port import Attachments
from app.log.entries import Draft, Head, Numbered, Parcel, Secret
from app.log.files.directory import Directory
from app.log.files.notes import Notes
from app.log.files.schema import Meta
from app.log.following.follower import Job as FoldJob
from app.log.following.taking import Mismatch
from app.log.numbering.group import Asked, Job
from app.log.numbering.pushing import PARCELS_PER_PUSH_MAX, PushedBy
from app.log.numbering.recovery import Recovery
from app.log.numbering.relaying import LINES_PER_RELAY_MAX, LowerHead, Relayed, RelayedBy
from app.log.port import Appended, Pushed
from app.log.postgres.answers import Answers, spoken_of
from app.log.postgres.attachments import PgAttachments
from app.log.postgres.committer import PgCommitter
from app.log.postgres.keepsakes import PgKeepsakes
from app.log.postgres.known import last_oseq, read_lower
from app.log.postgres.notes import PgNotes
from app.log.postgres.readers import PgReaders
from app.log.postgres.recovery import PgRecovery
from app.log.postgres.server import GONE, Server
from app.log.postgres.session_uses import PgSessionUses
from app.log.postgres.tail import Tail
from app.log.postgres.vault import PgVaultRows
from app.log.proving import marks
from app.log.reading_side import ReadingSide
from app.log.safety.shared import SharedSafety
from app.log.vault import Vault
from app.log.writer import Writer, fitting

HALL_LOCK = 0x4D757374_00000003
"""Advisory lock, of this database: who founds the hall in it, or does else what one process alone may do."""

SAFE_LOCK = 0x4D757374_00000004
"""Advisory lock, of this database: who writes rows of sign-in. They look before they write, and two who
looked at the same moment would count two attempts as one."""


class PgSafe:
    """Implements Safe: the rows of sign-in and enrolment lie on the server, one set for all processes."""

    def __init__(
        self,
        about: Meta,
        folder: Path,
        write: Callable[[Callable[[Connection], int]], Future[int]],
        reader: Callable[[], Connection],
    ) -> None:
        self.about = about
        self.folder = folder
        self._write = write
        self.reader = reader

    def write(self, work: Callable[[Connection], int]) -> Future[int]:
        """See Safe: in turn with what every other process writes here, as with one's own."""

        def alone(connection: Connection) -> int:
            connection.exec_driver_sql("SELECT pg_advisory_xact_lock(%s)", (SAFE_LOCK,))
            return work(connection)

        return self._write(alone)


@dataclass(frozen=True)
class There:
    """What a hub process has at its server."""

    about: Meta
    server: Server
    vault: PgVaultRows
    keepsakes: PgKeepsakes
    committer: PgCommitter
    numbering: Writer[Job]
    tail: Tail
    answers: Answers


class PgHub(ReadingSide):
    """Implements SequencedLog on PostgreSQL, with the reading side over a database of this process alone.
    Made by `open_pg_hub`; all methods on any thread, once `start` was called.

    What is written bears the server's database as origin, whichever process wrote it. `reader` is for the
    projections here; what keeps rows beside the log must use `safe`.
    """

    def __init__(self, local: Directory, folding: Writer[FoldJob], there: There, held: ExitStack) -> None:
        super().__init__(there.about, local.folder, folding, local.readers, there.vault, held)
        self._server = there.server
        self._jobs = there.numbering
        self._tail = there.tail
        self._answers = there.answers
        self._there = PgReaders(there.server)
        self.notes = Notes(self.reader, folding.run)
        self.shared_notes = PgNotes(self._there.get, self._jobs.run)
        """What every process of this database must know; `notes` are this one's own."""
        self.attachments: Attachments = PgAttachments(
            there.server, self._there.get, there.vault.contents_key, self.fresh
        )
        self.recovery: Recovery | None = PgRecovery(there.vault, self._jobs.run, self._there.get, self.head)
        self.vault = Vault(there.vault, self._there.get, lambda case: self._erase(there.committer, case))
        self.safe = PgSafe(there.about, self.folder, self._jobs.run, self._there.get)
        self.shared = SharedSafety(there.keepsakes, PgSessionUses(self.safe.write, self._there.get))

    def start(self) -> None:
        """Begin to follow what other processes number. Before, nothing may be written."""
        self._jobs.subscribe(self._tail.numbered)
        self._tail.start()

    def append(self, drafts: Sequence[Draft], *, expect_base: bool = True) -> Future[Appended]:
        """See LogPort. Durable on the server, and readable here, whatever the outcome speaks of: who decides
        anew after Stale sees what moved. UsageError at once for no drafts or more than DRAFTS_PER_APPEND_MAX;
        WorldError `hub_database_gone` from the future: nothing was written, `hub_database_doubt`: perhaps."""
        answer: Future[Appended] = Future()
        answer.set_running_or_notify_cancel()
        asked = Asked(fitting(drafts), expect_base)
        self._ask(asked, len(drafts)).add_done_callback(lambda done: self._answer(answer, done))
        return answer

    def push(self, origin: str, parcels: Sequence[Parcel]) -> Future[Pushed]:
        """See SequencedLog. UsageError at once for more than PARCELS_PER_PUSH_MAX."""
        if len(parcels) > PARCELS_PER_PUSH_MAX:
            raise UsageError("push_size", parcels=len(parcels), parcels_max=PARCELS_PER_PUSH_MAX)
        return self._ask(PushedBy(origin, tuple(parcels)), len(parcels))

    def relay(self, device: str, stream: str, lines: Sequence[Numbered]) -> Future[Relayed | Mismatch]:
        """See app.log.numbering.relaying.UpperLog. UsageError at once for more than LINES_PER_RELAY_MAX."""
        if len(lines) > LINES_PER_RELAY_MAX:
            raise UsageError("push_size", parcels=len(lines), parcels_max=LINES_PER_RELAY_MAX)
        return self._ask(RelayedBy(device, stream, tuple(lines)), len(lines))

    def relayed(self, stream: str) -> LowerHead:
        """See app.log.numbering.relaying.UpperLog."""
        return read_lower(self._there.get(), stream)

    def pushed(self, origin: str) -> int:
        """See SequencedLog: as the server has it, whichever process took the push."""
        return last_oseq(self._there.get(), origin)

    def secrets(self, refs: Sequence[str]) -> list[Secret]:
        """See SequencedLog. WorldError when one was tampered with, or the server is gone."""
        return self._vault_rows.secrets(self._there.get(), refs)

    def digest_at(self, gseq: int) -> str | None:
        """See SequencedLog: of what was folded here."""
        return marks.digest_at(self.reader(), gseq)

    def fresh(self) -> Future[Head]:
        """The head here, once everything can be read that any process had numbered when this was called: for
        a desk that may have been at another process a moment ago."""
        return self._tail.fresh()

    def clerk_leader(self) -> bool:
        """Whether the clerk of this process is the one that works: one of all, another when this one fails.

        The office changes hands without warning; what a clerk writes is written once by its idempotency.
        """
        return self._tail.leader

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Be the only hub process in the block, and know everything the others numbered before: to found the
        hall once. WorldError when the server is gone, or another process stays in there too long."""
        with self._server.reading.connect() as connection:
            connection.exec_driver_sql("SELECT pg_advisory_lock(%s)", (HALL_LOCK,))
            # Let go of by the end of the connection.
            self.fresh().result()
            yield

    def close(self) -> None:
        """Write what waits, fold what was written, let go of server and directory. Harmless when repeated."""
        self._jobs.close()
        self._tail.close()
        self._there.close()
        super().close()

    def _ask(self, job: Job, entries: int) -> Future[Any]:
        trouble = self._tail.trouble
        if trouble is None or trouble.key == GONE:
            return self._jobs.ask(job, entries)
        # The server would number it; but what is not folded here must not be decided or judged by.
        refused: Future[Any] = Future()
        refused.set_exception(WorldError(trouble.key, **trouble.params))
        return refused

    def _answer(self, answer: Future[Appended], done: Future[Appended]) -> None:
        error = done.exception()
        if error is not None:
            answer.set_exception(error)
            return
        outcome = done.result()
        self._answers.give(answer, outcome, spoken_of(outcome))

    def _erase(self, committer: PgCommitter, case: str) -> Future[int]:
        return self._jobs.run(lambda connection: committer.erase(connection, case), checkpoint=True)
