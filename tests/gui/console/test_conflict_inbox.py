"""The conflict inbox by keyboard: both sides read, one taken with a reason, the item gone at both desks."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from app.domain.incident import Incident
from tests.helpers.desk import KEYS, Desk, desk
from tests.helpers.fingers import Fingers
from tests.helpers.glass import glass
from tests.helpers.halls import actor
from tests.helpers.two_desks import TwoDesks, two_desks
from tests.helpers.wall import said, settle
from views.desk_look import DeskLook
from views.keys import load_keys
from views.windows.supervision import SupervisionWindow
from widgets.comparison import Comparison


def disagree(two: TwoDesks, what: str = "路灯不亮") -> Incident:
    case = two.hub.dispatched("SZ", what=what)
    two.meet()
    order = case.orders[0].code
    two.first.do(case.id, "recall", actor("dispatcher"), order=order, reason="派错单位", units_told=True)
    form = two.second.fill("redispatch", two.second.case(case.id))
    two.second.do(case.id, "redispatch", actor("dispatcher"), order=order, **form)
    two.meet()
    return case


@pytest.fixture
def two(tmp_path: Path) -> Iterator[TwoDesks]:
    with two_desks(tmp_path) as made:
        disagree(made)
        yield made


@pytest.fixture
def at_desk(qtbot: QtBot, two: TwoDesks) -> Iterator[Desk]:
    with desk(two.second, "dispatcher") as made:
        made.open(qtbot)
        made.line(two.status(two.second))
        yield made


def test_a_conflict_is_settled_by_keys_alone(at_desk: Desk, two: TwoDesks) -> None:
    hands, face = Fingers(at_desk.window), at_desk.window.face
    incident = face.conflicts.model.lines()[0].incident
    hands.press("F7")
    assert face.right.currentWidget() is face.conflicts
    sides = face.conflicts.findChild(Comparison)
    assert "主办 — | 城市管理和综合执法局 不同" in sides.accessibleDescription()
    hands.press("Return")
    hands.type("2")
    hands.press("Return")
    hands.type("城管更合适")
    hands.press("Ctrl+Return")
    at_desk.settle()
    assert "裁定" in at_desk.toast
    assert face.conflicts.model.lines() == ()
    assert face.conflicts._none.isVisible()
    two.meet()
    case = two.first.case(incident)
    assert case.contested == ()
    assert case.lead is not None
    assert case.lead.unit == "CG"


def test_without_a_reason_it_says_what_lacks(at_desk: Desk) -> None:
    hands = Fingers(at_desk.window)
    hands.press("F7", "Return")
    hands.type("1")
    hands.press("Ctrl+Return")
    at_desk.settle()
    assert at_desk.window.face.conflicts._form.errors() == {"reason": at_desk.context.text("conflict.why")}
    assert len(at_desk.window.face.conflicts.model.lines()) == 1


def test_who_comes_second_is_told_that_it_was_settled(at_desk: Desk) -> None:
    hands = Fingers(at_desk.window)
    hands.press("F7", "Return")
    hands.type("1")
    hands.press("Return")
    hands.type("先到")
    panel = at_desk.window.face.conflicts
    line = panel.model.lines()[0]
    # Somebody was faster, and this window has not heard of it yet.
    at_desk.acting.settle(line.incident, line.id, "first", "快一步", actor("dispatcher")).result()
    hands.press("Ctrl+Return")
    at_desk.settle()
    assert at_desk.toast == at_desk.context.text("refusal.contest_gone")
    assert panel.model.lines() == ()


def test_several_are_chosen_by_arrow_and_enter(at_desk: Desk, two: TwoDesks) -> None:
    second = disagree(two, "井盖缺失")
    at_desk.settle()
    hands, panel = Fingers(at_desk.window), at_desk.window.face.conflicts
    hands.press("F7")
    first = panel.model.chosen
    hands.press("Down", "Return")
    view = panel.model.view()
    assert view is not None
    assert (panel.model.chosen != first, view.line.incident) == (True, second.id)


def test_when_one_is_settled_the_mark_is_on_the_one_that_is_shown(at_desk: Desk, two: TwoDesks) -> None:
    for what in ("井盖缺失", "路面塌陷"):
        disagree(two, what)
    at_desk.settle()
    hands, panel = Fingers(at_desk.window), at_desk.window.face.conflicts
    hands.press("F7", "Down", "Return", "Return")
    hands.type("1")
    hands.press("Return")
    hands.type("先到")
    hands.press("Ctrl+Return")
    at_desk.settle()
    assert len(panel.model.lines()) == 2
    assert panel._list.current_id == panel.model.chosen


def test_two_of_a_kind_are_told_apart_by_their_choices(at_desk: Desk, two: TwoDesks) -> None:
    case = two.hub.filed(what="井盖缺失")
    two.meet()
    for at, unit in ((two.first, "SZ"), (two.second, "CG")):
        at.do(case.id, "dispatch", actor("dispatcher"), lead_department=unit, rule_or_reason="r")
    two.meet()
    at_desk.settle()
    hands, panel = Fingers(at_desk.window), at_desk.window.face.conflicts
    hands.press("F7", "Down", "Return")
    view = panel.model.view()
    assert view is not None
    assert view.line.incident == case.id
    labels = [choice.label for choice in panel._form.editor("choice").spec.choices]
    assert labels == ["维持先到：派遣 · 市政养护公司", "改按后到：派遣 · 城市管理和综合执法局"]


def test_a_seat_that_may_not_decide_sees_no_form(qtbot: QtBot, two: TwoDesks) -> None:
    with desk(two.second, "intake") as made:
        made.open(qtbot)
        Fingers(made.window).press("F7")
        panel = made.window.face.conflicts
        assert not panel._form.isVisible()
        assert made.context.text("conflict.may_not") in said(panel)


def test_a_form_half_filled_in_survives_news(at_desk: Desk, two: TwoDesks) -> None:
    hands, panel = Fingers(at_desk.window), at_desk.window.face.conflicts
    hands.press("F7", "Return")
    hands.type("1")
    hands.press("Return")
    hands.type("先到")
    two.second.register(what="又一件")
    at_desk.settle()
    assert panel._form.values() == {"choice": "first", "reason": "先到"}


def test_supervision_shows_the_inbox_in_the_place_of_its_list(qapp: object, two: TwoDesks) -> None:
    window = SupervisionWindow(glass(two.second, actor("shift_lead")), DeskLook(), load_keys(KEYS))
    window.resize(1920, 1080)
    window.show()
    # A screen without a window manager leaves the keys with the window before.
    window.activateWindow()
    settle()
    try:
        hands = Fingers(window)
        assert "争议 1" in said(window)
        hands.press("F7")
        assert window.conflicts.isVisible()
        assert "撤回派遣 对 改派" in said(window.conflicts)
        hands.press("Esc")
        assert window.board.isVisible()
        hands.press("F6")
        assert window.link.isVisible()
    finally:
        window.close()
        window.release()
        window.deleteLater()
        settle()
