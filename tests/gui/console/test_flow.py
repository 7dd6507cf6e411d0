"""A report's whole way at one desk, by keyboard alone: taken down, dispatched, handled, checked, closed."""

from __future__ import annotations

from app.domain.label import Label
from tests.helpers.desk import Desk
from tests.helpers.fingers import Fingers
from tests.helpers.scenes import grant

KEYS_TO_DISPATCH = 16
"""What an ordinary report costs in keys beside its text, up to dispatched; 40 would still be under 90 s."""


def sit(at: Desk, hands: Fingers, typed: str) -> None:
    """Change hands by the keyboard."""
    hands.press("F12")
    hands.type(typed)
    hands.press("Return")
    at.settle()


def take_down(at: Desk, hands: Fingers) -> None:
    """An ordinary call: what, area, address, category, number, name."""
    hands.press("F2")
    hands.type("滨河路118号门前路灯不亮")
    hands.press("Return")
    hands.type("yj")
    hands.press("Return")
    hands.type("滨河路118号")
    hands.press("Return", "Return")
    hands.type("0602")
    hands.press("Return")
    hands.type("13912345678")
    hands.press("Return")
    hands.type("王芳")
    hands.press("Ctrl+Return")
    at.settle()


def test_an_ordinary_report_is_dispatched_in_few_keys(at_desk: Desk, hands: Fingers) -> None:
    take_down(at_desk, hands)
    assert at_desk.case.state == "reported"
    hands.press("A", "Return")
    at_desk.settle()
    sit(at_desk, hands, "派遣")
    hands.press("F", "Return")
    at_desk.settle()
    hands.press("D", "Return")
    at_desk.settle()
    case = at_desk.case
    assert (case.state, case.lead.unit if case.lead is not None else "") == ("dispatched", "SZ")
    assert hands.pressed <= KEYS_TO_DISPATCH
    assert (case.category, case.place.area, case.place.address) == ("0602", "990101001001", "滨河路118号")
    assert case.reporter.phone is not None
    assert case.reporter.phone.mask == "139****5678"
    assert case.reporter.name is not None
    assert case.reporter.name.mask == "王*"


def test_from_the_call_to_the_closed_case(at_desk: Desk, hands: Fingers) -> None:
    take_down(at_desk, hands)
    hands.press("A", "Return")
    at_desk.settle()
    sit(at_desk, hands, "派遣")
    for step in "F", "D":
        hands.press(step, "Return")
        at_desk.settle()
    units = [order.unit for order in at_desk.case.orders if order.role == "co"]
    for unit in [*units, "SZ"]:
        grant(at_desk.hall, f"op-{unit}", Label(f"承办{unit}", f"Handler {unit}"), "handler", unit)
        at_desk.settle()
        sit(at_desk, hands, f"承办{unit}")
        hands.press("S")
        at_desk.settle()
        hands.press("B")
        hands.type("已更换灯泡")
        hands.press("Return")
        hands.type("照片两张")
        hands.press("Ctrl+Return")
        at_desk.settle()
    assert at_desk.case.state == "check"

    sit(at_desk, hands, "派遣")
    hands.press("C", "Return")
    at_desk.settle()
    assert at_desk.case.state == "callback"

    sit(at_desk, hands, "回访")
    hands.press("B", "Down", "Return", "Down", "Return", "Down", "Return", "Ctrl+Return")
    at_desk.settle()
    assert at_desk.case.state == "closed"
    answers = at_desk.case.call_back
    assert answers is not None
    assert (answers.contacted, answers.resolved, answers.satisfied) == ("yes", "yes", "yes")


def test_a_report_is_written_once_however_often_it_is_sent(at_desk: Desk, hands: Fingers) -> None:
    hands.press("F2")
    hands.type("井盖缺失")
    form = at_desk.window.face.report
    typed, form_id = form.typed(), form.form_id
    hands.press("Ctrl+Return")
    at_desk.settle()
    form.put(typed, form_id)
    form.form.submit()
    at_desk.settle()
    assert at_desk.window.models.board.count() == 1
    assert at_desk.toast == at_desk.context.text("done.already")


def test_a_step_is_said_to_be_saved_here(at_desk: Desk, hands: Fingers) -> None:
    at_desk.show(at_desk.hall.register())
    hands.press("A", "Return")
    at_desk.settle()
    assert "已存本机 ✓ 受理 A1001" in at_desk.toast
    assert at_desk.context.text("link.level1") in at_desk.toast


def test_a_step_that_needs_nothing_is_done_at_once(at_desk: Desk, hands: Fingers) -> None:
    case = at_desk.hall.dispatched("SZ")
    at_desk.sit("op-sz-handler/handler")
    at_desk.show(case)
    hands.press("S")
    at_desk.settle()
    assert at_desk.case.state == "handling"
    assert not at_desk.window.flow.filling_in


def test_the_way_back_is_offered_where_the_rules_have_one(at_desk: Desk, hands: Fingers) -> None:
    master = at_desk.hall.register(what="滨河路路灯不亮")
    case = at_desk.hall.register(what="滨河路路灯又不亮")
    at_desk.sit("op-dispatcher-ZZZX/dispatcher")
    at_desk.show(case)
    hands.press("M")
    hands.type(master.code)
    hands.press("Down", "Ctrl+Return")
    at_desk.settle()
    assert at_desk.case.state == "merged"
    assert at_desk.case.master == master.id
    hands.press("Ctrl+Z")
    assert at_desk.window.flow.filling_in
    hands.type("并错了")
    hands.press("Ctrl+Return")
    at_desk.settle()
    assert at_desk.case.state == "reported"
    assert at_desk.case.master == ""


def test_one_report_becomes_three_cases(at_desk: Desk, hands: Fingers) -> None:
    case = at_desk.hall.register()
    at_desk.hall.do(case, "accept", at_desk.as_role("intake"), category="0602", place_confirmed=True)
    at_desk.sit("op-dispatcher-ZZZX/dispatcher")
    at_desk.show(case)
    hands.press("Shift+S")
    for what, category in (("垃圾成堆", "0102"), ("井盖缺失", "0601"), ("树倒了", "0107")):
        hands.type(what)
        hands.press("Return")
        hands.type(category)
        hands.press("Return")
        at_desk.settle()
    sheet = at_desk.window.flow.sheet
    assert sheet is not None
    sheet.form.focus_field("reason")
    hands.type("一次来电说了四件事")
    hands.press("Ctrl+Return")
    at_desk.settle()
    assert len(at_desk.case.links) == 3
    assert at_desk.window.models.queues.counts()["open"] == 4
