"""Durable appends a second."""

from __future__ import annotations

import tempfile
import threading
import time
from pathlib import Path

from app.log.port import Written
from tests.bench.figure import Figure
from tests.bench.filling import report
from tests.helpers.halls import TestHall, hall

SERIAL = 500
CALLS = 50
PER_CALL = 100
CALLERS = 8
PER_CALLER = 200


def bench(_rows: int | None) -> list[Figure]:
    """Entries made durable (WAL, synchronous FULL, encrypted, chained, all projections folded in the same
    transaction). Not included: deciding. The disk is the one under the temporary folder."""
    with tempfile.TemporaryDirectory() as folder, hall(Path(folder) / "hall") as test:
        return [
            Figure("one entry a call, one caller", _serial(test), "entries/s"),
            Figure("100 entries a call, one caller", _batched(test), "entries/s"),
            Figure("one entry a call, 8 callers (group commit)", _crowd(test), "entries/s"),
        ]


def _one(test: TestHall, number: int, of: int = 1) -> None:
    drafts = [report(test.commander.desk, f"{number}-{part}") for part in range(of)]
    assert isinstance(test.store.append(drafts).result(), Written)


def _serial(test: TestHall) -> float:
    begun = time.perf_counter()
    for number in range(SERIAL):
        _one(test, number)
    return SERIAL / (time.perf_counter() - begun)


def _batched(test: TestHall) -> float:
    begun = time.perf_counter()
    for number in range(CALLS):
        _one(test, 1_000_000 + number, PER_CALL)
    return CALLS * PER_CALL / (time.perf_counter() - begun)


def _crowd(test: TestHall) -> float:
    def work(caller: int) -> None:
        for number in range(PER_CALLER):
            _one(test, 2_000_000 + caller * PER_CALLER + number)

    threads = [threading.Thread(target=work, args=(caller,)) for caller in range(CALLERS)]
    begun = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return CALLERS * PER_CALLER / (time.perf_counter() - begun)
