"""The themes and the bundled fonts, loaded once."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QApplication

from tests.gui.widgets.samples import RESOURCES
from widgets.fonts import load_fonts
from widgets.theme import Theme


@pytest.fixture(scope="session")
def family(qapp: QApplication) -> str:
    return load_fonts(RESOURCES / "fonts")


@pytest.fixture(scope="session")
def theme(family: str) -> Theme:
    return Theme.load(RESOURCES / "styles", "desk")


@pytest.fixture(scope="session")
def wall(family: str) -> Theme:
    return Theme.load(RESOURCES / "styles", "wall")
