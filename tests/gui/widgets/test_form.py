from __future__ import annotations

from collections.abc import Sequence
from datetime import time
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLineEdit, QScrollArea, QWidget
from pytestqt.qtbot import QtBot

from widgets.action_bar import ActionButton
from widgets.form import Choice, FieldSpec, Form, FormWords, Picked, plain_match
from widgets.form_choices import ListField
from widgets.form_spec import parse_number
from widgets.scroll import Scroll
from widgets.theme import Theme

WORDS = FormWords("Submit", "Leave", "Wrong")
KINDS = (Choice("k1", "Road", "0501"), Choice("k2", "Lamp", "0502"), Choice("k3", "Roof", "0601"))
ENTER = Qt.Key.Key_Return


def clock(text: str) -> time:
    try:
        return time.fromisoformat(text)
    except ValueError:
        raise ValueError("no time") from None


FIELDS = (
    FieldSpec("what", "What", "long_text", required=True, error="Say what"),
    FieldSpec("place", "Place", "suggest", required=True),
    FieldSpec("kind", "Kind", "choice", KINDS, required=True),
    FieldSpec("units", "Units", "multi", KINDS),
    FieldSpec("when", "When", "time", parse=clock),
    FieldSpec("count", "Count", "number", error="A number"),
    FieldSpec("urgent", "Urgent", "bool"),
    FieldSpec("note", "Note"),
)


def suggest(field: str, typed: str) -> Sequence[Choice]:
    return [Choice("p7", f"{typed} 7"), Choice("p9", f"{typed} 9")] if field == "place" else []


@pytest.fixture
def form(qtbot: QtBot, theme: Theme) -> Form:
    made = Form(theme, "report", FIELDS, WORDS, suggest=suggest)
    return shown(qtbot, theme, made)


def shown(qtbot: QtBot, theme: Theme, form: Form) -> Form:
    qtbot.addWidget(form)
    theme.apply(form)
    form.resize(600, 700)
    with qtbot.waitActive(form):
        form.show()
        form.activateWindow()
    form.focus_first()
    return form


def focus() -> QWidget:
    widget = QApplication.focusWidget()
    assert widget is not None
    return widget


def keys(qtbot: QtBot, *presses: str | Qt.Key) -> None:
    for each in presses:
        if isinstance(each, str):
            qtbot.keyClicks(focus(), each)
        else:
            qtbot.keyClick(focus(), each)


def line(form: Form, field: str) -> QLineEdit:
    widget = form.editor(field).focus_widget
    assert isinstance(widget, QLineEdit)
    return widget


def submitted(qtbot: QtBot, form: Form) -> dict[str, Any]:
    with qtbot.waitSignal(form.submitted) as caught:
        qtbot.keyClick(focus(), ENTER, Qt.KeyboardModifier.ControlModifier)
    values: dict[str, Any] = caught.args[0]
    return values


def test_filled_in_by_keyboard_alone(qtbot: QtBot, form: Form) -> None:
    down, space = Qt.Key.Key_Down, Qt.Key.Key_Space
    keys(qtbot, "hole in the road", ENTER)
    keys(qtbot, "River", down, down, ENTER)
    keys(qtbot, "la", ENTER)
    keys(qtbot, "0601", ENTER, "road", ENTER, ENTER)
    keys(qtbot, "09:30", ENTER, "3", ENTER, space, ENTER, " late ", ENTER)
    assert isinstance(focus(), ActionButton)
    with qtbot.waitSignal(form.submitted) as caught:
        keys(qtbot, ENTER)
    assert caught.args[0] == {
        "what": "hole in the road",
        "place": Picked("River 9", "p9"),
        "kind": "k2",
        "units": ("k3", "k1"),
        "when": time(9, 30),
        "count": 3,
        "urgent": True,
        "note": "late",
    }


def test_shift_enter_begins_a_line(qtbot: QtBot, form: Form) -> None:
    qtbot.keyClicks(focus(), "one")
    qtbot.keyClick(focus(), ENTER, Qt.KeyboardModifier.ShiftModifier)
    qtbot.keyClicks(focus(), "two")
    assert form.values()["what"].splitlines() == ["one", "two"]


