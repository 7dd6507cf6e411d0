"""Numbering on PostgreSQL: a group of appends and pushes in one transaction, whoever else numbers too."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial

import msgspec
import psycopg
from msgspec.structs import replace
from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from app.base.clock import Clock
from app.base.errors import WorldError
from app.base.logs import Condition, Logger
from app.log.entries import Draft, Entry, Head, Numbered
from app.log.files.failpoints import hit
from app.log.files.schema import Meta
from app.log.following.taking import Mismatch
from app.log.judging import Known
from app.log.numbering.group import Asked, Group, Job
from app.log.numbering.pushing import PushedBy, read_push
from app.log.numbering.relaying import Relayed, RelayedBy, claims
from app.log.port import Appended, Broken, Pushed
from app.log.postgres import head, rows
from app.log.postgres.known import load_known, load_moved, read_lower, write_lower
from app.log.postgres.server import GONE, Server, state_of
from app.log.postgres.session import ATTEMPTS_MAX, Session
from app.log.postgres.vault import PgVaultRows
from app.log.proving.verdicts import Judge

Outcome = Appended | Pushed | Relayed | Mismatch | Exception
"""What became of one job of a group."""

DOUBT_S = 15.0
"""A server that restarts is back by then; callers wait so long for the truth, then hear of doubt."""

_AGAIN = ("23505", "40001", "40P01")
"""Unique violation, serialization failure, deadlock: another process was quicker, and a second look tells."""

_log = Logger(__name__)


class _Read(msgspec.Struct, frozen=True):
    """A group with the entries of its pushes."""

    jobs: Sequence[Job]
    entries: Sequence[tuple[Entry, ...] | Broken]
    trusting: bool
    """Nothing that the group claims is looked up first: what stands already, the tables' own keys refuse.
    For appends, which almost never repeat one another; a push may, and must be numbered all the same."""

    @property
    def appends(self) -> list[Sequence[Draft]]:
        return [job.drafts for job in self.jobs if isinstance(job, Asked)]


class PgCommitter:
    """The only code of this process that writes entries. Belongs to one thread at a time: a Writer's.

    What it remembers of the log between groups is a guess that another process may have overtaken; under the
    head's lock it is compared, and read again when the head has moved. `fresh` waits until this process has
    folded everything that was numbered before the call: a verdict is by the hall as it stands.
    """

    def __init__(
        self,
        server: Server,
        about: Meta,
        clock: Clock,
        vault: PgVaultRows,
        judge: Judge,
        fresh: Callable[[], object],
    ) -> None:
        self._server = server
        self._about = about
        self._clock = clock
        self._vault = vault
        self._judge = judge
        self._fresh = fresh
        self._session = Session(server, about)
        self._strange = Condition(_log, "log.strange_secrets")
        self._last = self._session.attempt(lambda c: head.read(c, about.database)).head

    @property
    def head(self) -> Head:
        """The last number this process has given, or found when it began."""
        return self._last

    @property
    def standing(self) -> Head:
        """Differs after a group whenever it numbered something."""
        return self._last

    def commit(self, group: Sequence[Job]) -> list[Outcome]:
        """What became of each job, in order; everything written is on the server's disk when this returns.

        One job of the group never harms another: one that cannot be written is refused alone.
        """
        try:
            own = all(isinstance(job, Asked) for job in group)
            if not own:
                self._fresh()
            return self._persist(_Read(group, [_entries(job) for job in group], trusting=own))
        except WorldError as error:
            return [WorldError(error.key, **error.params) for _ in group]
        except Exception as error:
            if len(group) > 1:
                return [outcome for job in group for outcome in self.commit([job])]
            job = group[0]
            kind = job.drafts[0].kind if isinstance(job, Asked) else type(job).__name__.lower()
            _log.error("log.append_failed", error, kind=kind)
            return [error]

    def run(self, work: Callable[[Connection], int]) -> int:
        """Other writing work, in a transaction of its own. WorldError when the server refuses."""
        return self._session.attempt(work)

    def checkpoint(self) -> None:
        """Have the server take what was erased out of its pages: until then the rows lie in its files."""
        try:
            with self._server.reading.connect() as connection:
                connection.exec_driver_sql("VACUUM vault, vault_key")
        except (WorldError, DBAPIError) as error:
            # Values without their key are noise, and the server's own sweeping comes by in its time.
            _log.warning("log.sweep_failed", error)

    def erase(self, connection: Connection, case: str) -> int:
        """Destroy the personal data of a case and its key, in a transaction of `run`; how many values."""
        # Who puts a value into the vault holds the head too.
        head.lock(connection, self._about.database)
        return self._vault.erase(connection, case)

    def close(self) -> None:
        """Let go of the connection."""
        self._session.close()

    def _persist(self, asked: _Read) -> list[Outcome]:
        for left in reversed(range(ATTEMPTS_MAX)):
            # What the last attempt made of the group, should its commit remain unanswered.
            made: list[tuple[Group, list[Outcome]]] = []
            try:
                growing, outcomes = self._session.attempt(partial(self._together, asked, made))
            except WorldError as error:
                if error.key != GONE or not made or not self._session.committing:
                    raise
                growing, outcomes = made[-1]
                if growing.written and not self._stands(growing):
                    continue
            except (DBAPIError, psycopg.Error) as error:
                if state_of(error) not in _AGAIN or not left:
                    raise
                asked = replace(asked, trusting=False)
                continue
            hit("after_commit")
            if growing.written:
                self._last = growing.tail.head
            self._session.settle()
            return outcomes
        raise self._server.gone()

    def _together(
        self, asked: _Read, made: list[tuple[Group, list[Outcome]]], connection: Connection
    ) -> tuple[Group, list[Outcome]]:
        hit("before_write")
        growing, outcomes = self._begun(connection, asked), list[Outcome]()
        batches: Iterable[Sequence[Numbered]] = self._grown(connection, growing, asked, outcomes)
        if not asked.trusting:
            # Judging asks the server, which hears nothing else while rows are copied to it.
            batches = list(batches)
        hit("before_push_write")
        rows.add_names(connection, self._session.names, growing.origins)
        # Appends are sealed while the server takes in those before them.
        rows.insert(self._server, connection, batches, self._session.names)
        self._keep_beside(connection, growing)
        hit("after_write")
        if growing.written:
            head.move(connection, growing.tail)
        hit("before_commit")
        made.append((growing, outcomes))
        return growing, outcomes

    def _begun(self, connection: Connection, asked: _Read) -> Group:
        """Take the head. What is looked up for judging is looked up before, while others number, and again
        only where the head has moved meanwhile."""
        ends, origin, known = self._session.ends, self._about.database, None
        seen = self._last
        if not asked.trusting:
            seen = head.read(connection, origin).head
            if seen != self._last:
                ends.forget()
            known = self._known(connection, asked)
        tail = head.lock(connection, origin)
        if tail.head != seen:
            ends.forget()
        if asked.trusting:
            known = load_moved(connection, asked.appends)
        elif known is None or tail.head != seen:
            known = self._known(connection, asked)
        return Group(tail, known, ends, self._clock, self._about.algorithm, self._judge)

    def _known(self, connection: Connection, asked: _Read) -> Known:
        for job in asked.jobs:
            if isinstance(job, PushedBy):
                self._session.ends.get(job.origin)
        pushed = [entry for found in asked.entries if not isinstance(found, Broken) for entry in found]
        pushed += [claim for job in asked.jobs if isinstance(job, RelayedBy) for claim in claims(job)]
        return load_known(connection, asked.appends, pushed)

    def _grown(
        self, connection: Connection, growing: Group, asked: _Read, outcomes: list[Outcome]
    ) -> Iterator[Sequence[Numbered]]:
        """Number job by job; what each has added."""
        for job, entries in zip(asked.jobs, asked.entries, strict=True):
            before = len(growing.written)
            if isinstance(entries, Broken):
                outcomes.append(entries)
            elif isinstance(job, PushedBy):
                outcomes.append(growing.push(job, entries))
            elif isinstance(job, RelayedBy):
                outcomes.append(growing.relay(job, read_lower(connection, job.stream)))
            else:
                outcomes.append(_append(growing, job))
            yield growing.written[before:]

    def _keep_beside(self, connection: Connection, growing: Group) -> None:
        self._vault.put(connection, growing.own_secrets)
        self._vault.put_new(connection, growing.pushed_secrets)
        if growing.strange_secrets:
            self._strange.failed(count=growing.strange_secrets)
        for stream, lower in growing.lower.items():
            write_lower(connection, stream, lower)

    def _stands(self, growing: Group) -> bool:
        """Whether a group whose commit was not answered is in the log. WorldError when nobody can tell."""
        last = growing.written[-1]

        def look(connection: Connection) -> bool:
            # The server may still be committing: it holds the head until it has, or has given up.
            head.lock(connection, self._about.database)
            return rows.hash_at(connection, last.gseq) == last.hash

        until = time.monotonic() + DOUBT_S
        while time.monotonic() < until:
            time.sleep(self._session.pause_s)
            try:
                return self._session.attempt(look)
            except WorldError as error:
                if error.key != GONE:
                    raise
        raise WorldError("hub_database_doubt", server=self._server.name)


def _entries(job: Job) -> tuple[Entry, ...] | Broken:
    return read_push(job) if isinstance(job, PushedBy) else ()


def _append(group: Group, asked: Asked) -> Outcome:
    try:
        return group.append(asked)
    except Exception as error:
        # Too big, or a body that cannot be encoded: the caller's fault and the caller's alone.
        return error
