"""The window while a hall opens: it says how far, stops when asked, and is gone when all is done."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton
from qasync import QEventLoop

from tests.helpers.wall import fonts, said, settle
from views import look
from views.starting import Opening, Progress, StartWindow, StoppedError

pytestmark = pytest.mark.usefixtures("qapp")


@pytest.fixture
def window() -> Iterator[StartWindow]:
    fonts()
    made = StartWindow(look.theme(look.DESK), "集结", "演示", "停止")
    made.show()
    yield made
    made.finish()
    made.deleteLater()
    settle()


def run(opening: Opening, work: object) -> object:
    """Run the opening on a qasync loop of its own."""
    with QEventLoop(QApplication.instance()) as loop:
        asyncio.set_event_loop(loop)
        return loop.run_until_complete(opening.run(work))  # type: ignore[arg-type]


def test_it_shows_what_it_is_told_from_another_thread(window: StartWindow) -> None:
    opening = Opening(window, "正在停止")
    seen: list[str] = []
    shown = threading.Event()

    def work() -> int:
        opening.tell(Progress("正在归并", "3 / 4 条", 0.75))
        shown.wait(5)
        return 42

    def look_now() -> None:
        seen.append(said(window))
        shown.set()

    opening._told.connect(lambda _progress: look_now(), Qt.ConnectionType.QueuedConnection)
    assert run(opening, work) == 42
    assert "正在归并" in seen[0]
    assert "3 / 4 条" in seen[0]
    assert "75%" in seen[0]
    assert not window.isVisible()


@pytest.mark.parametrize("way", ["button", "escape", "frame"])
def test_it_stops_at_the_next_safe_place(window: StartWindow, way: str) -> None:
    opening = Opening(window, "正在停止")
    if way == "button":
        QTest.mouseClick(window.findChild(QPushButton), Qt.MouseButton.LeftButton)
    elif way == "escape":
        QTest.keyClick(window, Qt.Key.Key_Escape)
    else:
        assert not window.close()
    assert opening.stopped
    assert "正在停止" in said(window)
    assert window.isVisible()
    done: list[int] = []

    def work() -> None:
        for step in range(3):
            opening.tell(Progress("", "", 0.0))
            done.append(step)

    with pytest.raises(StoppedError):
        run(opening, work)
    assert done == []


def test_what_opening_raises_reaches_who_waits(window: StartWindow) -> None:
    def work() -> None:
        raise ArithmeticError("broken")

    with pytest.raises(ArithmeticError):
        run(Opening(window, ""), work)
    assert not window.isVisible()


def test_what_opens_at_once_is_never_seen() -> None:
    fonts()
    quick = StartWindow(look.theme(look.DESK), "集结", "", "停止")
    run(Opening(quick, ""), lambda: None)
    QTest.qWait(450)
    assert not quick.isVisible()
    quick.deleteLater()
    settle()
