"""What waits in a replica's queue together is written together, and what fails in it fails alone."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import Connection

from app.log.entries import Numbered
from app.log.files.origin import ENTRY_BYTES_MAX
from app.log.following.taking import Mismatch, Taken
from app.log.port import Duplicate, Written
from app.log.replica import Replica
from tests.helpers.counting import POISON, counted, write
from tests.helpers.replicas import Tally, hold, hub_in, join, replica_in, settle, shown


class Watched(Tally):
    """Remembers how many entries were laid over at once."""

    def __init__(self) -> None:
        super().__init__()
        self.laid: list[int] = []

    def overlay(self, connection: Connection, entries: Sequence[Numbered]) -> None:
        super().overlay(connection, entries)
        self.laid.append(len(entries))


@contextmanager
def held_up(replica: Replica) -> Iterator[None]:
    """Keep the writer busy for the block, so that what is asked meanwhile waits together."""
    entered, leave = threading.Event(), threading.Event()

    def wait(_: Connection) -> int:
        entered.set()
        leave.wait(10)
        return 0

    replica._jobs.run(wait)
    assert entered.wait(5)
    try:
        yield
    finally:
        leave.set()


def test_appends_that_wait_are_one_transaction(tmp_path: Path) -> None:
    watched = Watched()
    with replica_in(tmp_path, watched) as replica:
        with held_up(replica):
            futures = [replica.append([counted(), counted()]) for _ in range(10)]
        assert all(isinstance(future.result(5), Written) for future in futures)
        assert watched.laid == [20]
        assert (replica.sealed(), replica.pending_count()) == (20, 20)


def test_one_bad_append_harms_no_other(tmp_path: Path) -> None:
    with replica_in(tmp_path) as replica:
        with held_up(replica):
            futures = [
                replica.append([counted("a", subjects=("idem:1",))]),
                replica.append([counted("a", subjects=("idem:1",))]),
                replica.append([counted("b"), counted(POISON)]),
                replica.append([counted("x" * ENTRY_BYTES_MAX)]),
                replica.append([counted("b")]),
            ]
        answers = [future.exception(5) or future.result() for future in futures]
        assert isinstance(answers[0], Written)
        assert isinstance(answers[1], Duplicate)
        assert isinstance(answers[2], ArithmeticError)
        assert getattr(answers[3], "key", "") == "entry_too_big"
        assert isinstance(answers[4], Written)
        assert shown(replica) == {"a": (0, 1), "b": (0, 1)}
        assert replica.sealed() == 2


def test_takes_that_wait_are_one_transaction(tmp_path: Path) -> None:
    tally = Tally()
    with hub_in(tmp_path / "hub") as hub, replica_in(tmp_path / "desk", tally) as replica:
        write(hub, *[counted("a") for _ in range(9)])
        join(hub, replica)
        lines = hub.read_after(0, 9)
        with held_up(replica):
            futures = [replica.take(lines[start : start + 3]) for start in (0, 3, 6)]
        assert [future.result(5) for future in futures] == [Taken(hub.head(), 0)] * 3
        assert tally.folded == [9]


def test_one_bad_take_does_not_keep_those_before_it(tmp_path: Path) -> None:
    with hub_in(tmp_path / "hub") as hub, replica_in(tmp_path / "desk") as replica:
        write(hub, *[counted("a") for _ in range(9)])
        join(hub, replica)
        lines = hub.read_after(0, 9)
        with held_up(replica):
            futures = [replica.take(lines[:3]), replica.take(lines[4:6]), replica.append([counted("b")])]
        first, second, third = (future.result(5) for future in futures)
        assert isinstance(first, Taken)
        assert second == Mismatch(5, "number")
        assert isinstance(third, Written)
        assert (replica.head().gseq, shown(replica)) == (3, {"a": (3, 0), "b": (0, 1)})


def test_a_bug_in_a_fold_refuses_a_take_and_the_next_works(tmp_path: Path) -> None:
    class Failing(Tally):
        failing = True

        def fold(
            self, connection: Connection, entries: Sequence[Numbered], pending: Sequence[Numbered] = ()
        ) -> None:
            super().fold(connection, entries, pending)
            if self.failing:
                raise ArithmeticError

    failing = Failing()
    with hub_in(tmp_path / "hub") as hub, replica_in(tmp_path / "desk", failing) as replica:
        join(hub, replica)
        mine = hold(replica, counted("a"))
        write(hub, counted("b"))
        with pytest.raises(ArithmeticError):
            replica.take(hub.read_after(0, 9)).result(5)
        assert failing.rollbacks == 1
        assert (replica.head().gseq, replica.pending_count(), shown(replica)) == (0, 1, {"a": (0, 1)})
        failing.failing = False
        settle(hub, replica)
        settle(hub, replica)
        assert [e.raw for e in hub.read_after(1, 9)] == [mine[0].raw]
        assert shown(replica) == shown(hub)
