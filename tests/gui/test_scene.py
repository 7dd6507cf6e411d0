"""A scene on a real screen: no cell is lost, and text too small for the last seat is refused."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QRect, QSize

from app.base import paths
from app.base.errors import WorldError
from app.base.language import LANGUAGES, load_language
from tests.helpers.wall import HD, UHD, fonts, overview
from views.scene import Hanging, check_text, read_hanging, slot_rect

pytestmark = pytest.mark.usefixtures("qapp")


def check(hanging: Hanging, size: QSize, ratio: float = 1.0) -> None:
    fonts()
    check_text(hanging, hanging.scene.slots_on(1, 0), size, ratio, "HDMI-1")


def hung(data: Path, screens: str) -> Hanging:
    """The shipped scene on another wall."""
    folder = paths.own_config(data)
    folder.mkdir(exist_ok=True)
    (folder / "screens.toml").write_text(screens, encoding="utf-8")
    return read_hanging("overview", data)


@pytest.mark.parametrize("size", [HD, UHD, QSize(1366, 768), QSize(7680, 2160)])
def test_slots_lie_on_the_screen_with_even_gaps(size: QSize) -> None:
    scene, gap = overview().scene, 12
    slots = scene.slots_on(1, 0)
    rects = [slot_rect(scene, slot, size, gap) for slot in slots]
    whole = QRect(0, 0, size.width(), size.height())
    for rect in rects:
        assert whole.contains(rect)
        for other in rects:
            assert rect is other or not rect.adjusted(0, 0, gap - 1, gap - 1).intersects(other)
    assert min(rect.left() for rect in rects) == gap
    assert max(rect.right() for rect in rects) >= size.width() - gap - 2
    assert max(rect.bottom() for rect in rects) >= size.height() - gap - 2


@pytest.mark.parametrize("size", [HD, UHD])
def test_what_is_shipped_can_be_read_on_the_wall_it_is_made_for(size: QSize) -> None:
    check(overview(), size)


@pytest.mark.parametrize(
    ("screens", "size"),
    [
        ("distance_m = 8.0\npitch_mm = 2.5", QSize(1280, 720)),
        ("distance_m = 16.0\npitch_mm = 2.5", HD),
        ("distance_m = 8.0\npitch_mm = 0.6", HD),
    ],
)
def test_text_too_small_for_the_last_seat_is_refused(tmp_path: Path, screens: str, size: QSize) -> None:
    with pytest.raises(WorldError) as failed:
        check(hung(tmp_path, screens), size)
    error = failed.value
    assert error.key == "scene_text_small"
    assert int(str(error.params["px"])) < int(str(error.params["needed"]))
    for code in LANGUAGES:
        line = load_language(code, paths.languages()).error(error)
        assert "HDMI-1" in line
        assert "\n" not in line


def test_a_screen_of_double_density_counts_its_real_pixels(tmp_path: Path) -> None:
    wall = hung(tmp_path, "distance_m = 8.0\npitch_mm = 1.25")
    with pytest.raises(WorldError):
        check(wall, HD)
    check(wall, HD, ratio=2.0)


def test_a_larger_scale_makes_it_readable_again(tmp_path: Path) -> None:
    far = hung(tmp_path, "distance_m = 16.0\npitch_mm = 2.5")
    with pytest.raises(WorldError):
        check(far, HD)
    shipped = (paths.config() / "scenes" / "overview.toml").read_text(encoding="utf-8")
    own = paths.own_config(tmp_path) / "scenes"
    own.mkdir()
    (own / "overview.toml").write_text(shipped.replace("scale = 1.075", "scale = 2.2"), encoding="utf-8")
    check(read_hanging("overview", tmp_path), HD)


def test_a_panel_that_may_not_hang_on_a_wall_is_refused(tmp_path: Path) -> None:
    shipped = (paths.config() / "scenes" / "overview.toml").read_text(encoding="utf-8")
    own = paths.own_config(tmp_path) / "scenes"
    own.mkdir(parents=True)
    (own / "overview.toml").write_text(shipped.replace('"news"', '"case"'), encoding="utf-8")
    with pytest.raises(WorldError) as failed:
        read_hanging("overview", tmp_path)
    assert (failed.value.key, failed.value.params["panel"]) == ("scene_panel", "case")
