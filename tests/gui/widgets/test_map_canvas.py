"""The painted map: what is painted where, and that a moved picture is the one painted anew."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QObject, QPoint
from PySide6.QtGui import QColor, QImage, QPaintEvent
from PySide6.QtWidgets import QApplication

from tests.gui.widgets.map_world import HOME, MIDDLE, SIDE, SIGNS, Words, marks
from widgets.map.areas import Area
from widgets.map.canvas import MapCanvas
from widgets.map.legend import Entry, Legend
from widgets.map.signs import OWN_SHAPES, Sign, SignAtlas
from widgets.theme import Theme


def square(left: float, top: float, side: float) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    return np.array([(left, top), (left + side, top), (left + side, top + side), (left, top + side)])


def four_areas() -> list[Area]:
    half = SIDE / 2
    corners = [(0.8 + column * half, 0.4 + row * half) for row in range(2) for column in range(2)]
    return [
        Area(0, f"街道{tint}", (square(x, y, half),), (x + half / 2, y + half / 2), tint)
        for tint, (x, y) in enumerate(corners)
    ]


@pytest.fixture
def canvas(theme: Theme) -> Iterator[MapCanvas]:
    made = MapCanvas(theme, "地图", Words(), SIGNS, (("units", False), ("cases", True)))
    made.resize(640, 480)
    made.set_home(HOME)
    made.show()
    QApplication.processEvents()
    made.settle()
    yield made
    made.hide()
    made.deleteLater()


def picture(canvas: MapCanvas) -> QImage:
    canvas.settle()
    return canvas.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)


def colour_at(image: QImage, at: tuple[float, float]) -> QColor:
    return image.pixelColor(QPoint(round(at[0]), round(at[1])))


def painted(image: QImage, colour: QColor) -> int:
    raw = np.frombuffer(image.constBits(), dtype=np.uint32) & 0xFFFFFF
    return int(np.count_nonzero(raw == (colour.rgb() & 0xFFFFFF)))


def test_areas_have_their_tints_and_outside_is_ground(canvas: MapCanvas, theme: Theme) -> None:
    canvas.set_areas(four_areas())
    image = picture(canvas)
    for area in four_areas():
        x, y = area.name_at[0], area.name_at[1] + SIDE / 5
        assert colour_at(image, canvas.view.spot(x, y)) == theme.colour(f"map_tint{area.tint}")
    assert colour_at(image, (5, 5)) == theme.colour("map_ground")
    edge = canvas.view.spot(0.8, 0.4 + SIDE / 4)
    line = colour_at(image, edge).lightness()
    assert line < min(theme.colour(f"map_tint{tint}").lightness() for tint in range(4)) - 40
    assert painted(image, theme.colour("text2")) > 50  # the names


def test_fit_shows_home_whole_until_somebody_moves(canvas: MapCanvas) -> None:
    seen = canvas.view.box
    assert (seen[0] < HOME[0], seen[1] < HOME[1], seen[2] > HOME[2], seen[3] > HOME[3]) == (True,) * 4
    canvas.see(canvas.view.moved(50, 0))
    moved = canvas.view
    canvas.set_home((0.8, 0.4, 0.9, 0.5))
    assert canvas.view == moved
    canvas.fit()
    assert canvas.view.box[2] > 0.9
    canvas.resize(300, 200)
    QApplication.processEvents()
    assert canvas.view.box[2] > 0.9


@pytest.mark.parametrize("steps", [[(30, 0)], [(0, -45), (17, 9)], [(500, 300)], [(90, 90)] * 6])
def test_a_picture_that_was_pushed_along_is_the_one_painted_anew(
    canvas: MapCanvas, theme: Theme, steps: list[tuple[int, int]]
) -> None:
    canvas.set_areas(four_areas())
    canvas.set_marks("units", marks(MIDDLE, (0.8001, 0.4001), sign=2))
    picture(canvas)
    for across, down in steps:
        canvas.see(canvas.view.moved(across, down))
        picture(canvas)
    pushed = picture(canvas)
    canvas.set_areas(four_areas())
    assert pushed == picture(canvas)


def test_zooming_stretches_at_once_and_sharpens_at_rest(canvas: MapCanvas, theme: Theme) -> None:
    canvas.set_areas(four_areas())
    picture(canvas)
    x, y = 0.8 + SIDE / 4, 0.4 + SIDE * 0.4
    canvas.see(canvas.view.zoomed(1, 320, 240))
    assert canvas.moving
    stretched = canvas.grab().toImage()
    sharp = picture(canvas)
    assert not canvas.moving
    spot = canvas.view.spot(x, y)
    assert colour_at(stretched, spot) == colour_at(sharp, spot) == theme.colour("map_tint0")
    assert stretched != sharp


def test_signs_lie_where_they_should_and_urgent_ones_have_rings(canvas: MapCanvas, theme: Theme) -> None:
    canvas.set_marks("cases", marks(MIDDLE))
    plain = picture(canvas)
    at = canvas.view.spot(*MIDDLE)
    assert colour_at(plain, at) == theme.colour("in_time_mark")
    before = painted(plain, theme.colour("overdue_mark"))
    canvas.set_marks("cases", marks(MIDDLE, sign=1))
    ringed = picture(canvas)
    assert colour_at(ringed, at) == theme.colour("overdue_mark")
    assert before == 0 < painted(ringed, theme.colour("overdue_mark"))


def test_what_lies_together_is_counted_and_comes_apart(canvas: MapCanvas) -> None:
    near = [(MIDDLE[0] + step * 1e-8, MIDDLE[1]) for step in range(3)]
    canvas.set_marks("cases", marks(*near))
    layer = canvas.layer("cases")
    assert layer.gathering(canvas.view).counts.tolist() == [3]
    closest = canvas.view.at(*MIDDLE, 19)
    assert len(layer.gathering(closest)) == 0
    canvas.select("cases", 1)
    assert layer.gathering(canvas.view).counts.tolist() == [2]
    assert layer.gathering(canvas.view).alone.tolist() == [1]
    canvas.set_marks("units", marks(*near))
    assert len(canvas.layer("units").gathering(canvas.view)) == 0


def test_names_stand_beside_signs_and_never_on_each_other(canvas: MapCanvas) -> None:
    spread = [(0.8 + SIDE * (n % 8) / 8, 0.4 + SIDE * (n // 8) / 8) for n in range(64)]
    canvas.set_marks("units", marks(*spread, named=True))
    canvas.settle()
    assert 3 < len(canvas.names_shown) <= 40
    rects = canvas._names.rects(canvas.view, canvas.layer("units"))
    clashes = [(a, b) for n, a in enumerate(rects) for b in rects[n + 1 :] if a.intersects(b)]
    assert clashes == []
    first = set(canvas.names_shown)
    canvas.set_marks("units", marks(*spread, named=True))
    assert set(canvas.names_shown) == first


class _Painted(QObject):
    """How much was painted."""

    def __init__(self) -> None:
        super().__init__()
        self.px = 0

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Paint and isinstance(event, QPaintEvent):
            self.px += sum(r.width() * r.height() for r in [event.region().boundingRect()])
        return False


def test_one_sign_that_moves_is_one_small_repaint(canvas: MapCanvas) -> None:
    still = [(0.8001, 0.4001), (0.8015, 0.4015)]
    canvas.set_marks("units", marks(*still, MIDDLE))
    picture(canvas)
    QApplication.processEvents()
    watch = _Painted()
    canvas.installEventFilter(watch)
    canvas.set_marks("units", marks(*still, MIDDLE))
    QApplication.processEvents()
    assert watch.px == 0
    step = 3 / canvas.view.scale
    canvas.set_marks("units", marks(*still, (MIDDLE[0] + step, MIDDLE[1])))
    QApplication.processEvents()
    assert 0 < watch.px < 640 * 480 / 20
    canvas.removeEventFilter(watch)


def test_the_crowd_is_small(canvas: MapCanvas, theme: Theme) -> None:
    rng = np.random.default_rng(1)
    spread = [(0.8 + SIDE * a, 0.4 + SIDE * b) for a, b in rng.uniform(0, 1, (2_000, 2))]
    canvas.set_marks("units", marks(MIDDLE))
    alone = painted(picture(canvas), theme.colour("in_time_mark"))
    canvas.set_marks("units", marks(*spread))
    crowd = painted(picture(canvas), theme.colour("in_time_mark"))
    assert crowd / 2_000 < alone * 0.5


def test_a_place_in_sight_is_not_yanked_into_the_middle(canvas: MapCanvas) -> None:
    before = canvas.view
    canvas.show_place(*MIDDLE, before.zoom)
    assert canvas.view == before
    canvas.show_place(0.805, 0.405, before.zoom)
    assert (canvas.view.x, canvas.view.y) == (0.805, 0.405)
    canvas.show_place(0.805, 0.405, before.zoom + 2)
    assert canvas.view.zoom == before.zoom + 2


def test_every_shape_is_painted_and_an_unknown_one_is_refused(theme: Theme) -> None:
    atlas = SignAtlas(theme, [Sign(shape, "accent") for shape in OWN_SHAPES], 2.0)
    image = atlas.pixmap.toImage()
    for left, top, width, height in atlas.rects.astype(int).tolist():
        assert painted(image.copy(left, top, width, height), theme.colour("accent")) > 20
        assert width % 2 == height % 2 == 0
    with pytest.raises(ValueError, match="star"):
        SignAtlas(theme, [Sign("star", "accent")], 1.0)


def test_the_legend_takes_another_line_when_narrow(theme: Theme) -> None:
    legend = Legend(theme, "图例", [Entry(f"说明文字{n}", SIGNS[n % 3]) for n in range(8)])
    assert legend.heightForWidth(300) > legend.heightForWidth(2_000)
    assert "说明文字7" in legend.accessibleDescription()
    legend.resize(300, legend.heightForWidth(300))
    assert painted(legend.grab().toImage(), theme.colour("overdue_mark")) > 10


def test_another_look_repaints_everything(canvas: MapCanvas, wall: Theme, theme: Theme) -> None:
    canvas.set_areas(four_areas())
    picture(canvas)
    wall.apply(canvas)
    image = picture(canvas)
    assert colour_at(image, (5, 5)) == wall.colour("map_ground") != theme.colour("map_ground")
