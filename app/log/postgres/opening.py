"""Opening a hub process: its server judged, its database founded or found, its own log brought up to it."""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import ExitStack
from functools import partial
from pathlib import Path

from app.base.clock import Clock
from app.base.errors import UsageError, WorldError
from app.log.chain import DEFAULT_ALGORITHM
from app.log.entries import Head, TimeClaim
from app.log.files.directory import Directory, Wanted, take_up
from app.log.files.folder import DataFolder
from app.log.files.keys import FileKeys, KeyProvider
from app.log.files.schema import read_tail
from app.log.following.follower import Follower, Join, Take
from app.log.following.follower import Job as FoldJob
from app.log.following.overlaying import bring_up_all
from app.log.postgres import founding
from app.log.postgres.answers import Answers
from app.log.postgres.committer import PgCommitter
from app.log.postgres.founding import PgMeta
from app.log.postgres.gathering import GatheringWriter
from app.log.postgres.hub import PgHub, There
from app.log.postgres.keepsakes import PgKeepsakes
from app.log.postgres.role import ROLE
from app.log.postgres.server import Server, open_server
from app.log.postgres.tail import Tail
from app.log.postgres.vault import PgVaultRows
from app.log.projector import Projector
from app.log.proving.rebuild import Progress, no_progress
from app.log.proving.verdicts import Judge, judge_shape
from app.log.writer import Writer

FRESH_S = 60.0
"""A push waits so long for this process to fold what stands before it; a process that is so far behind lets
the desk come again."""


def open_pg_hub(
    folder: Path,
    url: str,
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
) -> PgHub:
    """A hub process over the database that `url` names, founding it when it is empty, with the data directory
    `folder` for what it folds, and for the key of the vault. Folds all there is; `start` it before use.

    `mark` and `algorithm` are for a new database; a mark that is given is compared with an old one's. The
    rest, and further errors, as in `open_store`. WorldError when the server cannot be reached or must not be
    used, when the database is not ours or newer, when key, directory and database do not belong together;
    UsageError for a URL that names no database.
    """
    server = open_server(url)
    keys = keys or FileKeys(DataFolder(folder).key)
    standing = founding.look(server, clock)
    if standing is not None:
        # Before the directory is made: one made with another key would be of no use.
        founding.prove_key(server, standing, keys.load(), str(DataFolder(folder).key))
        if mark not in (None, standing.about.mark):
            raise UsageError("mark_differs", path=server.name, mark=standing.about.mark, wanted=mark)
        mark, algorithm = standing.about.mark, standing.about.algorithm
    with ExitStack() as held:
        wanted = Wanted(ROLE, mark, keys, algorithm, random_bytes, trusted_clock)
        local = take_up(held, folder, clock, wanted)
        standing = _found(server, standing, local, keys, clock)
        bring_up_all(
            local.connection,
            projector,
            read_tail(local.connection, local.about).head.gseq,
            progress,
            anew=refold,
        )
        folding: Writer[FoldJob] = Writer(
            Follower(local.connection, local.about, _no_claims, projector, local.vault)
        )
        held.callback(folding.close)
        _join(folding, standing)
        there = _reach(held, server, standing, folding, clock, _secrets(server, keys, random_bytes), judge)
        there.tail.catch_up(progress)
        return PgHub(local, folding, there, held.pop_all())


def holds_log(url: str, clock: Clock) -> bool:
    """Whether a hub's log is in the database already; changes nothing. Errors as in `open_pg_hub`."""
    return founding.look(open_server(url), clock) is not None


def _found(
    server: Server, standing: PgMeta | None, local: Directory, keys: KeyProvider, clock: Clock
) -> PgMeta:
    key = keys.load()
    assert key is not None
    if standing is None and local.about.stream:
        # This directory followed a log; an empty database in its place would begin the hall anew.
        raise WorldError("hub_database_empty", server=server.name, path=str(local.folder.path))
    found = founding.found(server, founding.new_meta(local.about, clock.now()), key)
    # Another process may have founded it a moment ago.
    founding.prove_key(server, found, key, str(local.folder.key))
    if found.about.mark != local.about.mark:
        raise UsageError("mark_differs", path=server.name, mark=found.about.mark, wanted=local.about.mark)
    return found


def _join(folding: Writer[FoldJob], standing: PgMeta) -> None:
    joined: Future[Head] = folding.ask(Join(standing.about.stream, standing.about.epoch))
    joined.result()


def _reach(
    held: ExitStack,
    server: Server,
    standing: PgMeta,
    folding: Writer[FoldJob],
    clock: Clock,
    secrets: tuple[PgVaultRows, PgKeepsakes],
    judge: Judge,
) -> There:
    vault, keepsakes = secrets
    answers = Answers(folding.head.gseq)
    tail = Tail(
        server, lambda lines: folding.ask(Take(tuple(lines)), len(lines)), lambda: folding.head, answers
    )
    held.callback(tail.close)
    about = standing.about
    committer = PgCommitter(server, about, clock, vault, judge, partial(_fresh, server, tail))
    held.callback(committer.close)
    numbering = GatheringWriter(committer)
    held.callback(numbering.close)
    return There(about, server, vault, keepsakes, committer, numbering, tail, answers)


def _fresh(server: Server, tail: Tail) -> Head:
    try:
        return tail.fresh().result(FRESH_S)
    except TimeoutError as error:
        raise WorldError("hub_database_busy", server=server.name) from error


def _secrets(
    server: Server, keys: KeyProvider, random_bytes: Callable[[int], bytes]
) -> tuple[PgVaultRows, PgKeepsakes]:
    key = keys.load()
    assert key is not None
    return PgVaultRows(key, random_bytes), PgKeepsakes(server, key, random_bytes)


def _no_claims() -> TimeClaim:
    raise AssertionError("a hub seals nothing that waits for a number")
