"""Hub processes on one PostgreSQL: whoever follows never passes over an entry, and a kill loses none."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from app.log.files.failpoints import VARIABLE
from app.log.port import Written
from app.log.postgres import committer
from app.log.postgres.hub import PgHub
from app.log.proving.verify import verify
from tests.helpers.counting import Counting, counted
from tests.helpers.pg_hubs import pair, pg_hub, written
from tests.helpers.postgres import Cluster, cluster

ROOT = Path(__file__).parents[3]
WRITERS = 8
WRITING_S = 3.0
SLOW_S = 0.02
"""Some transactions dawdle between their number and their commit, as any may under load."""

KILLED_AT = ("before_write", "before_push_write", "after_write", "before_commit", "after_commit")
KILLED_BESIDE = ("before_ack", "after_ack", "before_take", "after_take_write", "after_take_commit")
CALLS = 10

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform == "win32", reason="no SIGKILL"),
]

Write = Callable[[int], int]
"""Writes once as the n-th writer; how many entries are committed then."""


@pytest.fixture(scope="module")
def server() -> Iterator[Cluster]:
    with cluster() as running:
        yield running


@pytest.fixture
def url(server: Cluster) -> str:
    return server.make_database()


def passed_over(server: Cluster, url: str, table: str, write: Write) -> tuple[int, int]:
    """Eight writers, and a reader that follows `table` by `gseq > cursor` as every tail does: how many
    entries were committed, and how many of them the reader never saw."""
    stop, counts, seen = threading.Event(), [0] * WRITERS, 0

    def work(number: int) -> None:
        while not stop.is_set():
            counts[number] += write(number)

    writers = [threading.Thread(target=work, args=(number,)) for number in range(WRITERS)]
    with server.connect(url) as there:
        cursor = 0

        def follow() -> int:
            nonlocal cursor
            query = f"SELECT gseq FROM {table} WHERE gseq > %s ORDER BY gseq LIMIT 5000"
            found = [row[0] for row in there.execute(query, (cursor,)).fetchall()]
            cursor = found[-1] if found else cursor
            return len(found)

        for writer in writers:
            writer.start()
        until = time.monotonic() + WRITING_S
        while time.monotonic() < until:
            seen += follow()
        stop.set()
        for writer in writers:
            writer.join()
        while found := follow():
            seen += found
    return sum(counts), sum(counts) - seen


def dawdle(chance: random.Random) -> None:
    if chance.random() < 0.3:
        time.sleep(chance.random() * SLOW_S)


def test_a_reader_that_follows_never_passes_over_an_entry(
    tmp_path: Path, server: Cluster, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    chance = random.Random(1)

    def slow(name: str) -> None:
        if name == "before_commit":
            dawdle(chance)

    monkeypatch.setattr(committer, "hit", slow)
    hubs = pair(tmp_path, url)

    def write(number: int) -> int:
        return len(written(hubs[number % 2], counted("c")).entries)

    with hubs[0], hubs[1]:
        count, skipped = passed_over(server, url, "entry", write)
        heads = [hub.fresh().result(30) for hub in hubs]
        logs = [hub.read_after(0, 1_000_000) for hub in hubs]
    assert count > 5 * WRITERS
    assert skipped == 0
    # The hubs' own tails have folded the same, in the same order, each number once.
    assert heads[0] == heads[1]
    assert logs[0] == logs[1]
    assert [entry.gseq for entry in logs[0]] == list(range(1, count + 1))


def test_numbers_from_a_sequence_would_be_passed_over(server: Cluster, url: str) -> None:
    """The mutant: numbered by BIGSERIAL, outside the head row. The very same reader must catch it."""
    with server.connect(url) as there:
        there.execute("CREATE TABLE mutant(gseq bigserial PRIMARY KEY, writer int)")
    lines = [psycopg.connect(url) for _ in range(WRITERS)]
    chances = [random.Random(number) for number in range(WRITERS)]

    def write(number: int) -> int:
        lines[number].execute("INSERT INTO mutant(writer) VALUES(%s)", (number,))
        dawdle(chances[number])
        lines[number].commit()
        return 1

    count, skipped = passed_over(server, url, "mutant", write)
    for line in lines:
        line.close()
    assert count > 5 * WRITERS
    assert skipped > 0


def run(
    folder: Path, url: str, round_: str, armed: str = "", kill_after: int = 0
) -> tuple[dict[str, int], bool]:
    """What a hub process acknowledged before its end, and whether it was killed."""
    words = [sys.executable, "-m", "tests.helpers.pg_child", str(folder), url, round_, str(CALLS)]
    environment = os.environ | {VARIABLE: armed}
    lines: list[str] = []
    with subprocess.Popen(words, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True) as program:
        assert program.stdout is not None
        for line in program.stdout:
            lines.append(line)
            if kill_after and len(lines) > kill_after:
                program.kill()
    assert program.returncode in (0, -signal.SIGKILL)
    whole = [line.split() for line in lines if line.endswith("\n")]
    return {words[0]: int(words[1]) for words in whole if len(words) == 2}, program.returncode != 0


def check(hub: PgHub, acknowledged: dict[str, int]) -> None:
    """Acknowledged once is there once, where it was said; all numbers dense, and this hub can go on."""
    hub.fresh().result(30)
    entries = hub.read_after(0, 1_000_000)
    assert [entry.gseq for entry in entries] == list(range(1, len(entries) + 1))
    places = {entry.entry.eid: entry.gseq for entry in entries}
    assert len(places) == len(entries)
    assert {eid: places.get(eid) for eid in acknowledged} == acknowledged
    assert isinstance(hub.append([counted("a")]).result(30), Written)


@pytest.mark.parametrize("point", [*KILLED_AT, *KILLED_BESIDE])
def test_killed_at_any_point_nothing_acknowledged_is_lost(tmp_path: Path, url: str, point: str) -> None:
    with pg_hub(tmp_path / "beside", url) as beside:
        (tmp_path / "hub").mkdir()
        (tmp_path / "hub" / "muster.key").write_bytes((tmp_path / "beside" / "muster.key").read_bytes())
        acknowledged, killed = run(tmp_path / "hub", url, "first", f"{point}:3")
        assert killed
        # The other process is not held up, and sees everything.
        check(beside, acknowledged)
        again, killed = run(tmp_path / "hub", url, "second")
        assert not killed
        check(beside, {**acknowledged, **again})
    report = verify(tmp_path / "hub", Counting)
    assert (report.problems, report.folded) == ((), True)


def test_killed_at_any_moment_nothing_acknowledged_is_lost(tmp_path: Path, url: str) -> None:
    acknowledged: dict[str, int] = {}
    with pg_hub(tmp_path / "beside", url) as beside:
        (tmp_path / "hub").mkdir()
        (tmp_path / "hub" / "muster.key").write_bytes((tmp_path / "beside" / "muster.key").read_bytes())
        for round_ in range(3):
            heard, _ = run(tmp_path / "hub", url, str(round_), kill_after=5 + 7 * round_)
            acknowledged |= heard
            check(beside, acknowledged)
    assert len(acknowledged) > 20
