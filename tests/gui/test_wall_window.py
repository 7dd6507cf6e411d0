"""The wall window: masked, without hands, and honest when something breaks or grows old."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QPainter
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QWidget

from app.base.clock import DAY_MS, SECOND_MS
from app.viewmodels.context import Context
from app.viewmodels.totals import TotalsModel
from tests.helpers.halls import TestHall, hall
from tests.helpers.scenes import fill_hall
from tests.helpers.wall import HD, UHD, overview, read_maps, said, settle, wall, watching
from views.panel import Panel
from views.panels.totals import TotalsPanel
from views.panels.wall_header import WallHeader
from views.windows.wall import STALE_MS, WallWindow
from widgets.wall_text import wall_min_px

pytestmark = pytest.mark.usefixtures("qapp")

NAME, PHONE, FLAT = "欧阳慕华", "13912345678", "2单元301室"


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestHall]:
    with hall(tmp_path_factory.mktemp("wall")) as test:
        fill_hall(test, 40)
        for category in ("0602", ""):
            test.register(
                what=f"我叫{NAME}，电话{PHONE}，路灯不亮",
                category=category,
                address=f"滨河路118号{FLAT}",
                flat=FLAT,
                reporter_name=NAME,
                reporter_phone=PHONE,
                urgent=True,
            )
        yield test


@pytest.fixture
def context(filled: TestHall) -> Context:
    return watching(filled)


@pytest.mark.parametrize("size", [HD, UHD])
@pytest.mark.parametrize("screens", [1, 2, 3])
def test_every_panel_lies_on_the_screen_and_none_over_another(
    context: Context, size: object, screens: int
) -> None:
    for number in range(screens):
        with wall(context, size, screens, number) as window:  # type: ignore[arg-type]
            rects = [panel.geometry() for panel in window.panels]
            assert rects
            for rect in rects:
                assert window.rect().contains(rect)
                assert not any(rect.intersects(other) for other in rects if other is not rect)
            assert all(panel.isVisible() for panel in window.panels)
            states = {panel.state for panel in window.panels if isinstance(panel, Panel)}
            assert states <= {"ready", "empty"}


@pytest.mark.parametrize("screens", [1, 2, 3])
def test_nothing_is_smaller_than_can_be_read_from_the_last_seat(context: Context, screens: int) -> None:
    least = wall_min_px(overview().wall.distance_m, overview().wall.pitch_mm)
    for number in range(screens):
        with wall(context, HD, screens, number) as window:
            for panel in window.panels:
                theme = panel.theme if isinstance(panel, Panel) else window.findChild(WallHeader)._strip.theme
                assert theme.smallest_text_px >= least


@pytest.mark.parametrize("language", ["zh", "en"])
def test_nothing_personal_can_be_read(
    filled: TestHall, language: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    painted: list[str] = []
    draw = QPainter.drawText

    def spy(painter: QPainter, *args: object) -> object:
        painted.extend(arg for arg in args if isinstance(arg, str))
        return draw(painter, *args)

    monkeypatch.setattr(QPainter, "drawText", spy)
    with wall(watching(filled, language)) as window:
        window.grab()
        seen = said(window) + "\n".join(painted)
    assert len(painted) > 50
    for private in (NAME, NAME[:2], PHONE, PHONE[:3], PHONE[-4:], "301", "刘桂兰", "1391234"):
        assert private not in seen, private


def test_every_figure_says_how_old_it_is(context: Context) -> None:
    with wall(context) as window:
        context.pulse.beat()
        settle()
        age = context.text("figure.age", clock=context.formats.clock(context.pulse.beat_at))
        panels = [panel for panel in window.panels if isinstance(panel, Panel)]
        assert len(panels) == 7
        for panel in panels:
            assert age in said(panel), type(panel).__name__


def test_it_is_marked_as_a_demo_in_title_and_header(context: Context) -> None:
    with wall(context) as window:
        assert "演示" in window.windowTitle()
        header = window.findChild(WallHeader)
        assert header is not None
        assert "演示" in said(header)
        assert "一屏总览" in said(header)


def test_it_has_no_cursor_no_menu_and_opens_no_dialog(context: Context) -> None:
    with wall(context) as window:
        assert window.cursor().shape() == Qt.CursorShape.BlankCursor
        for child in window.findChildren(QWidget):
            assert not child.testAttribute(Qt.WidgetAttribute.WA_SetCursor)
            assert child.focusPolicy() == Qt.FocusPolicy.NoFocus or not child.isVisible()
        before = set(QApplication.topLevelWidgets())
        for key in (Qt.Key.Key_Return, Qt.Key.Key_Escape, Qt.Key.Key_F1, Qt.Key.Key_Menu, Qt.Key.Key_Space):
            QTest.keyClick(window, key)
        middle = window.rect().center()
        for button in (Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton):
            QTest.mouseClick(window, button, pos=middle)
            QTest.mouseClick(window.childAt(middle), button)
        settle()
        assert set(QApplication.topLevelWidgets()) == before
        assert not any(isinstance(widget, QDialog) for widget in QApplication.topLevelWidgets())


def test_only_the_shell_closes_it_and_ctrl_q_asks_the_shell(context: Context) -> None:
    with wall(context) as window:
        asked: list[str] = []
        window.asked.connect(asked.append)
        assert not window.close()
        assert window.isVisible()
        QTest.keyClick(window, Qt.Key.Key_Q, Qt.KeyboardModifier.ControlModifier)
        QTest.keyClick(window, Qt.Key.Key_Q)
        QTest.keyClick(window, Qt.Key.Key_1, Qt.KeyboardModifier.ControlModifier)
        assert asked == ["shell.quit", "shell.console"]
        assert window.isVisible()


def test_on_a_desks_screen_its_frame_closes_it(context: Context) -> None:
    window = WallWindow(context, overview().scene, 1, 0)
    window.set_framed(True)
    window.resize(HD * 0.5)
    window.show()
    closed: list[bool] = []
    window.closed.connect(lambda: closed.append(True))
    assert not window.windowFlags() & Qt.WindowType.FramelessWindowHint
    assert window.close()
    assert closed == [True]
    window.deleteLater()
    settle()


def test_a_panel_that_fails_fails_alone_and_comes_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with hall(tmp_path) as test, wall(watching(test)) as window:
        context = window._context
        with monkeypatch.context() as broken:
            broken.setattr(TotalsModel, "totals", lambda _self: 1 / 0)
            test.register()
            context.pulse.beat()
            settle()
            read_maps(window)
            states = {type(p).__name__: p.state for p in window.panels if isinstance(p, Panel)}
            assert states.pop("TotalsPanel") == "failed"
            assert set(states.values()) <= {"ready", "empty"}
            assert context.text("panel.failed") in said(window)
        test.register()
        context.pulse.beat()
        totals = window.findChild(TotalsPanel)
        assert totals is not None
        assert totals.state == "ready"
        assert context.text("panel.failed") not in said(window)


def test_figures_that_grow_old_say_so_and_take_it_back(tmp_path: Path) -> None:
    with hall(tmp_path) as test, wall(watching(test)) as window:
        context = window._context
        test.register()
        context.pulse.beat()
        settle()
        at = context.formats.clock(context.pulse.beat_at)
        test.time.advance(STALE_MS)
        window.look_at_age()
        assert "stale" not in {p.state for p in window.panels if isinstance(p, Panel)}
        test.time.advance(SECOND_MS)
        window.look_at_age()
        totals = window.findChild(TotalsPanel)
        assert totals is not None
        assert totals.state == "stale"
        assert context.text("wall.stale", at=at) in said(totals)
        context.pulse.beat()
        window.look_at_age()
        assert totals.state == "ready"
        assert context.text("wall.stale", at=at) not in said(totals)


def test_a_report_is_on_the_wall_after_the_next_beat(tmp_path: Path) -> None:
    with hall(tmp_path) as test, wall(watching(test)) as window:
        context = window._context
        assert context.text("live.empty") in said(window)
        test.register(category="0602")
        context.pulse.beat()
        settle()
        assert context.category("0602") in said(window)
        assert context.text("live.empty") not in said(window)


def test_an_empty_hall_says_what_there_is_not(tmp_path: Path) -> None:
    with hall(tmp_path) as test, wall(watching(test)) as window:
        seen = said(window)
        for key in ("live.empty", "ranking.empty", "news.empty"):
            assert window._context.text(key) in seen


def test_a_log_that_refuses_shows_in_the_header(tmp_path: Path) -> None:
    with hall(tmp_path) as test, wall(watching(test)) as window:
        context = window._context
        context.pulse.say_trouble("磁盘已满")
        header = window.findChild(WallHeader)
        assert header is not None
        assert "磁盘已满" in said(header)
        test.register()
        context.pulse.beat()
        assert "磁盘已满" not in said(header)


def test_another_place_in_the_wall_shows_what_belongs_there(context: Context) -> None:
    with wall(context) as window:
        assert len(window.panels) == 8
        window.set_place(2, 1)
        settle()
        kinds = {type(panel).__name__ for panel in window.panels}
        assert "LivePanel" not in kinds
        assert {"TotalsPanel", "StreetsPanel"} <= kinds
        assert "2" in window.windowTitle()


def test_a_window_dragged_larger_is_drawn_larger(context: Context) -> None:
    with wall(context) as window:
        before = window.findChild(TotalsPanel).theme.scale
        window.resize(UHD)
        QTest.qWait(200)
        settle()
        assert window.findChild(TotalsPanel).theme.scale == pytest.approx(before * 2, rel=0.02)
        assert len(window.panels) == 8


def test_what_is_closed_listens_no_more(tmp_path: Path) -> None:
    with hall(tmp_path) as test:
        context = watching(test)
        pulse = context.pulse
        before = [
            len(changed._listeners) for changed in (pulse.news, pulse.second, pulse.hall, pulse.troubled)
        ]
        with wall(context):
            assert len(pulse.news._listeners) > before[0]
        after = [
            len(changed._listeners) for changed in (pulse.news, pulse.second, pulse.hall, pulse.troubled)
        ]
        assert after == before
        test.time.advance(DAY_MS)
        pulse.beat()
