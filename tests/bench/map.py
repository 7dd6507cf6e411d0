"""The map under a moving hand: frames a second with ten thousand moving signs, and the cost of their news."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from tests.bench.figure import Figure
from tests.helpers.xvfb import display

MOVING = 10_000
SIZES = {"1080p": ("1920x1080", 60.0), "4K": ("3840x2160", 30.0)}
UPDATE_MS_MAX = 8.0

ROOT = Path(__file__).parents[2]


def bench(rows: int | None) -> list[Figure]:
    """N (10,000) moving signs over the areas of the large demo district (10 streets, 124 communities, 4,866
    grids), 40 names beside them, in a window of 1920x1080 and one of 3840x2160 under Xvfb, painted by the CPU
    alone. Each frame moves or zooms the map and paints all of it; every eighth is a zoom step. The update
    moves every sign a little and paints what that takes. There is no base map to draw yet."""
    figures: list[Figure] = []
    for name, (size, frames_min) in SIZES.items():
        with display(f"{size}x24") as screen:
            environment = {**os.environ, "DISPLAY": screen, "QT_QPA_PLATFORM": "xcb"}
            found = _measured(size, rows or MOVING, environment)
        figures += [
            Figure(
                f"{name}: pan and zoom, frames a second, median",
                found["frames"],
                "frames/s",
                frames_min,
                True,
            ),
            Figure(f"{name}: frame, p95", found["frame_p95"], "ms"),
            Figure(f"{name}: zoom step until sharp", found["sharp"], "ms"),
            Figure(f"{name}: update of all signs, median", found["update"], "ms", UPDATE_MS_MAX),
            Figure(f"{name}: names beside signs", found["names"], ""),
        ]
    return figures


def _measured(size: str, moving: int, environment: dict[str, str]) -> dict[str, float]:
    command = [sys.executable, "-m", "tests.bench.map_child", size, str(moving)]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    for line in done.stdout.splitlines():
        if line.startswith("{"):
            found: dict[str, float] = json.loads(line)
            return found
    raise RuntimeError(done.stderr[-2_000:])
