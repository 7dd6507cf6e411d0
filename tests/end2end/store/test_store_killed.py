"""Killed at any named point or at any moment, nothing acknowledged is lost and nothing half-done remains."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from app.log.files.failpoints import VARIABLE
from app.log.port import Duplicate, Written
from app.log.proving import rebuild
from app.log.proving.verify import verify
from app.log.store import Store
from tests.helpers.append_child import CALLERS, planned
from tests.helpers.counting import Counting, counting_store

ROOT = Path(__file__).parents[3]
CALLS = 12

MAKING = ("key_written", "database_built", "database_named", "sidecar_written")
REFOLDING = ("refold_reset", "refold_batch")
APPENDING = (
    "before_write",
    "after_write",
    "after_fold",
    "before_commit",
    "after_commit",
    "before_ack",
    "after_ack",
)
"""Those of pushes, of a replica and of lifted formats are passed by other programs and tested beside them."""

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform == "win32", reason="no SIGKILL"),
]


def start(
    folder: Path, round_: str, *, calls: int = CALLS, version: int = 1, armed: str = ""
) -> subprocess.Popen[str]:
    words = [
        sys.executable,
        "-m",
        "tests.helpers.append_child",
        str(folder),
        round_,
        str(calls),
        str(version),
    ]
    environment = os.environ | {VARIABLE: armed}
    return subprocess.Popen(words, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True)


def run(folder: Path, round_: str, **how: object) -> tuple[dict[str, int], bool]:
    """What a program acknowledged before its end, and whether it was killed."""
    with start(folder, round_, **how) as program:  # type: ignore[arg-type]
        output = program.communicate(timeout=60)[0]
    assert program.returncode in (0, -signal.SIGKILL)
    return heard(output.splitlines()), program.returncode != 0


def heard(lines: list[str]) -> dict[str, int]:
    whole = [line.split() for line in lines if line != "done"]
    return {words[0]: int(words[1]) for words in whole}


def check(folder: Path, acknowledged: dict[str, int]) -> None:
    """The promises: once each and where it was said, dense, chained, folded; first as the crash left it."""
    report = verify(folder, Counting)
    assert report.whole, report.problems
    projector = Counting()
    with counting_store(folder, projector) as store:
        entries = store.read_after(0, 100_000)
        assert [entry.gseq for entry in entries] == list(range(1, len(entries) + 1))
        places = {entry.entry.eid: entry.gseq for entry in entries}
        assert len(places) == len(entries)
        assert {eid: places.get(eid) for eid in acknowledged} == acknowledged
        # Nothing had to be folded on opening: positions and rows are of the same transaction as the entries.
        assert (projector.resets, projector.batches) == (0, [])
        live = projector.digest(store.reader())
    with counting_store(folder, Counting(version=99)) as store:
        assert Counting().digest(store.reader()) == live
    with counting_store(folder, Counting()) as store:
        assert Counting().digest(store.reader()) == live


def repeat(store: Store, round_: str, calls: int) -> None:
    """Callers that heard nothing ask again: each call is written now or was written, whole and once."""
    for caller in range(CALLERS):
        for call in range(calls):
            drafts = planned(round_, caller, call)
            stood = [store.get(draft.eid) is not None for draft in drafts]
            assert len(set(stood)) == 1
            outcome = store.append(drafts).result(30)
            assert isinstance(outcome, Duplicate if stood[0] else Written)
            secret = drafts[0].secrets[0]
            if not stood[0]:
                assert store.vault.read(secret.ref) == secret.value


@pytest.mark.parametrize("name", APPENDING)
def test_killed_while_appending(tmp_path: Path, name: str) -> None:
    everything: dict[str, int] = {}
    for round_, at in (("one", 1), ("two", 7)):
        acknowledged, killed = run(tmp_path, round_, armed=f"{name}:{at}")
        assert killed
        everything |= acknowledged
        check(tmp_path, everything)
    with counting_store(tmp_path) as store:
        repeat(store, "one", CALLS)
        repeat(store, "two", CALLS)
        assert store.head().gseq == 2 * sum(len(planned("", 0, call)) for call in range(CALLS)) * CALLERS
    check(tmp_path, everything)


def test_killed_at_random_moments(tmp_path: Path) -> None:
    chance = random.Random(11)
    everything: dict[str, int] = {}
    for round_ in "abcdef":
        with start(tmp_path, round_, calls=10_000) as program:
            assert program.stdout is not None
            lines = [program.stdout.readline().rstrip("\n") for _ in range(chance.randrange(1, 60))]
            time.sleep(chance.random() / 20)
            program.kill()
            # A line that the kill cut short was not heard.
            rest = program.stdout.read()
            lines += rest[: rest.rfind("\n") + 1].splitlines()
        everything |= heard(lines)
        check(tmp_path, everything)
    assert len(everything) > 20


@pytest.mark.parametrize("name", MAKING)
def test_killed_while_the_directory_is_made(tmp_path: Path, name: str) -> None:
    acknowledged, killed = run(tmp_path / "data", "one", armed=name)
    assert (acknowledged, killed) == ({}, True)
    acknowledged, killed = run(tmp_path / "data", "one", calls=2)
    assert not killed
    check(tmp_path / "data", acknowledged)
    names = {path.name for path in (tmp_path / "data").iterdir()}
    assert names == {"muster.db", "muster.json", "muster.key", "muster.lock"}


@pytest.mark.parametrize("name", ["refold_reset", "refold_batch", "refold_batch:3"])
def test_killed_while_folding_anew(tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rebuild, "REFOLD_BATCH", 10)
    acknowledged, _ = run(tmp_path, "one")
    total = len(acknowledged)
    assert run(tmp_path, "two", armed=name, version=2) == ({}, True)
    projector = Counting(version=2)
    with counting_store(tmp_path, projector) as store:
        digest = projector.digest(store.reader())
    # What was folded before the kill is not folded again.
    done = {"refold_reset": 0, "refold_batch": 10, "refold_batch:3": 30}[name]
    assert (projector.resets, sum(projector.batches)) == (0, total - done)
    with counting_store(tmp_path, Counting()) as store:
        assert Counting().digest(store.reader()) == digest
    check(tmp_path, acknowledged)
