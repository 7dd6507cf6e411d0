"""Verifying a data directory without changing it: pages, tables, chains, vault, attachments, a fresh fold."""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import msgspec
from sqlalchemy import Connection

from app.base.errors import WorldError
from app.log.attachments.proving import Contents, prove_contents
from app.log.entries import Head, Numbered
from app.log.files.database import Access, engine, snapshot, transaction
from app.log.files.folder import DataFolder
from app.log.files.keys import KEY_BYTES, FileKeys, KeyProvider
from app.log.files.schema import Meta
from app.log.opening import find
from app.log.projector import Projector
from app.log.proving.marks import is_marked, split_at_each
from app.log.proving.proof import LogProof, Problem, Problems
from app.log.proving.rebuild import REFOLD_BATCH, Progress, no_progress, positions
from app.log.vault import VaultRows

LOOKS_AGAIN = 4
"""A page that seems damaged is looked at again: on a quick disk a busy one may be met half written twice."""

LOOK_AGAIN_S = 0.02

ProjectorMaker = Callable[[], Projector]


class Report(msgspec.Struct, frozen=True):
    """What was looked at and what is wrong. `entries` have a number, `pending` wait for one; `folded` tells
    whether the projections could be compared. `contents` are those of attachments."""

    about: Meta
    entries: int
    head: Head
    problems: tuple[Problem, ...]
    folded: bool
    pending: int = 0
    contents: Contents = Contents()

    @property
    def whole(self) -> bool:
        """Nothing was found."""
        return not self.problems


def verify(
    folder: Path,
    make_projector: ProjectorMaker,
    *,
    keys: KeyProvider | None = None,
    progress: Progress = no_progress,
) -> Report:
    """Prove the data directory `folder`, whether a program has it open or not; nothing in it is changed.

    Needs room for a second copy of the projections in the system's temporary directory. The chains cannot
    show that the last entries of all were cut off; what was witnessed elsewhere can. WorldError when the
    directory cannot be opened at all, and then it says why.
    """
    paths = DataFolder(folder)
    # Where SQLite may not make its shared memory, and no commits wait in the WAL, the file alone is enough.
    still = not os.access(folder, os.W_OK) and not paths.has_wal()
    access = Access.STILL if still else Access.LOOK
    found = find(paths, keys or FileKeys(paths.key), access=access)
    problems = Problems()
    proof = LogProof(problems, found.about.database)
    folded, contents = False, Contents()
    with engine(paths.database, found.key, access).connect() as connection:
        try:
            with snapshot(connection):
                if _pages_whole(connection, problems):
                    folded = _prove(connection, proof, problems, make_projector, progress)
                    vault = VaultRows(found.key)
                    _check_vault(connection, vault, problems)
                    contents = prove_contents(paths.attachments, connection, vault.contents_key, problems)
        except WorldError as error:
            if error.params.get("path") != str(paths.database) or error.key != "database_damaged":
                raise
            problems.add("database_damaged", detail=str(error.__cause__))
    head = Head(found.about.stream, proof.epoch or found.about.epoch, proof.gseq, proof.hash)
    return Report(found.about, proof.gseq, head, tuple(problems.found), folded, proof.pending, contents)


def _pages_whole(connection: Connection, problems: Problems) -> bool:
    damaged = _damaged_pages(connection)
    for _ in range(LOOKS_AGAIN):
        if not damaged:
            break
        # A program that has the database open may have been writing that page: real damage stays.
        time.sleep(LOOK_AGAIN_S)
        damaged &= _damaged_pages(connection)
    for page in sorted(damaged):
        problems.add("page_damaged", detail=page)
    if damaged:
        return False
    checked = connection.exec_driver_sql("PRAGMA quick_check").scalars().all()
    for finding in checked:
        if finding != "ok":
            problems.add("database_damaged", detail=str(finding))
    return checked == ["ok"]


def _damaged_pages(connection: Connection) -> set[str]:
    return {str(row[0]) for row in connection.exec_driver_sql("PRAGMA cipher_integrity_check")}