def test_nothing_is_submitted_while_something_is_wrong(qtbot: QtBot, form: Form) -> None:
    form.set_value("what", "x")
    line(form, "count").setText("many")
    line(form, "when").setText("late")
    with qtbot.assertNotEmitted(form.submitted):
        qtbot.keyClick(focus(), ENTER, Qt.KeyboardModifier.ControlModifier)
    assert form.errors() == {"place": "Wrong", "kind": "Wrong", "when": "no time", "count": "A number"}
    assert focus() is line(form, "place")
    assert line(form, "count").property("wrong") is True
    assert line(form, "count").accessibleDescription() == "A number"


def test_an_error_goes_when_it_is_mended_and_none_comes_while_typing(qtbot: QtBot, form: Form) -> None:
    assert not form.check()
    form.focus_field("what")
    keys(qtbot, "x")
    assert "what" not in form.errors()
    form.focus_field("count")
    keys(qtbot, "1x")
    assert "count" not in form.errors()


def test_errors_from_outside_stand_under_their_field(form: Form) -> None:
    form.show_errors({"kind": "not this one"})
    assert form.errors() == {"kind": "not this one"}
    assert focus() is line(form, "kind")
    form.show_errors({})
    assert form.errors() == {}


def test_a_choice_is_taken_on_leaving_with_tab(qtbot: QtBot, form: Form) -> None:
    form.focus_field("kind")
    keys(qtbot, "0502", Qt.Key.Key_Tab)
    assert form.values()["kind"] == "k2"
    assert line(form, "kind").text() == "Lamp"


def test_a_choice_that_is_none_is_wrong(qtbot: QtBot, form: Form) -> None:
    form.focus_field("kind")
    keys(qtbot, "zzz", Qt.Key.Key_Tab)
    assert "kind" not in form.values()
    assert not form.check()
    assert form.errors()["kind"] == "Wrong"


def test_typing_over_a_choice_unmakes_it(qtbot: QtBot, form: Form) -> None:
    form.set_value("kind", "k2")
    form.focus_field("kind")
    keys(qtbot, "q")
    assert "kind" not in form.values()


def test_arrows_choose_without_typing_and_round_the_ends(qtbot: QtBot, form: Form) -> None:
    form.focus_field("kind")
    keys(qtbot, Qt.Key.Key_Up, ENTER)
    assert form.values()["kind"] == "k3"


def test_free_text_stands_unless_a_suggestion_is_taken(qtbot: QtBot, form: Form) -> None:
    form.focus_field("place")
    keys(qtbot, "River", ENTER)
    assert form.values()["place"] == Picked("River", "")
    form.focus_field("place")
    keys(qtbot, "River", Qt.Key.Key_Down, ENTER)
    assert form.values()["place"] == Picked("River 7", "p7")
    form.focus_field("place")
    keys(qtbot, Qt.Key.Key_End, "b")
    assert form.values()["place"] == Picked("River 7b", "")


def test_several_choices_toggle_and_drop(qtbot: QtBot, form: Form) -> None:
    form.focus_field("units")
    keys(qtbot, "roof", ENTER, "0501", ENTER, "roof", ENTER)
    assert form.values()["units"] == ("k1",)
    keys(qtbot, Qt.Key.Key_Backspace)
    assert form.values()["units"] == ()


def test_escape_closes_the_list_first_and_then_leaves(qtbot: QtBot, form: Form) -> None:
    form.focus_field("kind")
    kind = form.editor("kind")
    assert isinstance(kind, ListField)
    assert kind.list.isVisible()
    with qtbot.assertNotEmitted(form.left):
        keys(qtbot, Qt.Key.Key_Escape)
    assert not kind.list.isVisible()
    with qtbot.waitSignal(form.left):
        keys(qtbot, Qt.Key.Key_Escape)


