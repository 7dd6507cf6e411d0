"""A seed is a life: the same one every time, in every process, and replayed by the command it prints."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.bench import run as benches
from tests.sim.mutants.every import MUTANTS
from tests.sim.run import live

ROOT = Path(__file__).parents[2]
SEED = 11


def asked(**more: object) -> argparse.Namespace:
    fields = {"name": "sim", "json": None, "rows": None, "seeds": None, "seed": None}
    return argparse.Namespace(**(fields | more))


def test_two_runs_of_a_seed_are_one() -> None:
    first, second = live(SEED, keep_trace=True), live(SEED, keep_trace=True)
    assert first.lines == second.lines
    assert first.trace == second.trace
    assert first.counts == second.counts
    assert len(first.lines or ()) > 50
    assert live(SEED + 1).trace != first.trace


def test_another_process_lives_the_same_life() -> None:
    """Hashes of texts differ from process to process: nothing that happens may depend on them."""
    program = f"from tests.sim.run import live; print(live({SEED}).trace)"
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=ROOT,
        env=os.environ | {"PYTHONHASHSEED": "4711", "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.split() == [live(SEED).trace]


def test_a_broken_seed_prints_the_command_that_replays_it(capsys: pytest.CaptureFixture[str]) -> None:
    with MUTANTS["told_at_send"]():
        assert benches.run(asked(seed=SEED)) == 1
    said = capsys.readouterr().out
    assert f"./muster bench sim --seed {SEED}\n" in said
    assert "shown as at the hub and is not" in said
    assert benches.run(asked(seed=SEED)) == 0
