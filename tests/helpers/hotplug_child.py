"""A program of its own that opens windows on several monitors and plugs these in and out; it tells in JSON.

hotplug_child.py FOLDER STEP…: first `=NAME@X` for each monitor that is there, then `+NAME@X`, `-NAME` or
`restart`. After each of these it prints a line.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from PySide6.QtCore import QRect
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.base import paths
from app.base.language import load_language
from app.viewmodels.context import Context
from app.viewmodels.pulse import Pulse
from app.viewmodels.seat import Seat
from tests.helpers.glass import AtOnce
from tests.helpers.halls import TestHall, hall
from tests.helpers.wall import overview, watching
from views import look
from views.desks import Desks
from views.hall_windows import KEEP_MS, SETTLE_MS, HallWindows
from views.keys import load_keys
from views.wall_set import WallSet

WIDTH, HEIGHT = 1920, 1080

FIXED = "M2"
"""The monitor that is never unplugged."""


def plug(name: str, x: int) -> None:
    """Make a part of the display a monitor. FIXED takes the display's one output, or a monitor over all of it
    would stand beside the others."""
    place = f"{WIDTH}/508x{HEIGHT}/286+{x}+0"
    output = "screen" if name == FIXED else "none"
    subprocess.run(["xrandr", "--setmonitor", name, place, output], check=True)


def unplug(name: str) -> None:
    subprocess.run(["xrandr", "--delmonitor", name], check=True)


class Windows:
    """The windows of a hall, to be closed and opened again."""

    def __init__(self, test: TestHall, data: Path) -> None:
        context = watching(test)
        pulse = Pulse(context.reading, test.clock)
        seat = Seat(context.reading, "A1", "s1")
        seat.sit_first("dispatcher")
        language = load_language("zh", paths.languages())
        desk = Context(context.reading, AtOnce(test), pulse, language, seat.actor)
        self.desks = Desks(desk, seat, desk, load_keys(paths.config() / "keys.toml"))
        self.walls = WallSet(context, overview())
        self.all = HallWindows(data, self.desks, self.walls, ("console",))
        self.all.open()

    def tell(self, step: str) -> None:
        """Where everything is: screens, and of each window its screen, its place and its own part."""
        QTest.qWait(SETTLE_MS + KEEP_MS + 400)
        console = self.desks.windows["console"]
        said = {
            "step": step,
            "screens": sorted(screen.name() for screen in QGuiApplication.screens()),
            "console": [console.screen().name(), _rect(console.geometry()), console.isVisible()],
            "walls": {
                name: [
                    window.screen().name(),
                    _rect(window.geometry()),
                    window.isVisible(),
                    len(window.panels),
                ]
                for name, window in self.walls.windows.items()
            },
        }
        sys.stdout.write(json.dumps(said) + "\n")
        sys.stdout.flush()


def _rect(rect: QRect) -> list[int]:
    return [rect.x(), rect.y(), rect.width(), rect.height()]


def main(folder: Path, steps: list[str]) -> None:
    plugged = [step for step in steps if step.startswith("=")]
    for step in plugged:
        name, _, x = step[1:].partition("@")
        plug(name, int(x))
    app = QApplication([])
    app.setQuitOnLastWindowClosed(False)
    look.prepare_fonts()
    with hall(folder / "hall") as test:
        windows = Windows(test, folder)
        windows.tell("open")
        for step in steps[len(plugged) :]:
            name, _, x = step[1:].partition("@")
            if step == "restart":
                windows.all.close()
                windows = Windows(test, folder)
            elif step.startswith("+"):
                plug(name, int(x))
            else:
                unplug(name)
            windows.tell(step)
        windows.all.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:])
