"""The console as a whole: queues and counts, filters, search, command bar, languages, looks, failures."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QLineEdit, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from app.commands.command import HistoryRow
from app.domain.actor import SYSTEM
from app.viewmodels.finding import Findable
from tests.helpers.desk import Desk, desk
from tests.helpers.fingers import Fingers
from tests.helpers.halls import TestHall, actor
from tests.helpers.scenes import fill_hall
from widgets.action_bar import ActionButton

CHINESE = re.compile("[\u3400-\u9fff]")


def spoken(window: QWidget) -> Iterator[str]:
    """Every text of a window, painted ones by their accessible names and descriptions."""
    for widget in [window, *window.findChildren(QWidget)]:
        yield widget.accessibleName()
        yield widget.accessibleDescription()
        if isinstance(widget, QLabel | QPushButton):
            yield widget.text()
        if isinstance(widget, QLineEdit):
            yield widget.placeholderText()


def listed(at: Desk) -> list[str]:
    """The incidents of the board, in its order."""
    board = at.window.models.board
    return [str(board.key(place)) for place in range(board.count())]


def test_an_empty_hall_says_so(at_desk: Desk, hands: Fingers) -> None:
    texts = set(spoken(at_desk.window))
    assert at_desk.context.text("board.empty") in texts
    assert at_desk.context.text("case.none") in texts
    hands.press("F4")
    assert at_desk.toast == at_desk.context.text("desk.queue_empty")


@pytest.mark.parametrize("role", ["intake", "dispatcher", "shift_lead", "supervisor", "handler", "callback"])
def test_every_count_is_the_length_of_the_list_it_opens(
    small_hall: TestHall, qtbot: QtBot, role: str
) -> None:
    fill_hall(small_hall, cases=30)
    with desk(small_hall, role) as at:
        at.open(qtbot)
        if role == "handler":
            at.sit("op-sz-handler/handler")
        queues = at.window.models.queues
        lines = [line for line in queues.lines() if line.id]
        assert lines
        for line in lines:
            at.window.show_queue(line.id)
            assert at.context.formats.count(at.window.models.board.count()) == line.count, line.id


def test_the_next_case_is_the_first_of_my_queue_and_then_the_one_behind(
    at_desk: Desk, hands: Fingers
) -> None:
    for number in range(3):
        at_desk.hall.register(what=f"第 {number} 件")
        at_desk.hall.time.advance(60_000)
    at_desk.settle()
    hands.press("F4")
    first = at_desk.case.id
    hands.press("F4")
    second = at_desk.case.id
    mine = listed(at_desk)
    assert [first, second] == mine[:2]
    assert at_desk.window.face.board.table.current_key == second


def test_filters_narrow_the_list_and_come_off_again(at_desk: Desk, hands: Fingers) -> None:
    hall = at_desk.hall
    here = hall.register(what="甲")
    there = hall.register(what="乙", area="990101002", category="0102")
    urgent = hall.register(what="丙", urgent=True)
    at_desk.settle()
    at_desk.window.show_queue("open")
    hands.press("Ctrl+F")
    hands.type("jp")
    hands.press("Return")
    assert listed(at_desk) == [there.id]
    at_desk.window.face.board.press("street")
    assert set(listed(at_desk)) == {here.id, there.id, urgent.id}
    hands.press("Ctrl+U")
    assert listed(at_desk) == [urgent.id]
    hands.press("Ctrl+U")
    hands.press("Ctrl+F")
    hands.type("市容")
    hands.press("Return")
    assert listed(at_desk) == [there.id]


def test_a_search_goes_through_closed_cases_too(at_desk: Desk, hands: Fingers) -> None:
    case = at_desk.hall.register(what="燕子窝掉在门口")
    at_desk.hall.do(case, "withdraw", actor("intake"), how_reporter_said_so="电话")
    at_desk.hall.register(what="别的事")
    at_desk.settle()
    at_desk.window.show_queue("open")
    assert case.id not in listed(at_desk)
    hands.press("Ctrl+F")
    hands.type("燕子窝")
    hands.press("Return")
    assert listed(at_desk) == [case.id]


def test_the_command_bar_finds_cases_places_queues_and_actions(at_desk: Desk, hands: Fingers) -> None:
    case = at_desk.hall.register(what="燕子窝掉在门口")
    other = at_desk.hall.register(what="别的事", area="990101002")
    at_desk.settle()
    hands.press("Ctrl+K")
    hands.type("燕子")
    hands.press("Return")
    assert at_desk.case.id == case.id
    hands.press("/")
    hands.type("江畔街道")
    hands.press("Return")
    assert listed(at_desk) == [other.id]
    hands.press("Ctrl+K")
    hands.type("待派遣")
    hands.press("Return")
    assert at_desk.window.models.filter.queue == "to_dispatch"
    hands.press("Ctrl+K")
    hands.type("受理")
    hands.press("Return")
    assert at_desk.window.flow.filling_in
    hands.press("Esc")
    assert not at_desk.window.flow.filling_in
    hands.press("Ctrl+K")
    hands.type(case.code.lower())
    hands.press("Return")
    assert at_desk.case.id == case.id


def test_the_shells_commands_stand_in_the_command_bar(small_hall: TestHall, qtbot: QtBot) -> None:
    ran: list[str] = []
    actions = lambda: [Findable("shell.quit", "离开本程序", "quit", "Ctrl+Q")]  # noqa: E731
    with desk(small_hall, actions=actions, run=ran.append) as at:
        at.open(qtbot)
        hands = Fingers(at.window)
        hands.press("Ctrl+K")
        hands.type("离开")
        hands.press("Return")
    assert ran == ["shell.quit"]


@pytest.mark.slow
def test_ten_thousand_rows_are_not_read_to_be_scrolled(
    at_desk: Desk, hands: Fingers, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [
        HistoryRow(
            channel="phone", what=f"旧事 {n}", received_at=at_desk.pulse.now() - n, external=f"old:{n}"
        )
        for n in range(10_000)
    ]
    for batch in range(0, len(rows), 1_000):
        at_desk.hall.commander.import_rows(rows[batch : batch + 1_000], SYSTEM)
    at_desk.settle()
    at_desk.window.show_queue("open")
    assert at_desk.window.models.board.count() == 10_000
    asked: list[int] = []
    texts = at_desk.reading.texts
    monkeypatch.setattr(at_desk.reading, "texts", lambda wanted: (asked.extend(wanted), texts(wanted))[1])
    for _ in range(5):
        hands.press("PgDown")
    hands.press("End")
    at_desk.settle()
    assert at_desk.window.face.board.table.visible_rows().stop == 10_000
    assert 0 < len(asked) < 1_000


def test_a_choice_that_rests_is_shown(at_desk: Desk, hands: Fingers, qtbot: QtBot) -> None:
    cases = [at_desk.hall.register(what=f"第 {n} 件") for n in range(3)]
    at_desk.settle()
    at_desk.window.show_queue("open")
    hands.press("Down", "Down")
    assert at_desk.window.models.case.incident is None
    qtbot.waitUntil(lambda: at_desk.window.models.case.incident is not None)
    assert at_desk.case.id == at_desk.window.face.board.table.current_key
    assert at_desk.case.id in {case.id for case in cases}


def test_enter_opens_and_escape_goes_back_to_the_list(at_desk: Desk, hands: Fingers) -> None:
    at_desk.hall.register()
    at_desk.settle()
    at_desk.window.show_queue("open")
    hands.press("Down", "Return")
    assert at_desk.case.what
    assert isinstance(at_desk.window.focusWidget(), ActionButton)
    hands.press("Esc")
    assert at_desk.window.face.board.table.hasFocus()
    hands.press("Ctrl+L", "Down")
    assert at_desk.window.face.queues.list.hasFocus()
    hands.press("Return")
    assert not at_desk.window.face.queues.list.hasFocus()


def test_a_failing_panel_fails_alone(
    at_desk: Desk, hands: Fingers, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    case = at_desk.hall.register()
    at_desk.show(case)

    def broken() -> None:
        raise ArithmeticError("a bug in one panel")

    monkeypatch.setattr(at_desk.window.models.case, "view", broken)
    at_desk.hall.register(what="又一件")
    at_desk.window.models.case.open(case.id)
    at_desk.settle()
    assert at_desk.window.face.case.state == "failed"
    assert at_desk.window.face.board.state == "ready"
    assert at_desk.window.models.board.count() == 2
    assert [record.message for record in caplog.records] == ["panel CasePanel failed"]
    monkeypatch.undo()
    at_desk.window.models.case.open(case.id)
    assert at_desk.window.face.case.state == "ready"


def test_in_english_nothing_chinese_is_left(at_desk: Desk, hands: Fingers) -> None:
    for number in range(2):
        at_desk.hall.register(
            what=f"Lamp out {number}", address="Binhe Road 118", reporter_phone="13912345678"
        )
    at_desk.settle()
    hands.press("F4", "Ctrl+Shift+L")
    at_desk.settle()
    assert at_desk.context.language.code == "en"
    for press in ((), ("Ctrl+D", "."), ("A",), ("Esc", "Ctrl+R"), ("Esc", "F2"), ("Esc", "Shift+F2")):
        hands.press(*press)
        at_desk.settle()
        lines = {line for text in spoken(at_desk.window) for line in text.splitlines()}
        left = {line for line in lines if CHINESE.search(line)}
        # The switch itself names the other language in that language.
        assert left == {at_desk.context.text("status.language")}, press
    cells = at_desk.window.face.board.table.model()
    for column in range(cells.columnCount()):
        assert not CHINESE.search(cells.headerData(column, Qt.Orientation.Horizontal))
        assert not CHINESE.search(str(cells.index(0, column).data()))


def test_the_other_language_keeps_the_case_the_list_and_the_draft(at_desk: Desk, hands: Fingers) -> None:
    case = at_desk.hall.register(what="Lamp out")
    at_desk.show(case)
    at_desk.window.show_queue("open")
    hands.press("F2")
    hands.type("半句话")
    hands.press("Ctrl+Shift+L")
    at_desk.settle()
    shown = at_desk.window.face.report_shown()
    assert shown is not None
    assert shown.typed().what == "半句话"
    assert at_desk.case.id == case.id
    assert at_desk.window.models.filter.queue == "open"
    hands.press("Esc", "Ctrl+Shift+L", "F2")
    again = at_desk.window.face.report_shown()
    assert again is not None
    assert again.typed().what == "半句话"


def test_an_open_form_is_finished_before_the_language_changes(at_desk: Desk, hands: Fingers) -> None:
    at_desk.show(at_desk.hall.register())
    hands.press("A", "Ctrl+Shift+L")
    assert at_desk.context.language.code == "zh"
    assert at_desk.window.flow.filling_in
    assert at_desk.toast == at_desk.context.text("desk.finish_form")


def test_size_and_look_change_without_losing_anything(at_desk: Desk, hands: Fingers) -> None:
    at_desk.show(at_desk.hall.register())
    small = at_desk.window.face.board.table.theme.texts["body"]
    hands.press("Ctrl+Shift+G")
    assert at_desk.window.face.board.table.theme.texts["body"] > small
    hands.press("Ctrl+Shift+T")
    assert at_desk.window.face.case.theme.name == "desk_dark"
    hands.press("A")
    assert at_desk.window.flow.filling_in


def test_changing_hands_changes_queues_and_actions(at_desk: Desk, hands: Fingers) -> None:
    at_desk.show(at_desk.hall.register())
    before = {line.id for line in at_desk.window.face.case.lines}
    hands.press("F12")
    hands.type("派遣")
    hands.press("Return")
    at_desk.settle()
    after = {line.id for line in at_desk.window.face.case.lines}
    assert "accept" in before - after
    assert "merge" in after
    assert "派遣员" in at_desk.window.face.bar.seat.accessibleName()


def test_a_case_in_hand_is_not_changed_for_another(at_desk: Desk, hands: Fingers) -> None:
    first, second = at_desk.hall.register(what="甲"), at_desk.hall.register(what="乙")
    at_desk.show(first)
    hands.press("A")
    at_desk.window.open_case(second.id)
    hands.press("F4")
    assert at_desk.case.id == first.id
    assert at_desk.window.flow.filling_in


def test_news_moves_no_row_from_under_the_choice(at_desk: Desk, hands: Fingers) -> None:
    case = at_desk.hall.register(what="甲")
    at_desk.show(case)
    at_desk.window.show_queue("open")
    hands.press("Down")
    for number in range(5):
        at_desk.hall.register(what=f"急 {number}", urgent=True)
    at_desk.settle()
    assert at_desk.window.face.board.table.current_key == case.id
    assert at_desk.window.models.board.count() == 6


def test_the_first_case_of_my_queue_is_shown_from_the_start(small_hall: TestHall, qtbot: QtBot) -> None:
    case = small_hall.register()
    with desk(small_hall) as at:
        at.open(qtbot)
        qtbot.waitUntil(lambda: at.window.models.case.incident is not None)
        assert at.case.id == case.id
        assert at.window.face.board.table.hasFocus()
