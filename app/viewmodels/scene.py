"""Scenes and the wall they hang on, read from TOML and checked: which panel stands where on which screen."""

from __future__ import annotations

from collections.abc import Collection
from itertools import combinations
from pathlib import Path
from typing import TypeVar

import msgspec

from app.base.errors import WorldError
from app.base.paths import config, own_config

Table = TypeVar("Table", bound=msgspec.Struct)

FILE_BYTES_MAX = 256 * 1024
"""A scene has some dozen lines; something larger is another file under its name."""

SCREENS_FILE = "screens.toml"
SCENES_FOLDER = "scenes"

SCALE_MIN, SCALE_MAX = 0.5, 4.0
"""Beyond these a scale is a slip of the pen."""


class Wall(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How the wall is built and from where it is read.

    `distance_m`: from the wall to the last seat. `pitch_mm`: from one pixel's middle to the next.
    `splice`: how many panels across and down make up one screen; [1, 1] when a screen is one piece.
    """

    distance_m: float
    pitch_mm: float
    splice: tuple[int, int] = (1, 1)


class Slot(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A panel in cells of the grid over the whole wall: `at` is column and row, from 0.

    `span`: columns and rows. `scale` enlarges what stands in it.
    """

    panel: str
    at: tuple[int, int]
    span: tuple[int, int]
    scale: float = 1.0

    @property
    def right(self) -> int:
        return self.at[0] + self.span[0]

    @property
    def bottom(self) -> int:
        return self.at[1] + self.span[1]


class Layout(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The slots on a wall of so many screens side by side."""

    screens: int
    slots: tuple[Slot, ...]


class Scene(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`grid`: columns and rows of one screen. `scale`: of all type, 1 being the theme's own at 1080 lines.

    `title` is a key of the language catalogue.
    """

    id: str
    title: str
    grid: tuple[int, int]
    layouts: tuple[Layout, ...]
    scale: float = 1.0

    def layout_for(self, screens: int) -> Layout:
        """The layout of a wall of `screens` screens; else that of the most screens it has enough for."""
        fitting = [layout for layout in self.layouts if layout.screens <= screens]
        return max(fitting, key=lambda layout: layout.screens)

    def slots_on(self, screens: int, number: int) -> tuple[Slot, ...]:
        """What screen `number` (from 0) of `screens` shows, in cells of that screen.

        Screens beyond the layout's show the one-screen layout: a wall has no dark screen.
        """
        layout = self.layout_for(screens)
        if number >= layout.screens:
            layout, number = self.layout_for(1), 0
        left = number * self.grid[0]
        return tuple(
            msgspec.structs.replace(slot, at=(slot.at[0] - left, slot.at[1]))
            for slot in layout.slots
            if left <= slot.at[0] < left + self.grid[0]
        )


def read_wall(data: Path | None = None) -> Wall:
    """screens.toml: the hall's own in DATA/config, else the shipped one. WorldError names file and fault."""
    path = _path(data, SCREENS_FILE)
    wall = _read(path, Wall)
    if wall.distance_m <= 0 or wall.pitch_mm <= 0:
        raise WorldError("wall_measures", path=str(path))
    if min(wall.splice) < 1:
        raise WorldError("wall_splice", path=str(path))
    return wall


def read_scene(name: str, panels: Collection[str], wall: Wall, data: Path | None = None) -> Scene:
    """The scene of that name, the hall's own before the shipped one, which may use these panels.

    WorldError names the file and its first fault: unknown or misplaced panels, overlaps, crossed seams.
    """
    path = _path(data, f"{SCENES_FOLDER}/{name}.toml")
    scene = _read(path, Scene)
    _check_grid(path, scene, wall)
    for layout in scene.layouts:
        for slot in layout.slots:
            _check_slot(path, scene, layout, slot, panels, wall)
        for one, other in combinations(layout.slots, 2):
            if _overlap(one, other):
                raise WorldError(
                    "scene_overlap", path=str(path), screens=layout.screens, one=one.panel, other=other.panel
                )
    return scene


def _path(data: Path | None, name: str) -> Path:
    own = own_config(data) / name if data is not None else None
    return own if own is not None and own.exists() else config() / name


def _read(path: Path, shape: type[Table]) -> Table:
    try:
        with path.open("rb") as file:
            raw = file.read(FILE_BYTES_MAX + 1)
    except OSError as error:
        raise WorldError("scene_unreadable", path=str(path), detail=error.strerror or "") from error
    if len(raw) > FILE_BYTES_MAX:
        raise WorldError("scene_too_big", path=str(path), bytes_max=FILE_BYTES_MAX)
    try:
        return msgspec.toml.decode(raw, type=shape)
    except (msgspec.DecodeError, ValueError, RecursionError) as error:
        raise WorldError("scene_broken", path=str(path), detail=str(error)) from error


def _check_grid(path: Path, scene: Scene, wall: Wall) -> None:
    if min(scene.grid) < 1 or any(
        cells % pieces for cells, pieces in zip(scene.grid, wall.splice, strict=True)
    ):
        raise WorldError(
            "scene_grid",
            path=str(path),
            columns=scene.grid[0],
            rows=scene.grid[1],
            across=wall.splice[0],
            down=wall.splice[1],
        )
    counts = [layout.screens for layout in scene.layouts]
    if 1 not in counts or len(set(counts)) != len(counts) or min(counts) < 1:
        raise WorldError("scene_layouts", path=str(path))
    if not SCALE_MIN <= scene.scale <= SCALE_MAX:
        raise WorldError("scene_scale", path=str(path), panel=scene.id, least=SCALE_MIN, most=SCALE_MAX)


def _check_slot(
    path: Path, scene: Scene, layout: Layout, slot: Slot, panels: Collection[str], wall: Wall
) -> None:
    where = {"path": str(path), "panel": slot.panel, "screens": layout.screens}
    if slot.panel not in panels:
        raise WorldError("scene_panel", known=", ".join(sorted(panels)), **where)
    columns, rows = scene.grid[0] * layout.screens, scene.grid[1]
    if min(slot.at) < 0 or min(slot.span) < 1 or slot.right > columns or slot.bottom > rows:
        raise WorldError("scene_outside", columns=columns, rows=rows, **where)
    if not SCALE_MIN <= slot.scale <= SCALE_MAX:
        raise WorldError("scene_scale", path=str(path), panel=slot.panel, least=SCALE_MIN, most=SCALE_MAX)
    piece = scene.grid[0] // wall.splice[0], scene.grid[1] // wall.splice[1]
    across = slot.at[0] // piece[0] != (slot.right - 1) // piece[0]
    down = slot.at[1] // piece[1] != (slot.bottom - 1) // piece[1]
    if across or down:
        raise WorldError("scene_seam", **where)


def _overlap(one: Slot, other: Slot) -> bool:
    return (
        one.at[0] < other.right
        and other.at[0] < one.right
        and one.at[1] < other.bottom
        and other.at[1] < one.bottom
    )
