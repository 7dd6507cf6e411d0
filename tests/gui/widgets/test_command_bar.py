from __future__ import annotations

from collections.abc import Sequence

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from widgets.command_bar import ChoiceRow, CommandBar
from widgets.theme import Theme


class Words:
    """Finds words by their beginning."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def complete(self, text: str) -> Sequence[ChoiceRow]:
        self.asked.append(text)
        return [
            ChoiceRow(word, word.title(), "note")
            for word in ("alarm", "alert", "board")
            if word.startswith(text)
        ]


class Placed:
    """A bar on top of a window with another line below it."""

    def __init__(self, qtbot: QtBot, theme: Theme) -> None:
        self.words = Words()
        self.window = QWidget()
        self.bar = CommandBar(theme, self.words, "find", "type", "Ctrl K")
        self.other = QLineEdit()
        column = QVBoxLayout(self.window)
        column.addWidget(self.bar)
        column.addStretch(1)
        column.addWidget(self.other)
        qtbot.addWidget(self.window)
        theme.apply(self.window)
        self.window.resize(600, 400)
        with qtbot.waitActive(self.window):
            self.window.show()
            self.window.activateWindow()


@pytest.fixture
def placed(qtbot: QtBot, theme: Theme) -> Placed:
    return Placed(qtbot, theme)


def test_opening_takes_the_keyboard_and_shows_everything(placed: Placed) -> None:
    placed.bar.open()
    assert placed.bar.edit.hasFocus()
    assert placed.bar.list.isVisible()
    assert placed.bar.list.current_id() == "alarm"


def test_typing_narrows_and_enter_chooses(qtbot: QtBot, placed: Placed) -> None:
    placed.bar.open()
    qtbot.keyClicks(placed.bar.edit, "bo")
    assert placed.words.asked == ["", "b", "bo"]
    with qtbot.waitSignal(placed.bar.chosen, check_params_cb=lambda chosen: chosen == "board"):
        qtbot.keyClick(placed.bar.edit, Qt.Key.Key_Return)
    assert placed.bar.edit.text() == ""
    assert not placed.bar.list.isVisible()


def test_arrows_go_round(qtbot: QtBot, placed: Placed) -> None:
    placed.bar.open("al")
    marked = []
    for key in (Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_Up):
        qtbot.keyClick(placed.bar.edit, key)
        marked.append(placed.bar.list.current_id())
    assert marked == ["alert", "alarm", "alert"]


def test_nothing_found_closes_the_list_and_enter_does_nothing(qtbot: QtBot, placed: Placed) -> None:
    placed.bar.open("zz")
    assert not placed.bar.list.isVisible()
    with qtbot.assertNotEmitted(placed.bar.chosen):
        qtbot.keyClick(placed.bar.edit, Qt.Key.Key_Return)


def test_escape_closes_and_then_leaves(qtbot: QtBot, placed: Placed) -> None:
    placed.bar.open("a")
    with qtbot.assertNotEmitted(placed.bar.left):
        qtbot.keyClick(placed.bar.edit, Qt.Key.Key_Escape)
    assert not placed.bar.list.isVisible()
    with qtbot.waitSignal(placed.bar.left):
        qtbot.keyClick(placed.bar.edit, Qt.Key.Key_Escape)
    assert placed.bar.edit.text() == ""


def test_the_list_closes_when_the_keyboard_goes_elsewhere(placed: Placed) -> None:
    placed.bar.open("a")
    placed.other.setFocus()
    assert not placed.bar.list.isVisible()


def test_a_click_chooses(qtbot: QtBot, placed: Placed) -> None:
    placed.bar.open("al")
    last = placed.bar.list.rect().bottomLeft()
    last.setX(20)
    last.setY(last.y() - 10)
    with qtbot.waitSignal(placed.bar.chosen, check_params_cb=lambda chosen: chosen == "alert"):
        qtbot.mouseClick(placed.bar.list, Qt.MouseButton.LeftButton, pos=last)


def test_the_list_lies_under_the_line_inside_the_window(placed: Placed) -> None:
    placed.bar.open("a")
    found = placed.bar.list
    assert found.parentWidget() is placed.window
    assert found.y() >= placed.bar.geometry().bottom()
    assert placed.window.rect().contains(found.geometry())
    assert found.width() == placed.bar.edit.width()


def test_what_is_marked_is_spoken(placed: Placed) -> None:
    placed.bar.open("b")
    assert placed.bar.list.accessibleDescription() == "Board note"
