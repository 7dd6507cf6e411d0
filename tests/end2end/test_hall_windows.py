"""A real hall's windows: opened on a new directory, refused in one line when a scene or a screen will not do."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.helpers.xvfb import display

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
OPENED_S = 60


@pytest.fixture(scope="module")
def screen() -> Iterator[dict[str, str]]:
    """One screen of 9600 by 2160, large enough for any wall."""
    with display() as name:
        yield {**os.environ, "DISPLAY": name, "QT_QPA_PLATFORM": "xcb", "LANG": "zh_CN.UTF-8"}


def refused(environment: dict[str, str], *words: str) -> str:
    """The one line in which the program says why it does not start."""
    run = subprocess.run(
        [sys.executable, "main.py", "hall", *words],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (run.returncode, run.stdout) == (1, ""), run.stderr
    (line,) = run.stderr.splitlines()
    assert line.startswith("muster: ")
    return line


@pytest.mark.parametrize("profiles", [("wall",), ("operator",), ("wall", "operator")])
def test_it_opens_and_a_polite_kill_closes_it(
    tmp_path: Path, screen: dict[str, str], profiles: tuple[str, ...]
) -> None:
    words = [word for profile in profiles for word in ("--profile", profile)]
    running = subprocess.Popen(
        [sys.executable, "main.py", "hall", "--data", str(tmp_path / "data"), *words],
        cwd=ROOT,
        env=screen,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        until = time.monotonic() + OPENED_S
        while not (tmp_path / "data" / "windows.json").exists():
            assert running.poll() is None, running.stderr
            assert time.monotonic() < until
            time.sleep(0.1)
        running.send_signal(signal.SIGTERM)
        said, warned = running.communicate(timeout=30)
    finally:
        running.kill()
        running.wait()
    assert (running.returncode, said, warned) == (0, "", "")
    kept = (tmp_path / "data" / "windows.json").read_text(encoding="utf-8")
    assert ('"console"' in kept) == ("operator" in profiles)
    assert ('"walls": []' in kept) == ("wall" not in profiles)


def test_a_scene_with_a_fault_is_named_before_any_window_opens(
    tmp_path: Path, screen: dict[str, str]
) -> None:
    own = tmp_path / "data" / "config" / "scenes"
    own.mkdir(parents=True)
    shipped = (ROOT / "config" / "scenes" / "overview.toml").read_text(encoding="utf-8")
    (own / "overview.toml").write_text(shipped.replace('"totals"', '"totalz"'), encoding="utf-8")
    line = refused(screen, "--profile", "wall", "--data", str(tmp_path / "data"))
    assert str(own / "overview.toml") in line
    assert "totalz" in line


def test_a_screen_whose_text_nobody_could_read_is_refused(tmp_path: Path, screen: dict[str, str]) -> None:
    small = {**screen, "QT_QPA_PLATFORM": "offscreen"}
    line = refused(small, "--profile", "wall", "--data", str(tmp_path / "data"))
    assert "screens.toml" in line


def test_damaged_keys_are_named(tmp_path: Path, screen: dict[str, str]) -> None:
    own = tmp_path / "data" / "config"
    own.mkdir(parents=True)
    (own / "keys.toml").write_text("[console]\n", encoding="utf-8")
    line = refused(screen, "--profile", "operator", "--data", str(tmp_path / "data"))
    assert str(own / "keys.toml") in line
