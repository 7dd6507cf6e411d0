"""Fonts and themes of the program: loaded once, told as one clear line when the installation is damaged."""

from __future__ import annotations

from functools import lru_cache

from app.base.errors import WorldError
from app.base.paths import resources
from widgets.errors import LookError
from widgets.fonts import load_fonts
from widgets.theme import Theme

WALL, DESK = "wall", "desk"

SCALE_STEPS = 40
"""Scales are rounded to this part of 1, so that close ones share a theme and its measured type."""


def prepare_fonts() -> None:
    """Load the bundled type; WorldError when it is damaged."""
    try:
        load_fonts(resources() / "fonts")
    except LookError as error:
        raise _told(error) from error


def theme(name: str, scale: float = 1.0) -> Theme:
    """The theme at a scale, read once; WorldError when its files are damaged."""
    return _theme(name, round(scale * SCALE_STEPS))


@lru_cache(maxsize=32)  # a wall of mixed screens has a dozen
def _theme(name: str, steps: int) -> Theme:
    try:
        return Theme.load(resources() / "styles", name, steps / SCALE_STEPS)
    except LookError as error:
        raise _told(error) from error


def _told(error: LookError) -> WorldError:
    return WorldError("look_damaged", path=str(error.path), detail=f"{error.fault}: {error.detail}")
