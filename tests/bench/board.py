"""How long the board takes to answer: any queue, filter, sort or search, to the words of its first page."""

from __future__ import annotations

import resource
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from app.base.clock import SystemClock
from app.projections.selecting import Filter
from app.viewmodels.board import BoardModel
from tests.bench.figure import Figure, quantile
from tests.bench.filling import WHAT, WHERE, filled_hall
from tests.helpers.glass import glass
from tests.helpers.halls import hall

SIZES = (100_000, 1_000_000)
LIVED_SHARE = 0.05
PAGE = 40
ROUNDS = 12

P99_MS_MAX = 50.0
MEMORY_MB_MAX = 600.0


def bench(rows: int | None) -> list[Figure]:
    """From the wish to the finished words of the first 40 rows, on a replica of N incidents: a twentieth
    lived through our workflow, the rest is history. Painting is not included, the memory is the whole
    process's."""
    figures: list[Figure] = []
    for size in (rows,) if rows else SIZES:
        figures += _at(size)
    return figures


def _at(size: int) -> list[Figure]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "hall"
        lived = int(size * LIVED_SHARE)
        filled_hall(path, lived, size - lived)
        begun = time.perf_counter()
        with hall(path, SystemClock()) as test:
            context = glass(test)
            model = BoardModel(context)
            opened = time.perf_counter() - begun
            times = [_timed(model, wish) for _ in range(ROUNDS) for wish in _wishes(model)]
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return [
        Figure(f"{size}: open the replica to a first board", opened, "s"),
        Figure(f"{size}: first page, median", quantile(times, 0.5), "ms"),
        Figure(f"{size}: first page, p99", quantile(times, 0.99), "ms", P99_MS_MAX),
        Figure(f"{size}: memory of the process at most", memory, "MB", MEMORY_MB_MAX),
    ]


def _wishes(model: BoardModel) -> list[Callable[[], None]]:
    return [
        lambda: model.show(Filter("open")),
        lambda: model.show(Filter("all")),
        lambda: model.show(Filter("overdue")),
        lambda: model.show(Filter("all", street="990101001", family="06")),
        lambda: model.show(Filter("all", urgent=True)),
        lambda: model.sort("received_at", True),
        lambda: model.sort("due_at", False),
        lambda: model.show(Filter("open"), WHAT[3][:2]),
        lambda: model.show(Filter("open"), WHERE[4] + "118"),
        lambda: model.show(Filter("open"), "龘靐"),
    ]


def _timed(model: BoardModel, wish: Callable[[], None]) -> float:
    begun = time.perf_counter()
    wish()
    for place in range(min(PAGE, model.count())):
        model.line(place)
    return (time.perf_counter() - begun) * 1000
