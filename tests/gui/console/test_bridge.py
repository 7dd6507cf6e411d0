"""Answers of the worker reach the glass on its own thread, and none after the window has gone."""

from __future__ import annotations

import threading
from concurrent.futures import Future

from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from views.bridge import Bridge


def test_an_answer_from_another_thread_is_delivered_on_this_one(qtbot: QtBot) -> None:
    bridge, future = Bridge(), Future[int]()
    heard: list[tuple[int, int]] = []
    bridge.when_done(future, lambda value: heard.append((value, threading.get_ident())), lambda _: None)
    worker = threading.Thread(target=lambda: future.set_result(7))
    worker.start()
    worker.join()
    assert heard == []
    qtbot.waitUntil(lambda: bool(heard))
    assert heard == [(7, threading.get_ident())]
    assert bridge.waiting == 0


def test_an_answer_that_is_there_already_waits_its_turn(qtbot: QtBot) -> None:
    bridge, future, heard = Bridge(), Future[int](), []
    future.set_result(1)
    bridge.when_done(future, heard.append, lambda _: None)
    assert heard == []
    QApplication.processEvents()
    assert heard == [1]


def test_an_error_goes_to_the_other_hand(qtbot: QtBot) -> None:
    bridge, future, failed = Bridge(), Future[int](), []
    bridge.when_done(future, lambda _: None, failed.append)
    error = ArithmeticError("no")
    future.set_exception(error)
    QApplication.processEvents()
    assert failed == [error]


def test_after_closing_nothing_is_delivered(qtbot: QtBot) -> None:
    bridge, early, late, heard = Bridge(), Future[int](), Future[int](), []
    bridge.when_done(early, heard.append, heard.append)
    bridge.when_done(late, heard.append, heard.append)
    early.set_result(1)
    bridge.close()
    late.set_result(2)
    QApplication.processEvents()
    assert heard == []
