"""A screen of its own for a test that plugs monitors in and out, so that no other test sees it."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

SCREEN = "9600x2160x24"

NEEDED = ("Xvfb", "xrandr")


@contextmanager
def display(size: str = SCREEN) -> Iterator[str]:
    """The name of a display, as wide as five monitors; skips where there is no Xvfb, fails in the gate."""
    missing = [name for name in NEEDED if shutil.which(name) is None]
    if missing:
        words = f"{' and '.join(missing)} missing: apt-get install xvfb x11-xserver-utils"
        if os.environ.get("CI"):
            pytest.fail(words)
        pytest.skip(words)
    reader, writer = os.pipe()
    # -noreset: without it the monitors vanish when the last window goes.
    words = ["Xvfb", "-displayfd", str(writer), "-screen", "0", size, "-noreset", "-nolisten", "tcp"]
    server = subprocess.Popen(words, pass_fds=[writer], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    os.close(writer)
    try:
        with os.fdopen(reader) as numbers:
            number = numbers.readline().strip()
        assert number, "Xvfb did not start"
        yield f":{number}"
    finally:
        server.terminate()
        server.wait()
