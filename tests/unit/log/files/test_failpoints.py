"""An armed failpoint kills at the hit that was asked for, an unarmed one does nothing."""

from __future__ import annotations

import os
import signal
import subprocess
import sys

import pytest

from app.log.files import failpoints

PROGRAM = """
from app.log.files.failpoints import hit
for number in range(1, 6):
    print(number, flush=True)
    hit("before_commit")
    hit("after_commit")
"""


def run(armed: str) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {failpoints.VARIABLE: armed}
    return subprocess.run(
        [sys.executable, "-c", PROGRAM], env=environment, capture_output=True, text=True, check=False
    )


@pytest.mark.skipif(sys.platform == "win32", reason="no SIGKILL")
@pytest.mark.parametrize(("armed", "printed"), [("before_commit", "1"), ("after_commit:3", "1 2 3")])
def test_it_kills_at_the_named_hit(armed: str, printed: str) -> None:
    done = run(armed)
    assert done.returncode == -signal.SIGKILL
    assert done.stdout.split() == printed.split()


def test_unarmed_it_does_nothing() -> None:
    done = run("")
    assert (done.returncode, done.stdout.split()) == (0, ["1", "2", "3", "4", "5"])


def test_a_misspelt_name_is_told() -> None:
    done = run("before_comit")
    assert done.returncode == 1
    assert "before_comit" in done.stderr
