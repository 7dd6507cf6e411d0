"""Reading connections: one a thread, closed when the thread is gone, none after the end."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import Connection

from app.base.errors import WorldError
from app.log.files.database import Access, engine, transaction
from app.log.readers import Readers

KEY = bytes(32)


def on_a_thread(work: Callable[[], Connection]) -> Connection:
    found: list[Connection] = []
    thread = threading.Thread(target=lambda: found.append(work()))
    thread.start()
    thread.join()
    return found[0]


@pytest.fixture
def readers(tmp_path: Path) -> Readers:
    with engine(tmp_path / "m.db", KEY, Access.CREATE).connect() as connection, transaction(connection):
        connection.exec_driver_sql("CREATE TABLE t(a)")
    return Readers(engine(tmp_path / "m.db", KEY, Access.READ))


def test_a_thread_keeps_its_connection_and_shares_it_with_none(readers: Readers) -> None:
    mine = readers.get()
    assert readers.get() is mine
    assert on_a_thread(readers.get) is not mine
    readers.close()


def test_connections_of_threads_that_ended_are_closed_by_the_next(readers: Readers) -> None:
    mine, first = readers.get(), on_a_thread(readers.get)
    second = on_a_thread(readers.get)
    assert (mine.closed, first.closed, second.closed) == (False, True, False)
    readers.close()
    assert (mine.closed, second.closed) == (True, True)


def test_after_the_end_there_are_none(readers: Readers) -> None:
    readers.get()
    readers.close()
    with pytest.raises(WorldError) as refused:
        readers.get()
    assert refused.value.key == "log_closed"