def test_a_click_takes_a_choice(qtbot: QtBot, form: Form) -> None:
    form.focus_field("kind")
    kind = form.editor("kind")
    assert isinstance(kind, ListField)
    second = kind.list.rect().center()
    qtbot.mouseClick(kind.list, Qt.MouseButton.LeftButton, pos=second)
    assert form.values()["kind"] == "k2"
    assert focus() is kind.line


def test_edits_are_told_and_filling_in_by_code_is_not(qtbot: QtBot, form: Form) -> None:
    told: list[str] = []
    form.edited.connect(told.append)
    for field, value in (("what", "x"), ("kind", "k1"), ("units", ("k1",)), ("urgent", True), ("count", 2)):
        form.set_value(field, value)
    assert told == []
    keys(qtbot, "y")
    assert told == ["what"]


def test_ctrl_enter_takes_what_the_open_list_has_marked(qtbot: QtBot, form: Form) -> None:
    form.set_value("what", "x")
    form.set_value("place", "y")
    form.focus_field("kind")
    keys(qtbot, "la")
    assert submitted(qtbot, form)["kind"] == "k2"


def test_other_fields_keep_what_was_filled_in(form: Form) -> None:
    form.set_value("what", "x")
    form.set_value("count", 5)
    form.set_fields(
        (*FIELDS[:2], FieldSpec("count", "Count", "text"), FieldSpec("more", "More", value="m")), keep=True
    )
    assert form.values() == {"what": "x", "place": Picked(), "count": "", "more": "m"}
    form.set_fields(FIELDS)
    assert form.values()["what"] == ""


def test_clearing_goes_back_to_the_specified_values(qtbot: QtBot, theme: Theme) -> None:
    form = Form(
        theme, "f", [FieldSpec("a", "A", value="first"), FieldSpec("b", "B", "bool", value=True)], WORDS
    )
    qtbot.addWidget(form)
    form.set_value("a", "second")
    form.set_value("b", False)
    form.clear()
    assert form.values() == {"a": "first", "b": True}


def test_a_required_switch_must_be_on(qtbot: QtBot, theme: Theme) -> None:
    form = Form(theme, "f", [FieldSpec("sure", "Sure", "bool", required=True)], WORDS)
    qtbot.addWidget(form)
    assert not form.check()
    form.set_value("sure", True)
    assert form.check()


def test_the_field_with_the_keyboard_is_scrolled_into_sight(qtbot: QtBot, theme: Theme) -> None:
    form = Form(theme, "f", [FieldSpec(f"f{at}", f"F{at}") for at in range(40)], WORDS)
    scroll = Scroll(form)
    qtbot.addWidget(scroll)
    theme.apply(scroll)
    scroll.resize(500, 300)
    with qtbot.waitExposed(scroll):
        scroll.show()
    form.focus_field("f39")
    assert isinstance(scroll, QScrollArea)
    assert scroll.verticalScrollBar().value() > 0
    assert not line(form, "f39").visibleRegion().isEmpty()


def test_a_time_without_a_parser_is_refused(qtbot: QtBot, theme: Theme) -> None:
    with pytest.raises(ValueError, match="when"):
        Form(theme, "f", [FieldSpec("when", "When", "time")], WORDS)


def test_fields_are_spoken(form: Form) -> None:
    assert [form.editor(spec.id).focus_widget.accessibleName() for spec in FIELDS] == [
        s.label for s in FIELDS
    ]


@pytest.mark.parametrize(
    ("typed", "found"),
    [("", ["k1", "k2", "k3"]), ("05", ["k1", "k2"]), ("ro", ["k1", "k3"]), ("ROOF", ["k3"]), ("x", [])],
)
def test_the_plain_matcher_knows_codes_and_letters(typed: str, found: list[str]) -> None:
    assert [choice.id for choice in plain_match(typed, KINDS)] == found


@pytest.mark.parametrize(("text", "number"), [("3", 3), ("-2", -2), ("2.5", 2.5)])
def test_numbers(text: str, number: float) -> None:
    assert parse_number(text) == number


@pytest.mark.parametrize("text", ["x", "", "nan", "inf", "1,5"])
def test_what_is_no_number(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - the words are the field's, so there are none to match
        parse_number(text)
