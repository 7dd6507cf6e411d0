"""A wall window on a test hall, and everything that can be read in a window."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QEvent, QSize
from PySide6.QtWidgets import QApplication, QLabel, QWidget

from app.base.language import load_language
from app.projections.reading import Reading
from app.viewmodels.context import Context
from app.viewmodels.pulse import Pulse
from app.viewmodels.watching import Watching, nobody
from tests.helpers.glass import LANGUAGES
from tests.helpers.halls import TestHall
from views.look import prepare_fonts
from views.panels.map import MapPanel
from views.scene import Hanging, read_hanging
from views.windows.wall import WallWindow

HD = QSize(1920, 1080)
UHD = QSize(3840, 2160)


@cache
def fonts() -> None:
    """Load the bundled type once for all tests."""
    prepare_fonts()


@cache
def overview() -> Hanging:
    """The shipped scene on the shipped wall."""
    return read_hanging("overview")


def watching(test: TestHall, language: str = "zh") -> Context:
    """A context as a wall has it: nothing can be done or revealed through it."""
    reading = Reading(test.store, test.projector)
    reading.columns.load(test.store.reader())
    pulse = Pulse(reading, test.clock)
    return Context(reading, Watching(), pulse, load_language(language, LANGUAGES), nobody)


@contextmanager
def wall(
    context: Context, size: QSize = HD, screens: int = 1, number: int = 0, hanging: Hanging | None = None
) -> Iterator[WallWindow]:
    """Screen `number` of `screens`, shown borderless at this size and closed at the end."""
    fonts()
    window = WallWindow(context, (hanging or overview()).scene, screens, number)
    window.set_framed(False)
    window.resize(size)
    window.show()
    settle()
    read_maps(window)
    try:
        yield window
    finally:
        window.close_by_shell()
        window.deleteLater()
        settle()


def read_maps(window: QWidget) -> None:
    """Have the maps read all positions now, which they otherwise do between other work."""
    for panel in window.findChildren(MapPanel):
        while panel.model.warm():
            pass
    settle()


def settle() -> None:
    """Let Qt do what it has put off."""
    for _ in range(4):
        QApplication.processEvents()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def said(window: QWidget) -> str:
    """Every text in a window: of labels, and what a screen reader is told of painted ones."""
    texts = [window.windowTitle()]
    for widget in [window, *window.findChildren(QWidget)]:
        texts += [widget.accessibleName(), widget.accessibleDescription(), widget.toolTip()]
        if isinstance(widget, QLabel):
            texts.append(widget.text())
    return "\n".join(text for text in texts if text)


def shot(window: QWidget, name: str, folder: Path = Path("/tmp")) -> None:
    """A picture for a person to look at while a test is being written."""
    window.grab().save(str(folder / f"{name}.png"))
