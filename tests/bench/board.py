"""How long the board takes to answer: any queue, filter, sort or search, to the words of its first page."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.bench.figure import Figure, quantile
from tests.bench.filling import filled_hall

SIZES = (100_000, 1_000_000)
LIVED_SHARE = 0.05

P99_MS_MAX = 50.0
MEMORY_MB_MAX = 600.0

ROOT = Path(__file__).parents[2]


def bench(rows: int | None) -> list[Figure]:
    """From the wish to the finished words of the first 40 rows, on a replica of N incidents: a twentieth
    lived through our workflow, the rest is history. Painting is not included; the memory is that of a
    process that opens the replica and shows it."""
    figures: list[Figure] = []
    for size in (rows,) if rows else SIZES:
        figures += _at(size)
    return figures


def _at(size: int) -> list[Figure]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "hall"
        lived = int(size * LIVED_SHARE)
        filled_hall(path, lived, size - lived)
        command = [sys.executable, "-m", "tests.bench.board_child", str(path)]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    found = json.loads(done.stdout)
    times: dict[str, list[float]] = found["times_ms"]
    every = [ms for each in times.values() for ms in each]
    slowest = max(times, key=lambda name: quantile(times[name], 0.5))
    return [
        Figure(f"{size}: open the replica to a first board", found["opened_s"], "s"),
        Figure(f"{size}: first page, median", quantile(every, 0.5), "ms"),
        Figure(f"{size}: first page, p99", quantile(every, 0.99), "ms", P99_MS_MAX),
        Figure(f"{size}: slowest wish ({slowest}), median", quantile(times[slowest], 0.5), "ms"),
        Figure(f"{size}: memory", found["memory_mb"], "MB", MEMORY_MB_MAX),
    ]
