"""A made-up kind of entry and a projection that counts it, for tests of the log that want a fold."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path

import msgspec
from sqlalchemy import Connection

from app.base.clock import Clock, Instant, ManualClock
from app.base.ids import IdMaker
from app.log.chain import DEFAULT_ALGORITHM
from app.log.entries import Draft, Numbered, Parcel, Secret, TimeClaim
from app.log.files.origin import OriginTail, seal
from app.log.port import Accepted, Written
from app.log.proving.verdicts import Judge, judge_shape
from app.log.store import Store, open_store

NOON = 1_767_240_000_000
POISON = "poison"

_new_id = IdMaker()


class Counted(msgspec.Struct, frozen=True):
    """`name` was seen `by` times more."""

    name: str
    by: int = 1


class Counting:
    """Counts by name. Holds the counts in memory as a real projection would, so that a rollback can hurt."""

    def __init__(self, version: int = 1, names: Sequence[str] = ("counter", "total")) -> None:
        self._versions = dict.fromkeys(names, version)
        self._counts: dict[str, int] | None = None
        self.resets = 0
        self.batches: list[int] = []
        self.told: list[int] = []

    @property
    def names_and_versions(self) -> Mapping[str, int]:
        return self._versions

    def reset(self, connection: Connection) -> None:
        connection.exec_driver_sql("DROP TABLE IF EXISTS counter")
        connection.exec_driver_sql(
            "CREATE TABLE counter(name TEXT PRIMARY KEY, count INTEGER, gseq INTEGER) STRICT"
        )
        self._counts = {}
        self.resets += 1

    def fold(
        self, connection: Connection, entries: Sequence[Numbered], pending: Sequence[Numbered] = ()
    ) -> None:
        if self._counts is None:
            self._counts = {
                str(r[0]): int(r[1]) for r in connection.exec_driver_sql("SELECT name, count FROM counter")
            }
        changed: dict[str, int] = {}
        for numbered in entries:
            if numbered.verdict:
                continue
            body = msgspec.json.decode(numbered.entry.body, type=Counted)
            if body.name == POISON:
                raise ArithmeticError("a bug in a fold")
            self._counts[body.name] = self._counts.get(body.name, 0) + body.by
            changed[body.name] = numbered.gseq
        self.batches.append(len(entries))
        if changed:
            connection.exec_driver_sql(
                "INSERT OR REPLACE INTO counter VALUES(?, ?, ?)",
                [(name, self._counts[name], gseq) for name, gseq in changed.items()],
            )

    def fold_past(
        self, connection: Connection, entries: Sequence[Numbered], pending: Sequence[Numbered], mark: int
    ) -> str:
        """As two folds, with a look between them."""
        behind = mark + 1 - entries[0].gseq
        self.fold(connection, entries[:behind], pending)
        digest = self.state_digest(connection)
        self.fold(connection, entries[behind:], pending)
        return digest

    def overlay(self, connection: Connection, entries: Sequence[Numbered]) -> None:
        """Counts what is confirmed only: nothing that waits is visible in it."""

    def state_digest(self, connection: Connection) -> str:
        return self.digest(connection)

    def committed(self, entries: Sequence[Numbered]) -> None:
        self.told += [numbered.gseq for numbered in entries]

    def rolled_back(self) -> None:
        self._counts = None

    def digest(self, connection: Connection) -> str:
        rows = connection.exec_driver_sql("SELECT name, count, gseq FROM counter ORDER BY name").all()
        return hashlib.sha256(repr([tuple(row) for row in rows]).encode()).hexdigest()


def counted(
    name: str = "a",
    by: int = 1,
    *,
    subjects: tuple[str, ...] = (),
    base: Mapping[str, int] | None = None,
    eid: str | None = None,
    secrets: tuple[Secret, ...] = (),
) -> Draft:
    """A draft of the made-up kind, about `counter:<name>` and `subjects`."""
    return Draft(
        eid=eid or _new_id(NOON),
        kind="counted",
        kind_version=1,
        body=Counted(name, by),
        subjects=(f"counter:{name}", *subjects),
        actor="op-1",
        occurred_at=NOON,
        base=base or {},
        secrets=secrets,
    )


class Elsewhere:
    """Another database that seals entries of the made-up kind, as a desk that was cut off would."""

    def __init__(self, name: str = "desk-1", algorithm: str = DEFAULT_ALGORITHM) -> None:
        self.name = name
        self._algorithm = algorithm
        self._tail = OriginTail()

    def seal(self, draft: Draft, est_hub: Instant | None = NOON) -> Parcel:
        """The next entry, ready to be pushed. `est_hub` is what this database took the hub's time to be."""
        claim = TimeClaim(wall=NOON, boot=0, boot_id="elsewhere", est_hub=est_hub, err=None)
        _, raw, self._tail = seal(draft, self.name, self._tail, claim, self._algorithm)
        return Parcel(raw, draft.secrets)

    def parcels(self, count: int) -> list[Parcel]:
        return [self.seal(counted("abc"[number % 3])) for number in range(count)]


def counting_store(
    folder: Path, projector: Counting | None = None, clock: Clock | None = None, judge: Judge = judge_shape
) -> Store:
    """A demo store in `folder` with a clock that stands at NOON."""
    return open_store(folder, clock or ManualClock(NOON), projector or Counting(), mark="demo", judge=judge)


def write(store: Store, *drafts: Draft) -> Written:
    """Append and wait; fails when nothing was written."""
    outcome = store.append(drafts).result(10)
    assert isinstance(outcome, Written), outcome
    return outcome


def push(store: Store, origin: str, *parcels: Parcel) -> Accepted:
    """Push and wait; fails when the push was not accepted."""
    outcome = store.push(origin, parcels).result(10)
    assert isinstance(outcome, Accepted), outcome
    return outcome
