"""From process start to a live board on the glass."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.bench.figure import Figure, quantile
from tests.bench.filling import filled_hall
from tests.gate import screen

INCIDENTS = 100_000
LIVED_SHARE = 0.05
RUNS = 5

START_S_MAX = 2.0

ROOT = Path(__file__).parents[2]


def bench(rows: int | None) -> list[Figure]:
    """Spawn of the interpreter to the first painted row of the console's board, under Xvfb, on a replica of
    100,000 incidents: a twentieth lived through our workflow, the rest is history. The first run warms the
    files and is not counted; nor is the launcher's own tenth of a second."""
    size = rows or INCIDENTS
    with tempfile.TemporaryDirectory() as folder, screen() as environment:
        path = Path(folder) / "hall"
        lived = int(size * LIVED_SHARE)
        filled_hall(path, lived, size - lived)
        times = [_once(path, environment) for _ in range(RUNS + 1)][1:]
    return [
        Figure(f"{size}: process start to painted board, median", quantile(times, 0.5), "s", START_S_MAX),
        Figure(f"{size}: process start to painted board, slowest", max(times), "s"),
    ]


def _once(path: Path, environment: dict[str, str]) -> float:
    command = [sys.executable, "-m", "tests.bench.start_child", str(path), str(time.time())]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    for line in done.stdout.splitlines():
        if line.startswith("painted "):
            return float(line.split()[1])
    raise RuntimeError(done.stderr[-2_000:])
