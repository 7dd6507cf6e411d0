"""Scenes from TOML: what is shipped is sound, and every fault is one clear line."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.base import paths
from app.base.errors import WorldError
from app.base.language import LANGUAGES, load_language
from app.viewmodels.scene import Scene, Wall, read_scene, read_wall

PANELS = frozenset({"head", "left", "right"})

GOOD = """
id = "own"
title = "scene.overview"
grid = [12, 6]
[[layouts]]
screens = 1
slots = [
    { panel = "head", at = [0, 0], span = [12, 1] },
    { panel = "left", at = [0, 1], span = [6, 5] },
    { panel = "right", at = [6, 1], span = [6, 5], scale = 1.5 },
]
[[layouts]]
screens = 2
slots = [
    { panel = "left", at = [0, 0], span = [12, 6] },
    { panel = "right", at = [12, 0], span = [12, 6] },
]
"""

WALL = Wall(distance_m=8.0, pitch_mm=2.5)


def read(data: Path, text: str, wall: Wall = WALL) -> Scene:
    file = paths.own_config(data) / "scenes" / "own.toml"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")
    return read_scene("own", PANELS, wall, data)


def test_a_sound_scene_is_read(tmp_path: Path) -> None:
    scene = read(tmp_path, GOOD)
    assert [slot.panel for slot in scene.slots_on(1, 0)] == ["head", "left", "right"]
    assert scene.slots_on(1, 0)[2].scale == 1.5


def test_on_several_screens_each_shows_its_own_part_in_its_own_cells(tmp_path: Path) -> None:
    scene = read(tmp_path, GOOD)
    assert [(slot.panel, slot.at) for slot in scene.slots_on(2, 0)] == [("left", (0, 0))]
    assert [(slot.panel, slot.at) for slot in scene.slots_on(2, 1)] == [("right", (0, 0))]


def test_screens_beyond_the_layout_show_everything(tmp_path: Path) -> None:
    scene = read(tmp_path, GOOD)
    assert scene.slots_on(4, 1) == scene.slots_on(2, 1)
    assert scene.slots_on(4, 2) == scene.slots_on(4, 3) == scene.slots_on(1, 0)


FAULTS = {
    "unknown key": ('grid = [12, 6]\nglow = "yes"', "scene_broken", "glow"),
    "no number": ('grid = ["a", 6]', "scene_broken", "grid"),
    "scale": ("grid = [12, 6]\nscale = 9.0", "scene_scale", "own"),
    "empty grid": ("grid = [0, 6]", "scene_grid", "0"),
}


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_in_the_head_is_named(tmp_path: Path, name: str) -> None:
    head, key, said = FAULTS[name]
    with pytest.raises(WorldError) as failed:
        read(tmp_path, GOOD.replace("grid = [12, 6]", head))
    assert failed.value.key == key
    assert said in said_in_words(failed.value)


SLOTS = {
    "unknown panel": ('panel = "head", at = [0, 0]', 'panel = "map", at = [0, 0]', "scene_panel"),
    "overlap": ("at = [6, 1], span = [6, 5]", "at = [5, 1], span = [6, 5]", "scene_overlap"),
    "below the grid": ("at = [0, 1], span = [6, 5]", "at = [0, 2], span = [6, 5]", "scene_outside"),
    "left of the grid": ("at = [0, 1]", "at = [-1, 1]", "scene_outside"),
    "no extent": ("span = [12, 1]", "span = [12, 0]", "scene_outside"),
    "over a seam": ("at = [12, 0], span = [12, 6]", "at = [11, 0], span = [12, 6]", "scene_seam"),
    "slot's scale": ("scale = 1.5", "scale = 0.1", "scene_scale"),
    "no layout for one": ("screens = 1", "screens = 3", "scene_layouts"),
    "two for one": ("screens = 2", "screens = 1", "scene_layouts"),
    "no TOML": ("[[layouts]]", "[[layouts", "scene_broken"),
}


@pytest.mark.parametrize("name", SLOTS)
def test_a_fault_in_a_layout_is_named(tmp_path: Path, name: str) -> None:
    right, wrong, key = SLOTS[name]
    assert right in GOOD
    with pytest.raises(WorldError) as failed:
        read(tmp_path, GOOD.replace(right, wrong, 1))
    assert failed.value.key == key
    assert "own.toml" in said_in_words(failed.value)


def said_in_words(error: WorldError) -> str:
    """The line in both languages; each stands in one line."""
    lines = [load_language(code, paths.languages()).error(error) for code in LANGUAGES]
    assert not any("\n" in line for line in lines)
    return " ".join(lines)


def test_no_panel_crosses_the_seams_inside_a_screen(tmp_path: Path) -> None:
    spliced = Wall(8.0, 2.5, splice=(2, 1))
    whole = GOOD.replace('{ panel = "head", at = [0, 0], span = [12, 1] },', "")
    one = whole[: whole.rindex("[[layouts]]")]
    assert read(tmp_path, one, spliced).slots_on(1, 0)
    with pytest.raises(WorldError) as failed:
        read(tmp_path, GOOD, spliced)
    assert (failed.value.key, failed.value.params["panel"]) == ("scene_seam", "head")
    with pytest.raises(WorldError) as failed:
        read(tmp_path, one, Wall(8.0, 2.5, splice=(5, 1)))
    assert failed.value.key == "scene_grid"


def test_a_scene_that_is_not_there_or_too_big_is_said(tmp_path: Path) -> None:
    with pytest.raises(WorldError) as failed:
        read_scene("nothing", PANELS, WALL, tmp_path)
    assert failed.value.key == "scene_unreadable"
    with pytest.raises(WorldError) as failed:
        read(tmp_path, "#" * 300_000)
    assert failed.value.key == "scene_too_big"


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("distance_m = 0.0\npitch_mm = 2.5", "wall_measures"),
        ("distance_m = 8.0\npitch_mm = -1.0", "wall_measures"),
        ("distance_m = 8.0\npitch_mm = 2.5\nsplice = [0, 1]", "wall_splice"),
        ("distance_m = 8.0", "scene_broken"),
    ],
)
def test_a_fault_in_the_walls_measures_is_named(tmp_path: Path, text: str, key: str) -> None:
    folder = paths.own_config(tmp_path)
    folder.mkdir()
    (folder / "screens.toml").write_text(text, encoding="utf-8")
    with pytest.raises(WorldError) as failed:
        read_wall(tmp_path)
    assert failed.value.key == key
    assert said_in_words(failed.value)


def test_what_is_shipped_is_sound_on_any_number_of_screens() -> None:
    panels = {"wall_header", "totals", "lights", "ranking", "map", "live", "streets", "news", "due_strip"}
    scene = read_scene("overview", panels, read_wall())
    for screens in range(1, 6):
        shown = {slot.panel for number in range(screens) for slot in scene.slots_on(screens, number)}
        # On a single screen the map says what the streets' own panel would.
        assert shown == (panels - {"streets"} if screens == 1 else panels)
