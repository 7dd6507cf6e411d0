from __future__ import annotations

import threading
import time
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QTimer
from pytestqt.qtbot import QtBot

from widgets.watchdog import FAILURE_MS, STALL_MS, Stall, Watchdog


class Watched:
    """A running watchdog and what it told."""

    def __init__(self) -> None:
        self.stalls: list[Stall] = []
        self.dog = Watchdog(self.stalls.append)


@pytest.fixture
def watched(qtbot: QtBot) -> Iterator[Watched]:
    made = Watched()
    made.dog.start()
    qtbot.wait(60)
    made.stalls.clear()
    made.dog.max_stall_ms = 0
    yield made
    made.dog.stop()


def planted_stall(for_ms: int) -> None:
    time.sleep(for_ms / 1_000)


def test_a_planted_stall_is_caught_with_its_stack(qtbot: QtBot, watched: Watched) -> None:
    QTimer.singleShot(0, lambda: planted_stall(STALL_MS + 100))
    qtbot.waitUntil(lambda: bool(watched.stalls))
    stall = watched.stalls[0]
    assert stall.length_ms >= STALL_MS + 50
    assert any("planted_stall" in frame for frame in stall.stack)
    assert "test_watchdog" in stall.stack[-1]
    assert watched.dog.max_stall_ms >= stall.length_ms


def test_a_long_stall_is_a_failure(qtbot: QtBot, watched: Watched) -> None:
    assert not watched.dog.failed
    QTimer.singleShot(0, lambda: planted_stall(FAILURE_MS + 60))
    qtbot.waitUntil(lambda: watched.dog.failed)
    assert watched.dog.max_stall_ms > FAILURE_MS


def test_stopping_leaves_no_thread(watched: Watched) -> None:
    assert "watchdog" in {thread.name for thread in threading.enumerate()}
    watched.dog.stop()
    assert "watchdog" not in {thread.name for thread in threading.enumerate()}
    watched.dog.stop()


def test_it_can_start_again_and_forgets_the_pause(qtbot: QtBot, watched: Watched) -> None:
    watched.dog.stop()
    planted_stall(STALL_MS * 3)
    watched.dog.start()
    assert watched.dog.max_stall_ms < STALL_MS * 3
