"""The store: one data directory's log that numbers by itself, its vault and projections, open under one lock
with one writer."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from contextlib import ExitStack
from pathlib import Path

from sqlalchemy import Connection

from app.base.clock import Clock, SystemClock
from app.base.errors import UsageError
from app.log.attachments.files import FileAttachments
from app.log.chain import DEFAULT_ALGORITHM
from app.log.entries import Draft, Numbered, Parcel, Secret
from app.log.files.database import Access, engine
from app.log.files.folder import DataFolder
from app.log.files.keys import FileKeys, KeyProvider
from app.log.files.notes import Notes
from app.log.files.schema import HUB, Meta, read_tail
from app.log.following.taking import Mismatch
from app.log.numbering import ends
from app.log.numbering.committer import Committer
from app.log.numbering.group import Asked
from app.log.numbering.latest import Latest
from app.log.numbering.pushing import PARCELS_PER_PUSH_MAX, PushedBy
from app.log.numbering.reclaiming import Job, Recovering
from app.log.numbering.recovery import Recovery
from app.log.numbering.relaying import LINES_PER_RELAY_MAX, LowerHead, Relayed, RelayedBy, read_lower
from app.log.opening import Founding, found_or_make
from app.log.port import Appended, Pushed
from app.log.projector import Projector
from app.log.proving import marks
from app.log.proving.rebuild import Progress, bring_up, no_progress
from app.log.proving.verdicts import Judge, judge_shape
from app.log.readers import Readers
from app.log.reading_side import ReadingSide
from app.log.vault import VaultRows
from app.log.writer import Writer, fitting


class Store(ReadingSide):
    """Implements SequencedLog on an encrypted SQLite database. Made by `open_store`; all methods on any
    thread."""

    def __init__(
        self,
        about: Meta,
        folder: DataFolder,
        writer: Writer[Job],
        readers: Readers,
        vault: VaultRows,
        held: ExitStack,
        core: Recovering | None = None,
    ) -> None:
        super().__init__(about, folder, writer, readers, vault, held)
        self._jobs = writer
        self.attachments = FileAttachments(folder.attachments, vault.contents_key, record=writer.run)
        self.notes = Notes(self.reader, writer.run)
        self.recovery = None if core is None else Recovery(core, writer, readers.get)
        self._latest = Latest() if core is None else core.latest

    def read_after(self, gseq: int, limit: int) -> list[Numbered]:
        """See LogPort."""
        found = self._latest.after(gseq, limit)
        return super().read_after(gseq, limit) if found is None else found

    def append(self, drafts: Sequence[Draft], *, expect_base: bool = True) -> Future[Appended]:
        """See LogPort. UsageError at once for no drafts or more than DRAFTS_PER_APPEND_MAX."""
        return self._jobs.ask(Asked(fitting(drafts), expect_base), len(drafts))

    def push(self, origin: str, parcels: Sequence[Parcel]) -> Future[Pushed]:
        """See SequencedLog. UsageError at once for more than PARCELS_PER_PUSH_MAX."""
        if len(parcels) > PARCELS_PER_PUSH_MAX:
            raise UsageError("push_size", parcels=len(parcels), parcels_max=PARCELS_PER_PUSH_MAX)
        return self._jobs.ask(PushedBy(origin, tuple(parcels)), len(parcels))

    def relay(self, device: str, stream: str, lines: Sequence[Numbered]) -> Future[Relayed | Mismatch]:
        """See app.log.numbering.relaying.UpperLog. UsageError at once for more than LINES_PER_RELAY_MAX."""
        if len(lines) > LINES_PER_RELAY_MAX:
            raise UsageError("push_size", parcels=len(lines), parcels_max=LINES_PER_RELAY_MAX)
        return self._jobs.ask(RelayedBy(device, stream, tuple(lines)), len(lines))

    def relayed(self, stream: str) -> LowerHead:
        """See app.log.numbering.relaying.UpperLog."""
        return read_lower(self.reader(), stream)

    def pushed(self, origin: str) -> int:
        """See SequencedLog."""
        return ends.last_oseq(self.reader(), origin)

    def secrets(self, refs: Sequence[str]) -> list[Secret]:
        """See SequencedLog. WorldError when one was tampered with."""
        return self._vault_rows.secrets(self.reader(), refs)

    def digest_at(self, gseq: int) -> str | None:
        """See SequencedLog."""
        return marks.digest_at(self.reader(), gseq)

    def write(self, work: Callable[[Connection], int]) -> Future[int]:
        """Write other rows of this database than the log's own, in turn, in a transaction of its own; what
        `work` gives, once that is on disk."""
        return self._jobs.run(work)


def open_store(
    folder: Path,
    clock: Clock,
    projector: Projector,
    *,
    mark: str | None = None,
    keys: KeyProvider | None = None,
    algorithm: str = DEFAULT_ALGORITHM,
    progress: Progress = no_progress,
    refold: bool = False,
    random_bytes: Callable[[int], bytes] = os.urandom,
    judge: Judge = judge_shape,
    trusted_clock: bool = False,
) -> Store:
    """Open the data directory `folder`, making it when it is new, and bring its projections up to its log.

    `mark` is for a new directory and is compared with an old one's; None takes what is there. `algorithm` is
    for a new directory only. `refold` makes all projections anew. `progress` hears of the folding. `judge`
    gives the verdict on what others push. `trusted_clock` says that `clock` tells real time though it is not
    the PC's own: the hub's, as the link estimates it. A clock that was made up has no place among real data.

    WorldError when the directory is in use, not ours, broken, cannot be written or follows a hub; UsageError
    when the mark does not fit, or a clock that may be made up is brought to a directory that is neither demo
    nor drill.
    """
    paths = DataFolder(folder)
    paths.prepare()
    with ExitStack() as held:
        held.enter_context(paths.locked())
        founding = Founding(mark or "", algorithm, clock.now(), HUB)
        trusted = trusted_clock or isinstance(clock, SystemClock)
        if not trusted and not paths.database.exists() and not founding.mark:
            raise UsageError("clock_not_allowed", path=str(folder))
        found = found_or_make(paths, keys or FileKeys(paths.key), founding)
        about = found.about
        if mark is not None and mark != about.mark:
            raise UsageError("mark_differs", path=str(folder), mark=about.mark, wanted=mark)
        if not trusted and not about.mark:
            raise UsageError("clock_not_allowed", path=str(folder))
        connection = engine(paths.database, found.key, Access.WRITE).connect()
        held.callback(connection.close)
        head = read_tail(connection, about).head
        bring_up(connection, projector, head.gseq, progress, anew=refold)
        readers = Readers(engine(paths.database, found.key, Access.READ))
        held.callback(readers.close)
        vault = VaultRows(found.key, random_bytes)
        committer = Committer(connection, about, clock, projector, vault, judge)
        core = Recovering(committer, connection, about, clock, vault)
        return Store(about, paths, Writer(core), readers, vault, held.pop_all(), core)
