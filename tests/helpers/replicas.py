"""Replicas and the hub they follow, joined without a line, and a projection that shows what waits."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import msgspec
from sqlalchemy import Connection

from app.base.clock import ManualClock
from app.domain.sealed import Sealed
from app.log.entries import Draft, Numbered, Secret, TimeClaim
from app.log.following.taking import Taken
from app.log.port import Accepted, Written
from app.log.projector import Projector
from app.log.replica import Replica, open_replica
from app.log.store import Store, open_store
from tests.helpers.counting import NOON, POISON, Counted, counted

BYTES = 1_000_000
COUNTER = "counter:"


class Tally:
    """Counts by name: `count` is what is confirmed, `waiting` what is laid over it. What waits about a name
    is counted anew whenever something about that name is confirmed, as the contract of folding has it."""

    def __init__(self, version: int = 1) -> None:
        self.names_and_versions: Mapping[str, int] = {"tally": version}
        self.folded: list[int] = []
        self.resets = 0
        self.rollbacks = 0

    def reset(self, connection: Connection) -> None:
        connection.exec_driver_sql("DROP TABLE IF EXISTS tally")
        connection.exec_driver_sql(
            "CREATE TABLE tally(name TEXT PRIMARY KEY, count INTEGER, waiting INTEGER) STRICT"
        )
        self.resets += 1

    def fold(
        self, connection: Connection, entries: Sequence[Numbered], pending: Sequence[Numbered] = ()
    ) -> None:
        self.folded.append(len(entries))
        for numbered in entries:
            for name, by in _counts(numbered):
                _add(connection, name, count=0 if numbered.verdict else by)
                connection.exec_driver_sql("UPDATE tally SET waiting = 0 WHERE name = ?", (name,))
        touched = {name for numbered in entries for name, _ in _counts(numbered)}
        for numbered in pending:
            for name, by in _counts(numbered):
                if name in touched:
                    _add(connection, name, waiting=by)

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
        for numbered in entries:
            for name, by in _counts(numbered):
                _add(connection, name, waiting=by)

    def state_digest(self, connection: Connection) -> str:
        return _hash(connection, "SELECT name, count FROM tally WHERE count > 0 ORDER BY name")

    def committed(self, entries: Sequence[Numbered]) -> None:
        pass

    def rolled_back(self) -> None:
        self.rollbacks += 1

    def digest(self, connection: Connection) -> str:
        return _hash(
            connection, "SELECT name, count, waiting FROM tally WHERE count + waiting > 0 ORDER BY name"
        )


class Confided(msgspec.Struct, frozen=True):
    """Counted once, with personal data."""

    name: str
    phone: Sealed
    by: int = 1


def confided(name: str, sealed: Sealed, secret: Secret) -> Draft:
    """A draft that refers to personal data."""
    return msgspec.structs.replace(counted(name), body=Confided(name, sealed), secrets=(secret,))


def _counts(numbered: Numbered) -> list[tuple[str, int]]:
    body = msgspec.json.decode(numbered.entry.body, type=Counted)
    if body.name == POISON:
        raise ArithmeticError("a bug in a fold")
    names = (s[len(COUNTER) :] for s in numbered.entry.subjects if s.startswith(COUNTER))
    return [(name, body.by) for name in dict.fromkeys(names)]


def _add(connection: Connection, name: str, count: int = 0, waiting: int = 0) -> None:
    connection.exec_driver_sql(
        "INSERT INTO tally VALUES(?, ?, ?) ON CONFLICT(name) DO UPDATE SET "
        "count = count + excluded.count, waiting = waiting + excluded.waiting",
        (name, count, waiting),
    )


def _hash(connection: Connection, query: str) -> str:
    found = [tuple(row) for row in connection.exec_driver_sql(query)]
    return hashlib.sha256(repr(found).encode()).hexdigest()


def shown(log: Store | Replica) -> dict[str, tuple[int, int]]:
    """Of each name what is confirmed and what waits, as readers see it."""
    found = log.reader().exec_driver_sql("SELECT name, count, waiting FROM tally WHERE count + waiting > 0")
    return {str(name): (int(count), int(waiting)) for name, count, waiting in found}


def claim() -> TimeClaim:
    return TimeClaim(wall=NOON + 5, boot=5, boot_id="manual", est_hub=NOON, err=20)


def replica_in(
    folder: Path,
    projector: Projector | None = None,
    claims: Callable[[], TimeClaim] = claim,
    *,
    refold: bool = False,
) -> Replica:
    """A demo replica in `folder` that believes it is NOON."""
    return open_replica(folder, ManualClock(NOON), projector or Tally(), claims, mark="demo", refold=refold)


def hub_in(folder: Path, projector: Projector | None = None) -> Store:
    """A demo hub in `folder` whose clock stands a second after NOON."""
    return open_store(folder, ManualClock(NOON + 1_000), projector or Tally(), mark="demo")


def hold(replica: Replica, *drafts: Draft) -> tuple[Numbered, ...]:
    """Append and wait; fails when nothing was written."""
    outcome = replica.append(drafts).result(10)
    assert isinstance(outcome, Written), outcome
    return outcome.entries


def join(hub: Store, replica: Replica) -> None:
    replica.join(hub.head().stream, hub.head().epoch).result(10)


def push(replica: Replica, hub: Store, most: int = 1_000) -> int:
    """Send the next waiting entries; how many those were."""
    parcels = replica.waiting(hub.pushed(replica.origin), most, BYTES)
    if parcels:
        outcome = hub.push(replica.origin, parcels).result(10)
        assert isinstance(outcome, Accepted), outcome
    return len(parcels)


def pull(replica: Replica, hub: Store, most: int = 1_000) -> int:
    """Take the next lines; how many those were."""
    lines = hub.read_after(replica.head().gseq, most)
    if lines:
        outcome = replica.take(lines).result(10)
        assert isinstance(outcome, Taken), outcome
    return len(lines)


def settle(hub: Store, *replicas: Replica) -> None:
    """Exchange until nobody has news for anybody."""
    for replica in replicas:
        join(hub, replica)
        while push(replica, hub):
            pass
    for replica in replicas:
        while pull(replica, hub):
            pass
