"""The whole program on a screen: a demo that is made, shown, photographed, kept, interrupted and refused."""

from __future__ import annotations

import os
import re
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtGui import QImage

from tests.helpers.programs import complaints, muster, python, refused, running, wait_for
from tests.helpers.xvfb import display

pytestmark = pytest.mark.slow

STALL_MAX_MS = 200
"""A person would take the window for dead; source: views/session.py and the issue's own number."""

SHOTS = ("console", "supervision", "wall-1")

PHONE = re.compile(r"(?<!\d)1[3-9]\d{9}(?!\d)")


@pytest.fixture(scope="module")
def screen() -> Iterator[dict[str, str]]:
    """The environment of a program with a screen of its own, speaking Chinese."""
    with display() as name:
        yield {**os.environ, "DISPLAY": name, "QT_QPA_PLATFORM": "xcb", "LANG": "zh_CN.UTF-8"}


class Made:
    """A demo that has run once for eight seconds, and what it said."""

    def __init__(self, folder: Path, run: subprocess.CompletedProcess[str]) -> None:
        self.data, self.shots, self.run = folder / "data", folder / "shots", run


@pytest.fixture(scope="module")
def made(screen: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Made:
    folder = tmp_path_factory.mktemp("demo")
    words = ["demo", "--seconds", "8", "--seed", "1"]
    run = muster(screen, *words, "--data", str(folder / "data"), "--shots", str(folder / "shots"))
    return Made(folder, run)


def test_it_ends_by_itself_and_nothing_warns(made: Made) -> None:
    assert complaints(made.run.stderr) == ""
    assert made.run.returncode == 0


def test_there_is_a_picture_of_every_window_and_a_line_for_each(made: Made) -> None:
    lines = made.run.stdout.splitlines()
    for name in SHOTS:
        for suffix, size in (("", (1920, 1080)), ("-4k", (3840, 2160))):
            file = made.shots / f"{name}{suffix}.png"
            image = QImage(str(file))
            assert (image.width(), image.height()) == size
            assert any(str(file) in line and f"{size[0]}x{size[1]}" in line for line in lines)
            colours = {
                image.pixel(x, y) for x in range(0, size[0], 7) for y in range(0, size[1], size[1] // 120)
            }
            assert len(colours) > 40, f"{file.name} is blank"
    assert len(list(made.shots.iterdir())) == 2 * len(SHOTS)


def test_the_windows_never_stood_still(made: Made) -> None:
    stall = re.fullmatch(r"\D*(\d+)\D*", made.run.stdout.splitlines()[-1])
    assert stall is not None
    assert int(stall[1]) <= STALL_MAX_MS


def test_its_log_is_whole_and_marked(made: Made) -> None:
    assert is_whole(made.data)
    assert '"mark": "demo"' in (made.data / "muster.json").read_text(encoding="utf-8")


def is_whole(folder: Path) -> bool:
    """Whether `muster verify` finds nothing wrong with it."""
    return muster(os.environ, "verify", "--data", str(folder)).returncode == 0


def test_no_number_to_call_stands_in_the_programs_own_log(made: Made) -> None:
    written = "".join(file.read_text(encoding="utf-8") for file in (made.data / "logs").iterdir())
    assert written
    assert not PHONE.search(written)


def test_a_second_start_goes_on_where_it_was_and_speaks_english(made: Made, screen: dict[str, str]) -> None:
    key = (made.data / "muster.key").read_bytes()
    again = muster(screen, "demo", "--seconds", "2", "--data", str(made.data), "--lang", "en")
    assert (again.returncode, again.stderr) == (0, "")
    assert again.stdout.startswith("longest stall ")
    assert (made.data / "muster.key").read_bytes() == key


def test_another_seed_in_the_same_directory_is_refused(made: Made, screen: dict[str, str]) -> None:
    line = refused(muster(screen, "demo", "--seconds", "1", "--seed", "2", "--data", str(made.data)))
    assert str(made.data) in line


def test_without_a_screen_it_says_so_in_one_line(tmp_path: Path, screen: dict[str, str]) -> None:
    blind = {
        name: value
        for name, value in screen.items()
        if name not in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    }
    line = refused(muster(blind, "demo", "--data", str(tmp_path / "data")))
    assert "DISPLAY" in line
    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize("command", ["demo", "hall"])
def test_a_clock_no_calendar_knows_is_said_in_one_line(
    tmp_path: Path, screen: dict[str, str], command: str
) -> None:
    patched = (
        "import sys, app.base.clock as clock\n"
        "clock.SystemClock.now = lambda self: 915_000_000_000\n"
        "from main import main\n"
        "sys.exit(main(sys.argv[1:]))\n"
    )
    run = python(screen, "-c", patched, command, "--data", str(tmp_path / "data"))
    line = refused(run)
    assert "2000" in line
    assert not (tmp_path / "data").exists()


def test_ctrl_c_closes_it_cleanly_and_a_second_program_is_refused_meanwhile(
    made: Made, screen: dict[str, str]
) -> None:
    kept = made.data / "windows.json"
    kept.unlink(missing_ok=True)
    with running(screen, "demo", "--data", str(made.data)) as program:
        # Written a second after the windows have come to rest.
        wait_for(kept, program)
        line = refused(muster(screen, "demo", "--seconds", "1", "--data", str(made.data)))
        assert str(program.pid) in line
        program.send_signal(signal.SIGINT)
        said, warned = program.communicate(timeout=30)
    assert (program.returncode, complaints(warned)) == (130, "")
    assert "Traceback" not in said
    assert is_whole(made.data)


def test_interrupted_while_it_is_made_it_leaves_nothing_half_done(
    tmp_path: Path, screen: dict[str, str]
) -> None:
    data = tmp_path / "data"
    with running(screen, "demo", "--data", str(data)) as program:
        wait_for(data / "demo.json", program)
        program.send_signal(signal.SIGINT)
        _, warned = program.communicate(timeout=60)
    assert (program.returncode, complaints(warned)) == (130, "")
    assert is_whole(data)
    assert '"complete": false' in (data / "demo.json").read_text(encoding="utf-8")
