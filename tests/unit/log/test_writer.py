"""The writer's queue: groups, bounds, failures that stay alone, and an end that leaves nobody waiting."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import Connection

from app.base.errors import UsageError, WorldError
from app.log import writer as writer_module
from app.log.files.origin import ENTRY_BYTES_MAX
from app.log.port import Duplicate, Stale, Written
from app.log.proving.verify import verify
from app.log.store import Store
from tests.helpers.counting import POISON, Counting, counted, counting_store, write


@contextmanager
def held_up(store: Store) -> Iterator[None]:
    """Keep the writer busy for the block, so that what is appended meanwhile waits together."""
    entered, leave = threading.Event(), threading.Event()

    def wait(_: Connection) -> int:
        entered.set()
        leave.wait(10)
        return 0

    store._writer.run(wait)
    assert entered.wait(5)
    try:
        yield
    finally:
        leave.set()


def counts(store: Store) -> dict[str, int]:
    return {row[0]: row[1] for row in store.reader().exec_driver_sql("SELECT name, count FROM counter")}


def test_appends_that_wait_are_written_in_one_transaction(tmp_path: Path) -> None:
    projector = Counting()
    with counting_store(tmp_path, projector) as store:
        with held_up(store):
            futures = [store.append([counted(), counted()]) for _ in range(20)]
        assert [future.result(5).entries[0].gseq for future in futures] == list(range(1, 41, 2))
        assert projector.batches == [40]


def test_a_group_has_a_limit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writer_module, "GROUP_DRAFTS_MAX", 6)
    projector = Counting()
    with counting_store(tmp_path, projector) as store:
        with held_up(store):
            futures = [store.append([counted(), counted()]) for _ in range(7)]
        for future in futures:
            future.result(5)
        assert projector.batches == [6, 6, 2]


def test_one_bad_append_harms_no_other(tmp_path: Path) -> None:
    """A duplicate, a stale one, a bug in a fold, a body that is too big: each is refused alone."""
    projector = Counting()
    with counting_store(tmp_path, projector) as store:
        write(store, counted("a", subjects=("idem:1",)))
        with held_up(store):
            futures = [
                store.append([counted("b")]),
                store.append([counted("a", subjects=("idem:1",))]),
                store.append([counted("b"), counted(POISON)]),
                store.append([counted("a", base={"counter:a": 0})]),
                store.append([counted("x" * ENTRY_BYTES_MAX)]),
                store.append([counted("b", 10)]),
            ]
        answers = [future.exception(5) or future.result() for future in futures]
        assert isinstance(answers[0], Written)
        assert answers[1] == Duplicate(0, "idem:1", 1)
        assert isinstance(answers[2], ArithmeticError)
        assert answers[3] == Stale("counter:a", 1)
        assert isinstance(answers[4], UsageError)
        assert isinstance(answers[5], Written)
        assert answers[5].entries[0].gseq == 3
        assert counts(store) == {"a": 1, "b": 11}
        assert projector.told == [1, 2, 3]
        write(store, counted("b"))
        assert counts(store)["b"] == 12
    assert verify(tmp_path, Counting).whole


def test_a_projection_that_fails_after_the_commit_does_not_unsay_it(tmp_path: Path) -> None:
    class Careless(Counting):
        def committed(self, entries: object) -> None:
            raise RuntimeError("only memory is in doubt")

    with counting_store(tmp_path, Careless()) as store:
        write(store, counted("a"))
        write(store, counted("a"))
        assert counts(store) == {"a": 2}


def test_the_queue_is_bounded_and_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writer_module, "WAITING_MAX", 5)
    with counting_store(tmp_path) as store:
        with held_up(store):
            futures = [store.append([counted()]) for _ in range(7)]
        for future in futures[:5]:
            assert isinstance(future.result(5), Written)
        for future in futures[5:]:
            error = future.exception(5)
            assert isinstance(error, WorldError)
            assert error.key == "log_busy"
        assert store.head().gseq == 5


def test_a_cancelled_append_is_not_written(tmp_path: Path) -> None:
    with counting_store(tmp_path) as store:
        with held_up(store):
            first, second = store.append([counted("a")]), store.append([counted("b")])
            assert first.cancel()
        assert isinstance(second.result(5), Written)
        assert counts(store) == {"b": 1}


def test_closing_writes_what_waits(tmp_path: Path) -> None:
    store = counting_store(tmp_path)
    with held_up(store):
        futures = [store.append([counted()]) for _ in range(5)]
    store.close()
    assert all(isinstance(future.result(0), Written) for future in futures)
    with counting_store(tmp_path) as again:
        assert again.head().gseq == 5


def test_other_work_fails_alone(tmp_path: Path) -> None:
    with counting_store(tmp_path) as store:

        def work(connection: Connection) -> int:
            connection.exec_driver_sql("DELETE FROM counter")
            raise ZeroDivisionError

        write(store, counted("a"))
        with pytest.raises(ZeroDivisionError):
            store._writer.run(work).result(5)
        write(store, counted("a"))
        assert counts(store) == {"a": 2}


def test_many_threads_lose_nothing(tmp_path: Path) -> None:
    with counting_store(tmp_path) as store:

        def work(name: str) -> None:
            for _ in range(20):
                write(store, counted(name))

        threads = [threading.Thread(target=work, args=(f"t{number}",)) for number in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert counts(store) == {f"t{number}": 20 for number in range(8)}
        assert store.head().gseq == 160
    assert verify(tmp_path, Counting).whole
