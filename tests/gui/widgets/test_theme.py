from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from PySide6.QtGui import QColor, QPixmap
from PySide6.QtWidgets import QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from tests.gui.widgets.samples import RESOURCES
from widgets.card import Card
from widgets.errors import LookError
from widgets.label import Label
from widgets.strip import Strip
from widgets.tag import Tag
from widgets.theme import Theme, theme_names
from widgets.themed import mark
from widgets.wall_text import wall_min_px

STYLES = RESOURCES / "styles"


def seen(widget: QWidget, x: int, y: int) -> str:
    pixmap = QPixmap(widget.size())
    widget.render(pixmap)
    return pixmap.toImage().pixelColor(x, y).name()


@pytest.mark.parametrize("name", theme_names(STYLES))
@pytest.mark.parametrize("scale", [1.0, 1.5, 2.0])
def test_every_theme_fills_every_style_sheet(name: str, scale: float) -> None:
    theme = Theme.load(STYLES, name, scale)
    assert theme.colours["text1"] in theme.style_sheet()
    assert f'"{theme.family}"' in theme.style_sheet()


def test_colours_come_by_meaning(theme: Theme) -> None:
    assert theme.colour("overdue") == QColor(theme.colours["overdue"])
    assert theme.shape("overdue") == "triangle"
    with pytest.raises(KeyError):
        theme.colour("pretty")


def test_every_light_has_a_shape_and_two_colours(theme: Theme) -> None:
    for light in ("in_time", "due_soon", "overdue", "paused", "not_started"):
        assert theme.shape(light)
        assert {light, f"{light}_mark"} <= set(theme.colours)
    assert len(set(theme.shapes.values())) == len(theme.shapes)


def test_sizes_follow_the_scale() -> None:
    plain, double = Theme.load(STYLES, "wall"), Theme.load(STYLES, "wall", 2.0)
    assert [double.size(step) for step in range(1, 9)] == [2 * plain.size(step) for step in range(1, 9)]
    assert double.row_px == 2 * plain.row_px
    assert double.font("figure").pixelSize() == 2 * plain.font("figure").pixelSize()


@pytest.mark.parametrize("name", theme_names(STYLES))
def test_large_mode_holds_its_floors(name: str) -> None:
    large = Theme.load(STYLES, name, 1.5)
    assert large.large
    assert large.smallest_text_px >= 24
    assert min(large.target_px, large.row_px) >= 44
    assert not Theme.load(STYLES, name).large


def test_an_unknown_theme_is_said() -> None:
    with pytest.raises(LookError, match="theme_unknown: rainbow"):
        Theme.load(STYLES, "rainbow")


def test_an_unknown_token_is_said_with_its_file(tmp_path: Path) -> None:
    shutil.copytree(STYLES, tmp_path / "styles")
    sheet = tmp_path / "styles" / "9.qss"
    sheet.write_text("QLabel { color: {text9}; }", encoding="utf-8")
    with pytest.raises(LookError) as caught:
        Theme.load(tmp_path / "styles", "desk")
    assert (caught.value.path, caught.value.fault, caught.value.detail) == (sheet, "style_token", "text9")


def test_a_look_without_style_sheets_is_said(tmp_path: Path) -> None:
    shutil.copy(STYLES / "tokens.toml", tmp_path)
    with pytest.raises(LookError, match="style_missing"):
        Theme.load(tmp_path, "desk")


def test_two_windows_of_one_process_look_different(qtbot: QtBot, theme: Theme, wall: Theme) -> None:
    looks = []
    for each in (theme, wall):
        window = QWidget()
        QVBoxLayout(window).addWidget(Card(each, "t"))
        qtbot.addWidget(window)
        each.apply(window)
        window.resize(200, 200)
        looks.append((seen(window, 1, 1), seen(window, 100, 150)))
    assert looks[0] == (theme.colours["surface1"], theme.colours["surface2"])
    assert looks[1] == (wall.colours["surface1"], wall.colours["surface2"])


def test_a_new_theme_reaches_painted_widgets_and_keeps_the_strip_its_own(
    qtbot: QtBot, theme: Theme, wall: Theme
) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    strip, tag = Strip(theme), Tag(theme, "x")
    inside = Label(strip.theme, "x")
    strip.row.addWidget(inside)
    column = QVBoxLayout(window)
    column.addWidget(strip)
    column.addWidget(tag)
    wall.apply(window)
    assert tag.theme is wall
    assert inside.theme is wall.bar
    assert tag.sizeHint().height() > Tag(theme, "x").sizeHint().height()


def test_properties_are_painted_by_the_style_sheet(qtbot: QtBot, theme: Theme) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    label = Label(theme, "x", tone="text1")
    QVBoxLayout(window).addWidget(label)
    theme.apply(window)
    window.show()
    before = label.palette().color(label.foregroundRole())
    mark(label, tone="overdue")
    assert before == theme.colour("text1")
    assert label.palette().color(label.foregroundRole()) == theme.colour("overdue")


@pytest.mark.parametrize(
    ("distance_m", "pitch_mm", "px"), [(8, 1.2, 34), (10, 2.5, 20), (8, 0.9, 45), (0.2, 1, 1)]
)
def test_wall_text_is_a_two_hundredth_of_the_distance(distance_m: float, pitch_mm: float, px: int) -> None:
    assert wall_min_px(distance_m, pitch_mm) == px
    assert px * pitch_mm * 200 >= distance_m * 1_000


@pytest.mark.parametrize(("distance_m", "pitch_mm"), [(0, 1), (8, 0), (-1, 1)])
def test_wall_text_refuses_what_is_no_wall(distance_m: float, pitch_mm: float) -> None:
    with pytest.raises(ValueError, match="above zero"):
        wall_min_px(distance_m, pitch_mm)
