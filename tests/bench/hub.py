"""Durable appends on PostgreSQL by several hub processes at once, and whether a follower misses any."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from app.base.clock import SystemClock
from app.log.postgres.opening import open_pg_hub
from app.projections.projector import HallProjector
from tests.bench.figure import Figure
from tests.helpers.postgres import Cluster, cluster

ROOT = Path(__file__).parents[2]
WRITERS = 8
SECONDS = 8
ENTRIES_PER_S_MIN = 20_000.0
KEY = "muster.key"


def bench(_rows: int | None) -> list[Figure]:
    """Entries made durable on a PostgreSQL of this machine (fsync on, its default settings) by 8 writers,
    reports of 0.7 KB: judged, sealed, both chains, three tables with their indexes, one head row. Servers and
    writers share the processors. Not included: deciding. Folding is not included where it says numbering;
    where it says whole, each append was folded by its process too, and each process folds what all write."""
    figures = []
    with cluster(on_disk=True) as server:
        for kind, processes, per_call in (
            ("numbering", 1, 100),
            ("numbering", 2, 100),
            ("numbering", 2, 1),
            ("whole", 1, 100),
            ("whole", 2, 100),
        ):
            figures += _measure(server, kind, processes, per_call)
    return figures


def _measure(server: Cluster, kind: str, processes: int, per_call: int) -> list[Figure]:
    name = f"{kind}, {processes} process{'es'[: 2 * (processes > 1)]}, {per_call} a call"
    with tempfile.TemporaryDirectory() as folder:
        url = server.make_database()
        places = [Path(folder) / str(number) for number in range(processes)]
        open_pg_hub(places[0], url, SystemClock(), HallProjector()).close()
        for place in places[1:]:
            place.mkdir()
            shutil.copy(places[0] / KEY, place / KEY)
        with _follower(server, url) as seen:
            rate, count = _write(places, url, kind, per_call)
        skipped = count - seen[0]
    least = ENTRIES_PER_S_MIN if (kind, per_call) == ("numbering", 100) else None
    return [
        Figure(f"{name}: appends", rate, "entries/s", least, at_least=True),
        Figure(f"{name}: a follower missed", skipped, "entries", 0),
    ]


def _write(places: list[Path], url: str, kind: str, per_call: int) -> tuple[float, int]:
    amount = [str(WRITERS // len(places)), str(per_call), str(SECONDS)]
    children = [
        subprocess.Popen(
            [sys.executable, "-m", "tests.bench.hub_child", str(place), url, kind, *amount],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for place in places
    ]
    for child in children:
        assert child.stdout is not None
        assert child.stdout.readline() == "ready\n"
    for child in children:
        assert child.stdin is not None
        child.stdin.write("go\n")
        child.stdin.flush()
    said = [child.communicate()[0].split() for child in children]
    counts, seconds = [int(words[0]) for words in said], [float(words[1]) for words in said]
    return sum(counts) / max(seconds), sum(counts)


@contextmanager
def _follower(server: Cluster, url: str) -> Iterator[list[int]]:
    """Follows by `gseq > cursor` as a tail does, twenty times a second; how many it has seen, at the end."""
    stop, seen = threading.Event(), [0]

    def follow() -> None:
        with server.connect(url) as there:
            cursor = 0
            last = False
            while True:
                query = "SELECT gseq FROM entry WHERE gseq > %s ORDER BY gseq LIMIT 5000"
                found = there.execute(query, (cursor,)).fetchall()
                seen[0] += len(found)
                if found:
                    cursor = found[-1][0]
                elif last:
                    return
                last = stop.is_set()
                if not found:
                    stop.wait(0.05)

    thread = threading.Thread(target=follow)
    thread.start()
    try:
        yield seen
    finally:
        stop.set()
        thread.join()
