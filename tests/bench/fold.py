"""What one entry costs to fold."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

from app.base.clock import SystemClock
from app.log.store import open_store
from app.projections.projector import HallProjector
from tests.bench.figure import Figure
from tests.bench.filling import filled_hall

LIVED = 10_000

FOLD_US_MAX = 30.0


def bench(rows: int | None) -> list[Figure]:
    """All projections made anew from the log by opening the store with refold: reading and decoding entries,
    evolve, due times, board, search index, SQLite in batches. Not included: verifying hashes."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "hall"
        filled = filled_hall(path, rows or LIVED, 0)
        begun = time.perf_counter()
        with open_store(path, SystemClock(), HallProjector(), refold=True):
            took = time.perf_counter() - begun
    return [
        Figure("entries", filled.entries, "entries"),
        Figure("fold, all projections", took / filled.entries * 1e6, "us/entry", FOLD_US_MAX),
    ]