def _prove(
    connection: Connection, proof: LogProof, problems: Problems, make: ProjectorMaker, progress: Progress
) -> bool:
    """Go through everything once; whether the projections could be compared with a fresh fold."""
    total = int(connection.exec_driver_sql("SELECT count(*) FROM entry").scalar_one())
    done = 0
    with _fresh_fold(make()) as fold:
        while entries := proof.read(connection, REFOLD_BATCH):
            fold.take(entries)
            done += len(entries)
            progress(done, total)
        while waiting := proof.read_pending(connection, REFOLD_BATCH):
            fold.lay_over(waiting)
        proof.check_subjects(connection)
        fresh = fold.digest()
    stored = positions(connection)
    projector = make()
    for name, (_, gseq) in stored.items():
        if gseq != proof.gseq:
            problems.add("projection_behind", gseq, name)
    if fold.failure:
        problems.add("fold_failed", fold.failed_at, fold.failure)
    elif {name: version for name, (version, _) in stored.items()} != dict(projector.names_and_versions):
        # Another program's folds: the next start makes them anew, there is nothing to compare.
        return False
    else:
        _compare_marks(connection, fold.marks, problems)
        if projector.digest(connection) != fresh:
            problems.add("projection_differs")
    return not fold.failure


def _compare_marks(connection: Connection, fresh: Mapping[int, str], problems: Problems) -> None:
    # A number without a mark is no fault: it was folded by a program that kept none, or not here.
    for gseq, digest in connection.exec_driver_sql("SELECT gseq, digest FROM mark ORDER BY gseq").all():
        if gseq not in fresh:
            problems.add("mark_unknown", gseq)
        elif fresh[gseq] != digest:
            problems.add("mark_differs", gseq)


class _FreshFold:
    def __init__(self, projector: Projector, connection: Connection) -> None:
        self._projector = projector
        self._connection = connection
        self.failure = ""
        self.failed_at = 0
        self.marks: dict[int, str] = {}
        with transaction(connection):
            projector.reset(connection)

    def take(self, entries: list[Numbered]) -> None:
        for piece in split_at_each(entries):
            self._do(piece, self._fold)

    def lay_over(self, entries: list[Numbered]) -> None:
        self._do(entries, self._projector.overlay)

    def _fold(self, connection: Connection, piece: Sequence[Numbered]) -> None:
        self._projector.fold(connection, piece)
        if is_marked(piece[-1].gseq):
            self.marks[piece[-1].gseq] = self._projector.state_digest(connection)

    def _do(
        self, entries: Sequence[Numbered], work: Callable[[Connection, Sequence[Numbered]], None]
    ) -> None:
        if self.failure:
            return
        try:
            with transaction(self._connection):
                work(self._connection, entries)
            self._projector.committed(entries)
        except WorldError:
            raise
        except Exception as error:
            # Whatever a fold raises over a log that may be broken is a finding, not the end of verifying.
            self.failure, self.failed_at = type(error).__name__, entries[0].gseq

    def digest(self) -> str:
        return "" if self.failure else self._projector.digest(self._connection)


@contextmanager
def _fresh_fold(projector: Projector) -> Iterator[_FreshFold]:
    # Encrypted like the real one, under a key that nobody keeps.
    with tempfile.TemporaryDirectory(prefix="muster-verify-") as scratch:
        database = engine(Path(scratch) / "fold.db", os.urandom(KEY_BYTES), Access.SCRATCH)
        with database.connect() as connection:
            yield _FreshFold(projector, connection)


def _check_vault(connection: Connection, vault: VaultRows, problems: Problems) -> None:
    for ref in connection.exec_driver_sql("SELECT ref FROM vault ORDER BY ref").scalars().all():
        try:
            readable = vault.read(connection, ref) is not None
        except WorldError:
            readable = False
        if not readable:
            problems.add("vault_damaged", detail=ref)
