"""The map's panel on a test hall: it shows the list, follows the open case, and says what it cannot show."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.base.clock import SECOND_MS
from app.domain.label import Label
from app.domain.place import Point
from app.sync.status import LinkStatus
from app.viewmodels.board import BoardModel
from app.viewmodels.context import Context
from app.viewmodels.map import LIGHTS, MapModel
from app.viewmodels.map_units import FRESH, KINDS, STALE, UNKNOWN_HEADING, UnitMarks, UnitPosition
from tests.helpers.glass import Line, glass
from tests.helpers.halls import TestHall, hall
from tests.helpers.wall import fonts, said, settle
from views import look, map_signs
from views.panels.map import MapPanel
from widgets.map.hands import MapHands
from widgets.map.spots import Spot
from widgets.pill import Pill

pytestmark = pytest.mark.usefixtures("qapp")

HERE, NEXT = Point(117.0, 30.0), Point(117.01, 30.004)
GRID = "990101001001001"


class Fixes:
    """One car that stands still."""

    version = 1

    def __init__(self, at: int) -> None:
        self._car = UnitPosition("car", "vehicle", Label("巡逻一", "Patrol 1"), at, 117.003, 30.001)

    def since(self, version: int) -> list[UnitPosition]:
        return [self._car]


@pytest.fixture
def test(tmp_path: Path) -> Iterator[TestHall]:
    fonts()
    with hall(tmp_path / "hall") as made:
        yield made


def shown(context: Context, active: bool = True, model: MapModel | None = None) -> MapPanel:
    theme = look.theme(look.DESK if active else look.WALL)
    panel = MapPanel(theme, context, active, model)
    theme.apply(panel)
    panel.resize(1_000, 700)
    panel.show()
    while panel.model.warm():
        pass
    settle()
    panel.canvas.settle()
    return panel


@pytest.fixture
def close() -> Iterator[list[MapPanel]]:
    opened: list[MapPanel] = []
    yield opened
    for panel in opened:
        panel.release()
        panel.hide()
        panel.deleteLater()
    settle()


def test_cases_and_units_are_drawn_and_the_rest_has_its_list(test: TestHall, close: list[MapPanel]) -> None:
    one, two = test.register(point=HERE, area=GRID), test.register(point=NEXT, area=GRID)
    test.register()
    context = glass(test)
    panel = shown(context, model=MapModel(context, positions=Fixes(test.clock.now())))
    close.append(panel)
    assert panel.state == "ready"
    rows = [panel.model.row_of(case.id) for case in (one, two)]
    assert sorted(panel.canvas.layer(map_signs.CASES).places) == sorted(rows)
    assert list(panel.canvas.layer(map_signs.UNITS).places) == ["car"]
    assert "巡逻一" in panel.canvas.names_shown
    drawn, lacking = (pill for pill in panel.findChildren(Pill) if pill.isVisible())
    assert drawn.accessibleName() == context.text("map.drawn", n="2")
    assert lacking.accessibleName() == context.text("map.lacking", n="1")
    opened: list[object] = []
    panel.opened.connect(opened.append)
    board = BoardModel(context)
    for pill, count in ((drawn, 2), (lacking, 1)):
        QTest.keyClick(pill, Qt.Key.Key_Return)
        board.show(opened[-1])
        assert board.count() == count


def test_a_case_is_ringed_and_brought_into_sight(test: TestHall, close: list[MapPanel]) -> None:
    case, bare = test.register(point=HERE, area=GRID), test.register()
    context = glass(test)
    panel = shown(context)
    close.append(panel)
    assert panel.show_case(case.id)
    row, place = panel.model.row_of(case.id), panel.model.place_of(case.id)
    assert row is not None
    assert place is not None
    assert panel.canvas.selected == (map_signs.CASES, row)
    left, top, right, bottom = panel.canvas.view.box
    assert (left < place[0] < right, top < place[1] < bottom) == (True, True)
    assert panel.canvas.view.zoom >= 15
    panel.canvas.settle()
    assert panel.model.words.case_label(row) in panel.canvas.names_shown
    assert not panel.show_case(bare.id)
    assert panel.canvas.selected is None
    panel.refresh_now()
    assert context.text("map.not_here") in said(panel)
    assert panel.show_case(case.id)
    assert context.text("map.not_here") not in said(panel)


def test_a_picked_case_is_wanted_and_a_picked_unit_is_not(test: TestHall, close: list[MapPanel]) -> None:
    case = test.register(point=HERE, area=GRID)
    context = glass(test)
    panel = shown(context, model=MapModel(context, positions=Fixes(test.clock.now())))
    close.append(panel)
    wanted: list[str] = []
    panel.case_wanted.connect(wanted.append)
    canvas = panel.canvas
    assert isinstance(canvas, MapHands)
    for _ in range(2):
        QTest.keyClick(canvas, Qt.Key.Key_N)
        QTest.keyClick(canvas, Qt.Key.Key_Return)
    assert wanted == [case.id]


def test_what_is_read_out_is_masked(test: TestHall, close: list[MapPanel]) -> None:
    test.register(point=HERE, area=GRID, what="邻居王小明家漏水", reporter_name="刘桂兰")
    panel = shown(glass(test))
    close.append(panel)
    canvas = panel.canvas
    assert isinstance(canvas, MapHands)
    QTest.keyClick(canvas, Qt.Key.Key_N)
    assert "第 1 个" in canvas.accessibleDescription()
    assert "漏水" not in said(panel)
    assert "刘桂兰" not in said(panel)


def test_news_and_ticks_reach_the_glass(test: TestHall, close: list[MapPanel]) -> None:
    test.register(point=HERE, area=GRID)
    context = glass(test)
    panel = shown(context)
    close.append(panel)
    test.register(point=NEXT, area=GRID)
    context.pulse.beat()
    while panel.model.warm():
        pass
    settle()
    assert len(panel.canvas.layer(map_signs.CASES).places) == 2
    panel.hide()
    test.register(point=NEXT, area=GRID)
    test.time.set(test.clock.now() + SECOND_MS)
    context.pulse.beat()
    while panel.model.warm():
        pass
    assert len(panel.canvas.layer(map_signs.CASES).places) == 2
    panel.show()
    settle()
    assert len(panel.canvas.layer(map_signs.CASES).places) == 3


def test_states_of_a_map_with_nothing_to_show_and_of_a_cut_line(
    test: TestHall, close: list[MapPanel]
) -> None:
    line = Line()
    context = glass(test, link=line)
    panel = shown(context)
    close.append(panel)
    assert panel.state == "empty"
    test.register(point=HERE, area=GRID)
    context.pulse.beat()
    while panel.model.warm():
        pass
    assert panel.state == "ready"
    line.status = LinkStatus("cut_off")
    context.pulse.link_moved()
    context.pulse.beat()
    assert panel.state == "cut_off"
    assert context.text("map.cut_off") in said(panel)
    assert panel.canvas.isVisible()
    line.status = LinkStatus("live")
    context.pulse.link_moved()
    context.pulse.beat()
    assert panel.state == "ready"


def test_on_a_wall_nothing_takes_hand_or_focus(test: TestHall, close: list[MapPanel]) -> None:
    test.register(point=HERE, area=GRID)
    test.register()
    context = glass(test)
    panel = shown(context, active=False)
    close.append(panel)
    assert not isinstance(panel.canvas, MapHands)
    assert panel.canvas.focusPolicy() == Qt.FocusPolicy.NoFocus
    assert panel.findChildren(Pill) == []
    assert context.text("map.lacking", n="1") in said(panel)
    before = panel.canvas.view
    QTest.keyClick(panel.canvas, Qt.Key.Key_Left)
    QApplication.processEvents()
    assert panel.canvas.view == before


def test_the_table_of_signs_agrees_with_the_marks() -> None:
    fonts()
    theme = look.theme(look.DESK)
    signs = map_signs.all_signs(theme)
    count = len(KINDS) * (STALE + 1) * 2
    every = [
        (kind, age, head)
        for kind in range(len(KINDS))
        for age in range(STALE + 1)
        for head in (90.0, UNKNOWN_HEADING)
    ]

    kinds, ages, heads = (np.array(part) for part in zip(*every, strict=True))
    unit = UnitPosition("u", "vehicle", Label("甲", "A"), 0, 0.0, 0.0)
    marks = map_signs.unit_marks(
        UnitMarks(
            (unit,) * count,
            np.zeros(count),
            np.zeros(count),
            kinds.astype(np.int8),
            heads,
            ages.astype(np.int8),
        )
    )
    shapes = {"vehicle": ("arrow", "capsule"), "team": ("hexagon",) * 2, "other": ("cross",) * 2}
    for (kind, age, head), number in zip(every, marks.sign.tolist(), strict=True):
        sign = signs[number]
        assert sign.shape == shapes[KINDS[kind]][head == UNKNOWN_HEADING]
        assert sign.hollow == (age != FRESH)
        assert (sign.colour == "text4") == (age == STALE)
        assert sign.turn_deg == (90 if sign.shape == "arrow" else 0)
    for light in range(len(LIGHTS)):
        for urgency in range(3):
            sign = signs[light * map_signs.URGENCIES + urgency]
            assert sign.rings == urgency
            assert sign.shape == ("dot" if LIGHTS[light] == "none" else theme.shape(LIGHTS[light]))


def test_a_spot_of_several_is_told_apart() -> None:
    assert Spot("cases", (1, 2), 0.5, 0.5).gathered
    assert not Spot("cases", (1,), 0.5, 0.5).gathered
