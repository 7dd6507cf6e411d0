"""Two sides beside each other, a short list of lines, and a field that keeps a secret."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from widgets.comparison import ComparedLine, Comparison
from widgets.form import FieldSpec, Form, FormWords
from widgets.line_list import LineList, LineRow
from widgets.tag import Tag
from widgets.theme import Theme

ROWS = [LineRow(str(at), f"unit {at}", "matter", "1 min", "urgent" if at == 0 else "") for at in range(5)]


@pytest.fixture
def listed(qtbot: QtBot, theme: Theme) -> LineList:
    made = LineList(theme, "calls", 3)
    qtbot.addWidget(made)
    made.set_rows(ROWS)
    made.resize(600, made.sizeHint().height())
    made.show()
    made.setFocus()
    return made


def test_only_what_differs_bears_the_word(qtbot: QtBot, theme: Theme) -> None:
    sides = Comparison(theme, "both")
    qtbot.addWidget(sides)
    lines = [ComparedLine("who", "A", "A"), ComparedLine("unit", "works", "police", "differs")]
    sides.set_sides("first", "second", lines)
    sides.show()
    words = [tag.accessibleName() for tag in sides.findChildren(Tag) if tag.isVisible()]
    assert words == ["differs"]
    assert sides.accessibleDescription().splitlines() == [
        "first | second",
        "who A | A",
        "unit works | police differs",
    ]


def test_another_matter_leaves_nothing_of_the_one_before(qtbot: QtBot, theme: Theme) -> None:
    sides = Comparison(theme, "both")
    qtbot.addWidget(sides)
    sides.set_sides("a", "b", [ComparedLine("unit", "works", "police", "differs")])
    sides.set_sides("a", "b", [ComparedLine("when", "9", "10")])
    assert "police" not in sides.accessibleDescription()
    assert sides.layout() is not None
    assert sides.layout().count() == 6  # type: ignore[union-attr]


def test_the_list_is_as_high_as_what_it_was_made_for(listed: LineList) -> None:
    assert listed.row_ids() == ["0", "1", "2"]
    assert listed.minimumHeight() == 3 * listed.row_px()
    assert listed.accessibleDescription().splitlines()[0] == "urgent unit 0 matter 1 min"


def test_the_keyboard_chooses_a_line(listed: LineList) -> None:
    chosen: list[str] = []
    listed.activated.connect(chosen.append)
    QTest.keyClick(listed, Qt.Key.Key_Down)
    assert listed.current_id == "1"
    QTest.keyClick(listed, Qt.Key.Key_Return)
    assert chosen == ["1"]


def test_fewer_lines_move_the_mark_to_one_that_is_there(listed: LineList) -> None:
    QTest.keyClick(listed, Qt.Key.Key_Down)
    QTest.keyClick(listed, Qt.Key.Key_Down)
    listed.set_rows(ROWS[:1])
    assert listed.current_id == "0"
    listed.set_rows([])
    assert listed.current_id == ""


def test_a_secret_is_shown_as_dots_and_taken_as_typed(qtbot: QtBot, theme: Theme) -> None:
    spec = FieldSpec("word", "password", "secret", required=True)
    form = Form(theme, "in", (spec,), FormWords("go", "", "missing"))
    qtbot.addWidget(form)
    line = form.editor("word").focus_widget
    assert isinstance(line, QLineEdit)
    line.setText(" two words ")
    assert form.values() == {"word": " two words "}
    assert "two" not in line.displayText()
