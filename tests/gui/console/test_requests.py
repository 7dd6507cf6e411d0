"""Requests between levels by keyboard: asked at a lower hall's case above, answered in the inbox below."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from app.commands.hearing import hear_request
from app.domain.requests import ADDRESSED
from tests.helpers.desk import KEYS, desk
from tests.helpers.fingers import Fingers
from tests.helpers.glass import glass
from tests.helpers.halls import TestHall, actor, hall
from tests.helpers.levels import pass_up, stream_of
from tests.helpers.scenes import people
from tests.helpers.wall import said, settle
from views.desk_look import DeskLook
from views.keys import load_keys
from views.windows.supervision import SupervisionWindow
from widgets.table import Table

Levels = tuple[TestHall, TestHall]


@pytest.fixture
def levels(tmp_path: Path) -> Iterator[Levels]:
    with hall(tmp_path / "lower") as lower, hall(tmp_path / "upper") as upper:
        for each in (lower, upper):
            people(each)
        lower.register(what="学校门口路灯不亮")
        pass_up(lower, upper)
        yield lower, upper


def bring_down(upper: TestHall, lower: TestHall) -> None:
    for numbered in upper.store.history(ADDRESSED + stream_of(lower)):
        if not numbered.home:
            hear_request(lower.commander.desk, stream_of(upper), numbered)


def ask_above(qtbot: QtBot, upper: TestHall) -> None:
    with desk(upper, "shift_lead") as made:
        made.open(qtbot)
        hands, window = Fingers(made.window), made.window
        window.show_queue("open")
        window.open_case(str(window.models.board.key(0)))
        hands.press("Shift+Q")
        assert window.flow.filling_in
        hands.type("今日修复")
        hands.press("Ctrl+Return")
        made.settle()
        assert not window.flow.filling_in
        assert "已请求：今日修复" in said(window.face.case)
        assert "尚未送达" in said(window.face.case)


def test_asked_above_and_turned_down_below_by_keys_alone(qtbot: QtBot, levels: Levels) -> None:
    lower, upper = levels
    ask_above(qtbot, upper)
    bring_down(upper, lower)
    with desk(lower, "shift_lead") as made:
        made.open(qtbot)
        hands, panel = Fingers(made.window), made.window.face.requests
        assert "上级请求 1 项待答复" in said(made.window.face.status)
        hands.press("F9")
        assert made.window.face.right.currentWidget() is panel
        assert "今日修复" in said(panel)
        hands.press("Return")
        hands.type("2")
        # Turning down wants a reason, and says so before anything is sent.
        hands.press("Ctrl+Return")
        made.settle()
        assert panel._form.errors() == {"reason": made.context.text("request.reason_missing")}
        hands.type("本区无此灯杆")
        hands.press("Ctrl+Return")
        made.settle()
        assert "不接受上级请求" in made.toast
        assert panel.model.lines() == ()
        assert panel._none.isVisible()
        assert "上级请求" not in said(made.window.face.status)
    pass_up(lower, upper)
    with desk(upper, "shift_lead") as made:
        made.open(qtbot)
        Fingers(made.window).press("F9")
        assert "对方未接受：本区无此灯杆" in said(made.window.face.requests)


def test_what_is_accepted_stands_on_the_case_as_an_instruction(qtbot: QtBot, levels: Levels) -> None:
    lower, upper = levels
    ask_above(qtbot, upper)
    bring_down(upper, lower)
    with desk(lower, "shift_lead") as made:
        made.open(qtbot)
        hands = Fingers(made.window)
        incident = made.window.face.requests.model.lines()[0].incident
        hands.press("F9", "Return")
        hands.type("1")
        hands.press("Ctrl+Return")
        made.settle()
        assert "接受上级请求" in made.toast
        assert "instructed" in lower.case(incident).overlays


def test_a_seat_that_may_not_answer_sees_no_form(qtbot: QtBot, levels: Levels) -> None:
    lower, upper = levels
    ask_above(qtbot, upper)
    bring_down(upper, lower)
    with desk(lower, "dispatcher") as made:
        made.open(qtbot)
        Fingers(made.window).press("F9")
        panel = made.window.face.requests
        assert not panel._form.isVisible()
        assert made.context.text("request.may_not") in said(panel)


def test_the_board_above_has_a_column_of_halls_and_one_below_has_none(qtbot: QtBot, levels: Levels) -> None:
    lower, upper = levels
    for world, expected in ((upper, True), (lower, False)):
        with desk(world, "shift_lead") as made:
            made.open(qtbot)
            columns = [column.id for column in made.window.face.board._shown]
            assert ("hall" in columns) is expected
            assert isinstance(made.window.face.board.table, Table)


def test_supervision_shows_the_inbox_in_the_place_of_its_list(
    qapp: object, qtbot: QtBot, levels: Levels
) -> None:
    lower, upper = levels
    ask_above(qtbot, upper)
    bring_down(upper, lower)
    window = SupervisionWindow(glass(lower, actor("shift_lead")), DeskLook(), load_keys(KEYS))
    window.resize(1920, 1080)
    window.show()
    # A screen without a window manager leaves the keys with the window before.
    window.activateWindow()
    settle()
    try:
        assert "上级请求 1" in said(window)
        Fingers(window).press("F9")
        assert window.requests.isVisible()
        assert "今日修复" in said(window.requests)
    finally:
        window.close()
        window.release()
        window.deleteLater()
        settle()
