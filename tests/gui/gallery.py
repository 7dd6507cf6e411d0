"""Paints every widget in every theme into PNG files, to be looked at: gallery.py FOLDER [SCALE …]."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

if __name__ == "__main__":
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from PySide6.QtCore import QSize
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication, QWidget

from tests.gui.widgets.samples import RESOURCES
from tests.gui.widgets.sheet_console import console
from tests.gui.widgets.sheet_register import register
from tests.gui.widgets.sheet_wall import wall
from widgets.fonts import load_fonts
from widgets.theme import Theme, theme_names

SHEETS: dict[str, Callable[[Theme, QSize], QWidget]] = {
    "wall": wall,
    "console": console,
    "register": register,
}


def shoot(window: QWidget, file: Path, ratio: float) -> None:
    """The window as a picture, `ratio` real px to each of its own."""
    image = QImage(window.size() * ratio, QImage.Format.Format_RGB32)
    image.setDevicePixelRatio(ratio)
    window.render(image)
    image.save(str(file))


def main(folder: Path, scales: Sequence[float], ratios: Sequence[float]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    load_fonts(RESOURCES / "fonts")
    for name in theme_names(RESOURCES / "styles"):
        for scale in scales:
            theme = Theme.load(RESOURCES / "styles", name, scale)
            sheets = ["wall"] if name.startswith("wall") else ["console", "register"]
            for sheet in sheets:
                size = QSize(1920, 1080) if scale <= 1 else QSize(2600, 1700)
                if sheet == "register":
                    size = QSize(1200, 700) if scale <= 1 else QSize(2000, 1200)
                window = SHEETS[sheet](theme, size)
                theme.apply(window)
                window.show()
                QApplication.processEvents()
                for ratio in ratios:
                    shoot(window, folder / f"{name}-{sheet}-{scale:g}-{ratio:g}x.png", ratio)
                window.close()


if __name__ == "__main__":
    application = QApplication([])
    wanted = [float(each) for each in sys.argv[2:]] or [1.0]
    main(Path(sys.argv[1]), wanted, (1.0, 2.0))
