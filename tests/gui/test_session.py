"""An open hall on the glass: windows, beat, trouble, pictures, and a clean end."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QSplitter

from app.base import paths
from app.base.errors import WorldError
from app.base.language import load_language
from app.viewmodels.context import Context
from app.viewmodels.seat import Seat
from tests.helpers.glass import AtOnce
from tests.helpers.halls import TestHall, hall
from tests.helpers.scenes import fill_hall
from tests.helpers.wall import fonts, said, settle, watching
from views.desks import Desks
from views.keys import load_keys
from views.panels.wall_header import WallHeader
from views.screens import CONSOLE, SUPERVISION, Placed, read_state
from views.session import BEAT_MS, WALL, Glass, Session, Trouble
from views.windows.console import ConsoleWindow
from views.windows.supervision import SupervisionWindow

pytestmark = pytest.mark.usefixtures("qapp")

KEYS = paths.config() / "keys.toml"
SIZE = QSize(1920, 1080)


def glass_of(test: TestHall, data: Path, roles: tuple[str, ...] = (WALL, SUPERVISION, CONSOLE)) -> Glass:
    wall = watching(test)
    seat = Seat(wall.reading, "A1", "s1")
    seat.sit_first("dispatcher")
    acting = AtOnce(test)

    def context() -> Context:
        return Context(wall.reading, acting, wall.pulse, load_language("zh", paths.languages()), seat.actor)

    return Glass(wall.pulse, wall, context(), seat, context(), data, KEYS, roles, real=False)


class Opened:
    def __init__(self, test: TestHall, data: Path) -> None:
        self.hall, self.data, self.trouble = test, data, Trouble()
        self.session = Session(glass_of(test, data), self.trouble, SIZE)
        self.quits: list[bool] = []
        self.session.quit_asked.connect(lambda: self.quits.append(True))
        self.session.open()
        settle()

    @property
    def windows(self) -> dict[str, object]:
        return dict(self.session._open())


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Opened]:
    fonts()
    with hall(tmp_path / "hall") as test:
        fill_hall(test, 16)
        made = Opened(test, tmp_path)
        yield made
        made.session.close()
        settle()


def test_every_window_of_its_roles_opens_and_says_that_it_is_a_demo(opened: Opened) -> None:
    assert set(opened.windows) == {"console", "supervision", "wall-1"}
    for window in opened.windows.values():
        assert window.isVisible()
        assert "演示" in window.windowTitle()


def test_a_report_reaches_every_window_by_the_beat_alone(opened: Opened) -> None:
    before = {name: said(window) for name, window in opened.windows.items()}
    opened.hall.register()
    QTest.qWait(200)
    for name, window in opened.windows.items():
        assert said(window) != before[name], name


def test_news_after_a_quiet_while_does_not_wait_for_the_timer(
    opened: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    session, beats = opened.session, []
    session._timer.setInterval(60_000)
    QTest.qWait(2 * BEAT_MS)
    monkeypatch.setattr(session._glass.pulse, "beat", lambda: beats.append(True))
    # Whatever the windows wrote when they opened has been told.
    session._glass.pulse._dirty.clear()
    opened.hall.register()
    QTest.qWait(2 * BEAT_MS)
    # The log tells its followers a moment after it tells who wrote.
    assert len(beats) == 1
    # The next comes in its time: twenty a second are the most.
    monkeypatch.setattr("views.session.BEAT_MS", 60_000)
    session._glass.pulse._dirty.clear()
    opened.hall.register()
    QTest.qWait(2 * BEAT_MS)
    assert len(beats) == 1


def test_trouble_behind_the_glass_shows_on_it_whatever_thread_it_came_from(opened: Opened) -> None:
    thread = threading.Thread(
        target=lambda: opened.trouble.happened.emit(WorldError("disk_full", path="/data"))
    )
    thread.start()
    thread.join()
    settle()
    for window in (opened.windows["wall-1"].findChild(WallHeader), opened.windows["console"]):
        assert "磁盘已满" in said(window)
    opened.trouble.happened.emit(ArithmeticError("a bug"))
    settle()
    assert "后台工作出错" in said(opened.windows["console"])


def test_a_beat_that_fails_is_logged_once_and_tried_again(
    opened: Opened, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    pulse = opened.session._glass.pulse
    with monkeypatch.context() as broken:
        broken.setattr(pulse, "beat", lambda: 1 / 0)
        QTest.qWait(300)
    assert [record.msg for record in caplog.records].count("glass.beat.failed") == 1
    opened.hall.register()
    QTest.qWait(200)
    assert pulse.beat_at == opened.hall.clock.now()


def test_there_is_a_picture_of_each_at_both_sizes(opened: Opened, tmp_path: Path) -> None:
    lines = opened.session.shots(tmp_path / "shots")
    assert len(lines) == 6
    for line in lines:
        file, _, size = line.rpartition(" ")
        image = QImage(file)
        assert f"{image.width()}x{image.height()}" == size
    assert {line.rpartition(" ")[2] for line in lines} == {"1920x1080", "3840x2160"}


def test_pictures_that_cannot_be_written_are_one_clear_error(opened: Opened, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(WorldError) as failed:
        opened.session.shots(tmp_path / "file")
    assert failed.value.key == "shot_failed"


def test_keys_bring_windows_up_again_and_the_last_one_leaves(opened: Opened) -> None:
    supervision = opened.windows["supervision"]
    supervision.close()
    settle()
    assert "supervision" not in opened.windows
    console = opened.windows["console"]
    assert isinstance(console, ConsoleWindow)
    QTest.keyClick(console, Qt.Key.Key_2, Qt.KeyboardModifier.ControlModifier)
    settle()
    assert isinstance(opened.windows["supervision"], SupervisionWindow)
    opened.session.windows.act("shell.quit")
    assert opened.quits == [True]
    console.close()
    assert opened.quits == [True, True]


def test_a_case_chosen_by_the_supervisor_comes_up_at_the_console(opened: Opened) -> None:
    supervision, console = opened.windows["supervision"], opened.windows["console"]
    assert isinstance(supervision, SupervisionWindow)
    assert isinstance(console, ConsoleWindow)
    incident = str(supervision.model.key(0))
    supervision.case_wanted.emit(incident)
    assert console.models.case.incident is not None
    assert console.models.case.incident.id == incident


def test_the_shells_actions_are_offered_at_the_console(opened: Opened) -> None:
    console = opened.windows["console"]
    assert isinstance(console, ConsoleWindow)
    offered = {action.name: action.note for action in console.commands.listed()}
    assert offered["退出集结"] == "Ctrl+Q"
    assert offered["打开督办台"] == "Ctrl+2"


def test_where_windows_stood_is_kept_and_they_stand_there_again(tmp_path: Path) -> None:
    fonts()
    with hall(tmp_path / "hall") as test:
        fill_hall(test, 8)
        glass = glass_of(test, tmp_path)
        screen = QApplication.primaryScreen()
        desks = Desks(glass.console, glass.seat, glass.supervision, load_keys(KEYS))
        desks.set_home(screen)
        frame = (screen.geometry().x() + 20, screen.geometry().y() + 30, 1300, 820)
        desks.open(CONSOLE, Placed(screen.name(), frame, maximised=False, parts=((200, 500, 600),)))
        settle()
        kept = desks.placed()[CONSOLE]
        assert (kept.screen, kept.frame, kept.maximised) == (screen.name(), frame, False)
        assert kept.parts[0] == tuple(desks.windows[CONSOLE].findChild(QSplitter).sizes())
        desks.close()
        desks.open(CONSOLE, kept)
        settle()
        assert desks.placed()[CONSOLE] == kept
        desks.close()
        settle()


def test_closing_keeps_the_state_and_leaves_no_window_and_no_listener(tmp_path: Path) -> None:
    fonts()
    with hall(tmp_path / "hall") as test:
        fill_hall(test, 8)
        made = Opened(test, tmp_path)
        pulse = made.session._glass.pulse
        windows = list(made.windows.values())
        made.session.close()
        settle()
        assert not any(window in QApplication.topLevelWidgets() for window in windows)
        assert [len(c._listeners) for c in (pulse.news, pulse.second, pulse.hall, pulse.troubled)] == [0] * 4
        assert set(read_state(tmp_path).windows) == {CONSOLE, SUPERVISION}


def test_a_damaged_scene_is_told_before_any_window_opens(tmp_path: Path) -> None:
    fonts()
    own = paths.own_config(tmp_path) / "scenes"
    own.mkdir(parents=True)
    (own / "overview.toml").write_text("id = 3", encoding="utf-8")
    before = set(QApplication.topLevelWidgets())
    with hall(tmp_path / "hall") as test, pytest.raises(WorldError) as failed:
        Session(glass_of(test, tmp_path), Trouble())
    assert failed.value.key == "scene_broken"
    assert not any(window.isVisible() for window in set(QApplication.topLevelWidgets()) - before)
