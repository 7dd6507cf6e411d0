"""A replica killed at any named point loses nothing it acknowledged and shows nothing that is not so."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from app.log.entries import PENDING_FROM
from app.log.files.failpoints import VARIABLE
from app.log.proving.verify import verify
from tests.helpers.replicas import Tally, hub_in, replica_in, settle, shown

ROOT = Path(__file__).parents[3]

POINTS = (
    "before_hold:3",
    "after_hold_write",
    "after_hold_commit:2",
    "before_take:2",
    "after_take_write:3",
    "after_take_fold",
    "after_take_commit:2",
    "cut_done",
)

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform == "win32", reason="no SIGKILL"),
]


def run(folder: Path, round_: str, armed: str) -> list[list[str]]:
    """What the program said before it was killed."""
    words = [sys.executable, "-m", "tests.helpers.replica_child", str(folder), round_]
    words.append("cut" if armed.startswith("cut") else "-")
    done = subprocess.run(
        words, cwd=ROOT, env=os.environ | {VARIABLE: armed}, capture_output=True, text=True, check=False
    )
    assert done.returncode == -signal.SIGKILL, done.stderr
    return [line.split() for line in done.stdout.splitlines()]


@pytest.mark.parametrize("armed", POINTS)
def test_killed(tmp_path: Path, armed: str) -> None:
    said = run(tmp_path, "one", armed)
    held = [eid for word, eid in said if word == "held"]
    taken = max((int(gseq) for word, gseq in said if word == "taken"), default=0)
    report = verify(tmp_path / "desk", Tally)
    # A cut is made whole at the next start: until then its projections are none.
    assert report.whole or armed == "cut_done", report.problems
    with hub_in(tmp_path / "hub") as hub, replica_in(tmp_path / "desk") as replica:
        confirmed, waiting = replica.read_after(0, 1_000), replica.read_after(PENDING_FROM - 1, 1_000)
        eids = [e.entry.eid for e in (*confirmed, *waiting)]
        assert len(eids) == len(set(eids))
        assert set(held) <= set(eids)
        assert replica.head().gseq == 2 if armed == "cut_done" else replica.head().gseq >= taken
        assert replica.pending_count() == len(waiting)
        assert sum(by for _, by in shown(replica).values()) == len(waiting)
        settle(hub, replica)
        assert shown(replica) == shown(hub)
        assert replica.pending_count() == 0
        numbered = [e.entry.eid for e in hub.read_after(0, 1_000)]
        assert len(numbered) == len(set(numbered))
        assert set(held) <= set(numbered)
        assert [e.raw for e in replica.read_after(0, 1_000)] == [e.raw for e in hub.read_after(0, 1_000)]
    for folder in ("hub", "desk"):
        report = verify(tmp_path / folder, Tally)
        assert report.whole, report.problems
