"""A map with moving signs in a window of a given size: paints as fast as it can and tells how fast."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Hashable, Sequence
from pathlib import Path

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from app.domain.area import AreaTree
from app.drill.demo_files import load_demo
from app.drill.district import make_district
from app.geo.outlines import Outline, Schematic
from tests.bench.figure import quantile
from views.look import WALL, prepare_fonts, theme
from views.map_signs import CASES, LAYERS, UNITS, all_signs
from widgets.map.areas import Area
from widgets.map.canvas import MapCanvas
from widgets.map.marks import Marks

DEMO = Path(__file__).parents[2] / "config" / "demo"
LEVELS = {"street": 0, "community": 1, "grid": 2}

FRAMES, UPDATES = 240, 40
ZOOM_EVERY = 8
STEP = 3e-8
"""In the unit square: a metre, what a vehicle goes in a tenth of a second."""

FIRST_UNIT, UNIT_SIGNS = 18, 57
"""Where the signs of units begin in the table of views.map_signs, and how many there are."""


class Words:
    """The least that may be said."""

    def lines(self, layer: str, key: Hashable) -> Sequence[str]:
        return (str(key),)

    def name(self, layer: str, key: Hashable) -> str:
        return f"巡查 {key}"

    def many(self, layer: str, count: int) -> str:
        return str(count)

    def more(self, count: int) -> str:
        return str(count)

    def choose(self) -> str:
        return "选择"

    def position(self, number: int, total: int) -> str:
        return f"{number}/{total}"

    def place(self, x: float, y: float) -> str:
        return f"{x:.6f} {y:.6f}"

    def metres(self, y: float) -> float:
        return 34_700_000.0

    def length(self, length_m: float) -> str:
        return f"{length_m:g} m"

    def count(self, number: int) -> str:
        return str(number)


def outlines() -> list[Outline]:
    drawn = Schematic(AreaTree(make_district(1, "district", load_demo(DEMO).names).areas))
    return [*drawn.streets, *drawn.communities, *(grid for part in drawn.grids() for grid in part)]


class Moving:
    """Signs strewn over the district that all move a little each time."""

    def __init__(self, count: int, box: tuple[float, float, float, float]) -> None:
        self._rng = np.random.default_rng(1)
        left, top, right, bottom = box
        self.x, self.y = self._rng.uniform(left, right, count), self._rng.uniform(top, bottom, count)
        self._sign = FIRST_UNIT + self._rng.integers(0, UNIT_SIGNS, count)
        self._weight = np.zeros(count, dtype=np.int64)
        self._yes = np.ones(count, dtype=np.bool_)
        self._keys = list(range(count))

    def marks(self) -> Marks:
        self.x = self.x + self._rng.normal(0, STEP, len(self.x))
        self.y = self.y + self._rng.normal(0, STEP, len(self.y))
        return Marks(self.x, self.y, self._sign, self._weight, self._yes, self._yes, self._keys)


def timed(work: Callable[[], None], app: QApplication) -> float:
    began = time.perf_counter()
    work()
    app.processEvents()
    return (time.perf_counter() - began) * 1_000


def main() -> int:
    width, height = (int(part) for part in sys.argv[1].split("x"))
    app = QApplication(sys.argv[:1])
    prepare_fonts()
    look = theme(WALL, height / 1080)
    canvas = MapCanvas(look, "", Words(), all_signs(look), LAYERS)
    known = outlines()
    rings = np.concatenate([o.rings[0] for o in known])
    box = (*rings.min(axis=0).tolist(), *rings.max(axis=0).tolist())
    canvas.set_areas([Area(LEVELS[o.level], o.area.label.zh, o.rings, o.name_at, 1) for o in known])
    moving = Moving(int(sys.argv[2]), box)
    canvas.set_marks(UNITS, moving.marks())
    canvas.setWindowFlag(Qt.WindowType.FramelessWindowHint)
    canvas.resize(width, height)
    canvas.set_home(box)
    canvas.show()
    app.processEvents()
    canvas.settle()
    canvas.repaint()
    names = len(canvas.names_shown)
    print(json.dumps({**measured(canvas, moving, app), "names": names, CASES: 0}), flush=True)
    return 0


def measured(canvas: MapCanvas, moving: Moving, app: QApplication) -> dict[str, float]:
    frames, sharp, updates = [], [], []
    for number in range(FRAMES):
        zooms = number % ZOOM_EVERY == ZOOM_EVERY - 1
        closer = 1 if number // ZOOM_EVERY % 4 < 2 else -1
        across = 11 if number % 80 < 40 else -11

        def move(zooms: bool = zooms, closer: int = closer, across: int = across) -> None:
            view = canvas.view
            middle = view.width / 2, view.height / 2
            canvas.see(view.zoomed(closer, *middle) if zooms else view.moved(across, across / 2))
            canvas.repaint()

        frames.append(timed(move, app))
        if zooms:
            sharp.append(timed(lambda: (canvas.settle(), canvas.repaint())[0], app))
    canvas.fit()
    canvas.settle()
    for _ in range(UPDATES):
        marks = moving.marks()
        updates.append(timed(lambda marks=marks: (canvas.set_marks(UNITS, marks), canvas.repaint())[0], app))
    return {
        "frames": 1_000 / quantile(frames, 0.5),
        "frame_p95": quantile(frames, 0.95),
        "sharp": quantile(sharp, 0.5),
        "update": quantile(updates, 0.5),
    }


if __name__ == "__main__":
    raise SystemExit(main())
