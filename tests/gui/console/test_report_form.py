"""The report form: near duplicates, drafts, refusals, and the short form of a storm night."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from app.base.errors import WorldError
from tests.helpers.desk import Desk
from tests.helpers.fingers import Fingers


def test_a_near_case_is_joined_with_one_key(at_desk: Desk, hands: Fingers) -> None:
    case = at_desk.hall.register(what="滨河路118号路面塌陷约2米", category="0501")
    at_desk.hall.register(what="完全不相干的一件事情", category="0102")
    at_desk.settle()
    hands.press("F2")
    hands.type("滨河路118号门前路面塌陷")
    form = at_desk.window.face.report
    form.look_for_near()
    assert [near.incident for near in form.near] == [case.id]
    hands.press("Alt+1")
    at_desk.settle()
    assert at_desk.case.id == case.id
    assert len(at_desk.case.reports) == 2
    assert at_desk.window.models.queues.counts()["open"] == 2
    assert "并入" in at_desk.toast


def test_near_cases_come_by_themselves_when_the_keys_rest(
    at_desk: Desk, hands: Fingers, qtbot: QtBot
) -> None:
    case = at_desk.hall.register(what="滨河路118号路面塌陷约2米")
    at_desk.settle()
    form = at_desk.window.face.report
    hands.press("F2")
    hands.type("滨河路118号路面塌陷")
    assert form.near == ()
    qtbot.waitUntil(lambda: bool(form.near))
    assert form.near[0].incident == case.id


def test_a_draft_stays_when_the_form_is_left(at_desk: Desk, hands: Fingers) -> None:
    hands.press("F2")
    hands.type("说到一半")
    hands.press("Return")
    hands.type("yj")
    hands.press("Return", "Esc")
    assert at_desk.window.face.report_shown() is None
    assert at_desk.toast == at_desk.context.text("report.draft_kept")
    hands.press("F2")
    typed = at_desk.window.face.report.typed()
    assert (typed.what, typed.area) == ("说到一半", "990101001001")
    hands.press("Shift+Esc")
    assert at_desk.window.face.report.is_empty()


def test_nothing_is_sent_without_what_happened(at_desk: Desk, hands: Fingers) -> None:
    hands.press("F2", "Ctrl+Return")
    at_desk.settle()
    form = at_desk.window.face.report
    assert form.form.errors() == {"what": at_desk.context.text("report.what_missing")}
    assert at_desk.window.models.board.count() == 0


def test_a_refused_report_stays_whole_with_the_reason_at_its_field(at_desk: Desk, hands: Fingers) -> None:
    hands.press("F2")
    hands.type("路灯不亮")
    hands.press("Return", "Return")
    hands.type("很长的地址" * 60)
    hands.press("Ctrl+Return")
    at_desk.settle()
    form = at_desk.window.face.report
    assert form.form.errors() == {
        "address": at_desk.context.text("refusal.field_long", field="地点", most="200")
    }
    assert form.typed().what == "路灯不亮"
    assert at_desk.window.face.report_shown() is form


def test_a_failing_disk_loses_nothing(at_desk: Desk, hands: Fingers, monkeypatch: pytest.MonkeyPatch) -> None:
    error = WorldError("disk_full", path="/data")
    monkeypatch.setattr(at_desk.acting, "register", at_desk.failing(error))
    hands.press("F2")
    hands.type("路灯不亮")
    hands.press("Ctrl+Return")
    at_desk.settle()
    form = at_desk.window.face.report
    assert form.typed().what == "路灯不亮"
    monkeypatch.undo()
    hands.press("Ctrl+Return")
    at_desk.settle()
    assert at_desk.case.what == "路灯不亮"


def test_the_short_form_stays_open_and_counts(at_desk: Desk, hands: Fingers) -> None:
    hands.press("Shift+F2")
    for number in range(3):
        hands.type(f"低洼处积水 {number}")
        hands.press("Return")
        hands.type("东环路下穿")
        if number == 1:
            hands.press("Alt+U")
        hands.press("Ctrl+Return")
        at_desk.settle()
    form = at_desk.window.face.short_report
    assert at_desk.window.face.report_shown() is form
    assert form.taken == 3
    board = at_desk.window.models.board
    at_desk.window.show_queue("open")
    assert board.count() == 3
    assert [board.line(place).urgency != "" for place in range(3)] == [True, False, False]
    assert {board.line(place).place for place in range(3)} == {"东环路下穿"}


def test_where_in_the_short_form_is_an_area_when_one_is_chosen(at_desk: Desk, hands: Fingers) -> None:
    hands.press("Shift+F2")
    hands.type("低洼处积水")
    hands.press("Return")
    hands.type("jp")
    hands.press("Down", "Return", "Ctrl+Return")
    at_desk.settle()
    at_desk.window.show_queue("open")
    case = at_desk.reading.case(str(at_desk.window.models.board.key(0)))
    assert case is not None
    assert (case.place.area, case.place.address) == ("990101002", "")


def test_danger_to_life_is_one_key(at_desk: Desk, hands: Fingers) -> None:
    hands.press("F2")
    hands.type("有人落水")
    hands.press("Alt+D", "Ctrl+Return")
    at_desk.settle()
    assert at_desk.case.sla_class == "U0"


def test_a_seat_that_takes_no_reports_says_so(at_desk: Desk, hands: Fingers) -> None:
    at_desk.sit("op-dispatcher-ZZZX/dispatcher")
    hands.press("F2")
    assert at_desk.window.face.report_shown() is None
    assert at_desk.toast == at_desk.context.text("report.not_your_role")


def test_letters_are_letters_in_a_form(at_desk: Desk, hands: Fingers) -> None:
    at_desk.show(at_desk.hall.register())
    hands.press("F2")
    at_desk.window.face.report.form.focus_field("urgent")
    hands.press("A")
    assert not at_desk.window.flow.filling_in
