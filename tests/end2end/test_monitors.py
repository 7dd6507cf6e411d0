"""Monitors plugged in and out while the program runs: every window is where it belongs, and comes back."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.helpers.xvfb import display

pytestmark = pytest.mark.slow

CHILD = Path(__file__).parents[1] / "helpers" / "hotplug_child.py"

ALL, LEFT_PART, RIGHT_PART = 8, 3, 7
"""Panels of the overview on one screen, and of its two halves on two."""


def told(folder: Path, *steps: str) -> list[dict[str, Any]]:
    """What the program told after opening and after each step; it must say nothing else."""
    with display() as name:
        done = subprocess.run(
            [sys.executable, str(CHILD), str(folder), *steps],
            env={**os.environ, "DISPLAY": name, "QT_QPA_PLATFORM": "xcb"},
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]


def place(x: int) -> list[int]:
    return [x, 0, 1920, 1080]


def test_a_walls_monitor_that_goes_leaves_its_panels_to_the_other_and_takes_them_back(tmp_path: Path) -> None:
    opened, gone, back, restarted = told(
        tmp_path, "=M1@0", "=M2@1920", "=M3@3840", "-M3", "+M3@3840", "restart"
    )
    assert opened["screens"] == ["M1", "M2", "M3"]
    assert opened["console"] == ["M1", place(0), True]
    assert opened["walls"] == {
        "M2": ["M2", place(1920), True, LEFT_PART],
        "M3": ["M3", place(3840), True, RIGHT_PART],
    }
    assert gone["walls"] == {"M2": ["M2", place(1920), True, ALL]}
    assert gone["console"] == opened["console"]
    assert back["walls"] == opened["walls"]
    assert restarted["walls"] == opened["walls"]
    assert restarted["console"] == opened["console"]


def test_a_desks_monitor_that_goes_sends_the_console_to_another_and_gets_it_back(tmp_path: Path) -> None:
    opened, gone, back = told(tmp_path, "=M1@0", "=M2@1920", "=M3@3840", "-M1", "+M1@0")
    assert opened["console"][0] == "M1"
    assert gone["console"] == ["M2", place(1920), True]
    assert gone["walls"] == {"M3": ["M3", place(3840), True, ALL]}
    assert back["console"] == opened["console"]
    assert back["walls"] == opened["walls"]


def test_with_one_monitor_left_the_wall_becomes_a_window_on_the_desk(tmp_path: Path) -> None:
    opened, gone, back = told(tmp_path, "=M1@0", "=M2@1920", "-M1", "+M1@0")
    assert opened["walls"] == {"M2": ["M2", place(1920), True, ALL]}
    assert gone["console"][0] == "M2"
    ((name, frame, visible, panels),) = gone["walls"].values()
    assert (name, visible, panels) == ("M2", True, ALL)
    assert frame != place(1920)
    assert back["walls"] == opened["walls"]
    assert back["console"] == opened["console"]
