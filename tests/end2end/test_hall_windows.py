"""A real hall's windows: opened on a new directory, refused in one line when scene or screen will not do."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.helpers.programs import ROOT, complaints, muster, refused, running, wait_for
from tests.helpers.xvfb import display

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def screen() -> Iterator[dict[str, str]]:
    """One screen of 9600 by 2160, large enough for any wall."""
    with display() as name:
        yield {**os.environ, "DISPLAY": name, "QT_QPA_PLATFORM": "xcb", "LANG": "zh_CN.UTF-8"}


@pytest.mark.parametrize("profiles", [("wall",), ("operator",), ("wall", "operator")])
def test_it_opens_and_a_polite_kill_closes_it(
    tmp_path: Path, screen: dict[str, str], profiles: tuple[str, ...]
) -> None:
    words = [word for profile in profiles for word in ("--profile", profile)]
    data = tmp_path / "data"
    with running(screen, "hall", "--data", str(data), *words) as program:
        wait_for(data / "windows.json", program)
        program.send_signal(signal.SIGTERM)
        said, warned = program.communicate(timeout=30)
    assert (program.returncode, said, complaints(warned)) == (0, "", "")
    kept = (data / "windows.json").read_text(encoding="utf-8")
    assert ('"console"' in kept) == ("operator" in profiles)
    assert ('"walls": []' in kept) == ("wall" not in profiles)


def test_a_scene_with_a_fault_is_named_before_any_window_opens(
    tmp_path: Path, screen: dict[str, str]
) -> None:
    own = tmp_path / "data" / "config" / "scenes"
    own.mkdir(parents=True)
    shipped = (ROOT / "config" / "scenes" / "overview.toml").read_text(encoding="utf-8")
    (own / "overview.toml").write_text(shipped.replace('"totals"', '"totalz"'), encoding="utf-8")
    line = refused(muster(screen, "hall", "--profile", "wall", "--data", str(tmp_path / "data")))
    assert str(own / "overview.toml") in line
    assert "totalz" in line


def test_a_screen_whose_text_nobody_could_read_is_refused(tmp_path: Path, screen: dict[str, str]) -> None:
    with display("1280x720x24") as name:
        small = {**screen, "DISPLAY": name}
        line = refused(muster(small, "hall", "--profile", "wall", "--data", str(tmp_path / "data")))
    assert "screens.toml" in line


def test_damaged_keys_are_named(tmp_path: Path, screen: dict[str, str]) -> None:
    own = tmp_path / "data" / "config"
    own.mkdir(parents=True)
    (own / "keys.toml").write_text("[console]\n", encoding="utf-8")
    line = refused(muster(screen, "hall", "--profile", "operator", "--data", str(tmp_path / "data")))
    assert str(own / "keys.toml") in line
