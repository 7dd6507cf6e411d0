"""PySide6 6.12 dropped a reference to None in each void call: this guards the day of the upgrade."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import PySide6

LOCK = Path(__file__).resolve().parents[2] / "requirements.lock"
LOCKED = "6.9.3"

# 6.12 aborted after four to five thousand void calls on Python 3.10 and 3.11.
VOID_CALLS = 200_000

PROGRAM = f"""
import sys
from PySide6.QtCore import QCoreApplication, QObject
app = QCoreApplication([])
thing = QObject()
before = sys.getrefcount(None)
for _ in range({VOID_CALLS}):
    thing.setObjectName("x")
print("lost", before - sys.getrefcount(None))
"""


def test_void_calls_keep_none_alive() -> None:
    # In a process of its own: the fault aborts the interpreter.
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    # A few references come and go with the interpreter's own work; one a call would be 200,000.
    lost = int(done.stdout.removeprefix("lost "))
    assert lost < VOID_CALLS // 100


def test_the_locked_version_is_the_one_that_runs() -> None:
    locked = re.search(r"^pyside6-essentials==(\S+)", LOCK.read_text(encoding="utf-8"), re.MULTILINE)
    assert locked is not None
    assert locked[1] == LOCKED
    assert PySide6.__version__ == LOCKED
