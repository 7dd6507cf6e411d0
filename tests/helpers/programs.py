"""The whole program as a person starts it, run to its end or watched while it runs."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).parents[2]

OPENED_S = 90
"""A loaded machine makes a month of history, and opens windows on it, in so many seconds."""


def muster(environment: Mapping[str, str], *words: str) -> subprocess.CompletedProcess[str]:
    """Run one command to its end."""
    return python(environment, "main.py", *words)


def python(environment: Mapping[str, str], *words: str) -> subprocess.CompletedProcess[str]:
    """Run Python in the checkout."""
    return subprocess.run(
        [sys.executable, *words],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=180,
        check=False,
    )


@contextmanager
def running(environment: Mapping[str, str], *words: str) -> Iterator[subprocess.Popen[str]]:
    """One command while it runs; killed at the end if it still does."""
    with subprocess.Popen(
        [sys.executable, "main.py", *words],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as program:
        try:
            yield program
        finally:
            program.kill()


def wait_for(file: Path, program: subprocess.Popen[str]) -> None:
    """Until `file` is there; fails when the program ends before."""
    until = time.monotonic() + OPENED_S
    while not file.exists():
        if program.poll() is not None:
            raise AssertionError(f"it ended: {program.communicate()}")
        assert time.monotonic() < until, f"{file.name} was not written"
        time.sleep(0.1)


def refused(run: subprocess.CompletedProcess[str]) -> str:
    """The one line in which a program says why it does not start."""
    assert (run.returncode, run.stdout) == (1, ""), run.stderr
    (line,) = run.stderr.splitlines()
    assert line.startswith("muster: ")
    return line


def complaints(stderr: str) -> str:
    """What a program said on stderr, without the halts of a busy machine: those are for the benches."""
    return "".join(line for line in stderr.splitlines(keepends=True) if '"ui.stall"' not in line)
