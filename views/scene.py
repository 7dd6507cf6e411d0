"""Hangs a scene on a real screen: where each slot lies in pixels, and whether its text is read from afar."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QRect, QSize

from app.base.errors import WorldError
from app.viewmodels.scene import SCENES_FOLDER, Scene, Slot, Wall, read_scene, read_wall
from views import look
from views.registry import panels_for
from widgets.theme import Theme
from widgets.wall_text import wall_min_px

DESIGN_HEIGHT_PX = 1080
"""The themes' sizes are drawn for so many lines; on twice as many everything is twice as large."""


@dataclass(frozen=True)
class Hanging:
    """A scene and the wall it hangs on."""

    scene: Scene
    wall: Wall


def read_hanging(name: str, data: Path | None = None) -> Hanging:
    """The scene of that name on this hall's wall; WorldError with the first fault of either file."""
    wall = read_wall(data)
    return Hanging(read_scene(name, panels_for("wall").keys(), wall, data), wall)


def slot_theme(scene: Scene, slot: Slot, size: QSize) -> Theme:
    """The look of a slot on a screen of this size."""
    return look.theme(look.WALL, scale_on(size) * scene.scale * slot.scale)


def scale_on(size: QSize) -> float:
    return size.height() / DESIGN_HEIGHT_PX


def slot_rect(scene: Scene, slot: Slot, size: QSize, gap: int) -> QRect:
    """Where the slot lies, with half the gap to each neighbour and the whole gap to the edge."""
    columns, rows = scene.grid
    width, height = size.width() - gap, size.height() - gap
    left, right = (gap + width * at // columns for at in (slot.at[0], slot.right))
    top, bottom = (gap + height * at // rows for at in (slot.at[1], slot.bottom))
    return QRect(left, top, right - left - gap, bottom - top - gap)


def check_text(hanging: Hanging, slots: tuple[Slot, ...], size: QSize, ratio: float, screen: str) -> None:
    """WorldError for the first slot whose smallest text cannot be read from the last seat.

    `ratio`: real pixels to one of Qt's on this screen. Source: characters at least distance / 200 high.
    """
    needed = wall_min_px(hanging.wall.distance_m, hanging.wall.pitch_mm)
    for slot in slots:
        px = round(slot_theme(hanging.scene, slot, size).smallest_text_px * ratio)
        if px < needed:
            raise WorldError(
                "scene_text_small",
                path=f"{SCENES_FOLDER}/{hanging.scene.id}.toml",
                panel=slot.panel,
                screen=screen,
                px=px,
                needed=needed,
                distance=hanging.wall.distance_m,
                pitch=hanging.wall.pitch_mm,
            )
