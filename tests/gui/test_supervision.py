"""The supervisor's window: every figure leads to the list whose count it is, by mouse and by keyboard."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from app.viewmodels.context import Context
from app.viewmodels.listing import Filter
from tests.helpers.desk import KEYS
from tests.helpers.glass import glass
from tests.helpers.halls import actor, hall
from tests.helpers.scenes import fill_hall
from tests.helpers.wall import HD, fonts, said, settle
from views.desk_look import DeskLook
from views.keys import load_keys
from views.windows.supervision import SupervisionWindow
from widgets.bars import Bars
from widgets.figure import Figure
from widgets.split_bar import SplitBar
from widgets.stacked_bars import StackedBars

pytestmark = pytest.mark.usefixtures("qapp")


@pytest.fixture(scope="module")
def context(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Context]:
    with hall(tmp_path_factory.mktemp("supervision")) as test:
        fill_hall(test, 48)
        yield glass(test, actor("supervisor"))


@pytest.fixture
def window(context: Context) -> Iterator[SupervisionWindow]:
    fonts()
    made = SupervisionWindow(context, DeskLook(), load_keys(KEYS))
    made.resize(HD)
    made.show()
    settle()
    yield made
    made.close()
    made.release()
    made.deleteLater()
    settle()


def test_it_begins_with_what_is_overdue(window: SupervisionWindow, context: Context) -> None:
    assert window.model.filter == Filter("overdue")
    assert window.model.count() > 0
    assert context.text("supervision.list", list="超期", n=window.model.count()) in said(window)
    assert "演示" in window.windowTitle()


def test_every_total_and_due_figure_opens_its_list(window: SupervisionWindow) -> None:
    opened = 0
    for panel in ("totals", "due_strip"):
        for figure in window.figures[panel].findChildren(Figure):
            if figure.isVisible():
                figure.setFocus()
                QTest.keyClick(figure, Qt.Key.Key_Return)
                assert (figure.accessibleName(), figure.value) == (
                    figure.accessibleName(),
                    str(window.model.count()),
                )
                opened += 1
    assert opened >= 6


def test_every_light_opens_its_list(window: SupervisionWindow) -> None:
    bar = window.figures["lights"].findChild(SplitBar)
    counts = [line.rpartition(" ")[2] for line in bar.accessibleDescription().splitlines()]
    assert len(counts) == 5
    for place, count in enumerate(counts):
        QTest.keyClick(bar, Qt.Key.Key_Return)
        assert count == str(window.model.count())
        assert window.model.filter.light == ("in_time", "due_soon", "overdue", "paused", "not_started")[place]
        QTest.keyClick(bar, Qt.Key.Key_Right)


@pytest.mark.parametrize(("panel", "kind"), [("ranking", Bars), ("streets", StackedBars)])
def test_every_bar_opens_its_list(window: SupervisionWindow, panel: str, kind: type[Bars]) -> None:
    bars = window.figures[panel].findChild(kind)
    rows = bars.accessibleDescription().splitlines()
    assert len(rows) >= 2
    for row in rows:
        QTest.keyClick(bars, Qt.Key.Key_Space)
        assert row.rpartition(" ")[2] == str(window.model.count())
        QTest.keyClick(bars, Qt.Key.Key_Down)


def test_enter_in_the_list_asks_for_the_case(window: SupervisionWindow) -> None:
    wanted: list[str] = []
    window.case_wanted.connect(wanted.append)
    table = window.board.table
    table.choose(window.model.key(0))
    QTest.keyClick(table, Qt.Key.Key_Return)
    assert wanted == [window.model.key(0)]


def test_everything_that_can_be_pressed_has_a_name_and_takes_the_keyboard(window: SupervisionWindow) -> None:
    for kind in (Figure, Bars, StackedBars, SplitBar):
        for widget in window.findChildren(kind):
            if widget.isVisible():
                assert widget.accessibleName()
                assert widget.focusPolicy() == Qt.FocusPolicy.StrongFocus


def test_in_english_nothing_of_the_program_is_chinese(tmp_path: Path) -> None:
    with hall(tmp_path) as test:
        made = SupervisionWindow(glass(test, actor("supervisor"), language="en"), DeskLook(), load_keys(KEYS))
        made.resize(HD)
        made.show()
        settle()
        assert not any("一" <= character <= "鿿" for character in said(made))
        made.release()
        made.close()
        made.deleteLater()
        settle()
