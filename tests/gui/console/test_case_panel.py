"""The case at the console: masked facts, second persons, refusals, deadlines that count down."""

from __future__ import annotations

import pytest

from app.base.clock import SECOND_MS
from app.base.errors import WorldError
from app.domain.incident import Incident
from tests.gui.console.test_console import spoken
from tests.helpers.desk import Desk
from tests.helpers.fingers import Fingers
from tests.helpers.halls import actor, shipped_book

PHONE = "13912345678"


def reported(at: Desk) -> Incident:
    """A case with personal data in every place there is."""
    return at.hall.register(
        what=f"井盖缺失,联系 {PHONE}", flat="2 单元 301 室", reporter_name="王小芳", reporter_phone=PHONE
    )


def revealed(at: Desk) -> int:
    """How many entries of the case on show say that somebody was shown something."""
    return sum(n.entry.kind == "personal_data_revealed" for n in at.reading.entries(at.case.id))


def test_personal_data_is_masked_until_there_is_a_reason_and_again_after_a_minute(
    at_desk: Desk, hands: Fingers
) -> None:
    at_desk.show(reported(at_desk))
    assert not any(PHONE in text or "王小芳" in text for text in spoken(at_desk.window))
    hands.press("Ctrl+R", "Return")
    at_desk.settle()
    assert revealed(at_desk) == 1
    assert any(PHONE in text for text in spoken(at_desk.window))
    assert not any("王小芳" in text for text in spoken(at_desk.window))
    at_desk.tick(59 * SECOND_MS)
    assert any(PHONE in text for text in spoken(at_desk.window))
    at_desk.tick(2 * SECOND_MS)
    assert not any(PHONE in text for text in spoken(at_desk.window))
    assert revealed(at_desk) == 1


def test_what_is_shown_can_be_chosen(at_desk: Desk, hands: Fingers) -> None:
    case = reported(at_desk)
    at_desk.show(case)
    assert case.original is not None
    at_desk.window.flow.reveal(case.original.ref)
    hands.press("Return")
    at_desk.settle()
    assert any(f"联系 {PHONE}" in text for text in spoken(at_desk.window))


def test_another_case_or_another_seat_masks_at_once(at_desk: Desk, hands: Fingers) -> None:
    other = at_desk.hall.register()
    at_desk.show(reported(at_desk))
    hands.press("Ctrl+R", "Return")
    at_desk.settle()
    at_desk.show(other)
    assert not any(PHONE in text for text in spoken(at_desk.window))
    at_desk.show(reported(at_desk))
    hands.press("Ctrl+R", "Return")
    at_desk.settle()
    at_desk.sit("op-dispatcher-ZZZX/dispatcher")
    assert not any(PHONE in text for text in spoken(at_desk.window))


def test_a_role_that_may_not_see_it_is_told_so_and_sees_nothing(at_desk: Desk, hands: Fingers) -> None:
    at_desk.show(reported(at_desk))
    at_desk.sit("op-supervisor-ZZZX/supervisor")
    hands.press("Ctrl+R", "Return")
    at_desk.settle()
    assert revealed(at_desk) == 0
    assert not any(PHONE in text for text in spoken(at_desk.window))
    said = at_desk.context.text(
        "refusal.role_may_not", role="督办员", action=at_desk.context.text("action.reveal")
    )
    assert said in set(spoken(at_desk.window))


def test_a_second_person_agrees(at_desk: Desk, hands: Fingers) -> None:
    at_desk.show(at_desk.hall.register())
    hands.press("R", "Down", "Return")
    hands.type("信访局")
    hands.press("Ctrl+Return")
    at_desk.settle()
    assert at_desk.case.state == "reported"
    assert "等待第二人同意" in at_desk.toast
    waits = at_desk.context.text("case.waits", action="不予受理")
    assert any(waits in text for text in spoken(at_desk.window))
    assert {line.id: line.why_not for line in at_desk.window.face.case.lines}["reject"] == waits
    at_desk.sit("op-shift_lead-ZZZX/shift_lead")
    hands.press("Shift+A")
    at_desk.settle()
    assert at_desk.case.state == "rejected"


def test_a_second_person_says_no_with_a_reason(at_desk: Desk, hands: Fingers) -> None:
    case = at_desk.hall.register()
    at_desk.hall.do(case, "reject", actor("intake"), reason_code="no_matter", channel_advice="无")
    at_desk.sit("op-shift_lead-ZZZX/shift_lead")
    at_desk.show(case)
    hands.press("Shift+N", "Ctrl+Return")
    assert at_desk.window.flow.filling_in, "a no without a reason is not sent"
    hands.type("应当受理")
    hands.press("Ctrl+Return")
    at_desk.settle()
    assert at_desk.case.state == "reported"
    assert at_desk.case.pending == ()


def test_the_asking_person_is_not_offered_to_agree(at_desk: Desk) -> None:
    case = at_desk.hall.register()
    at_desk.hall.do(case, "reject", actor("intake"), reason_code="no_matter", channel_advice="无")
    at_desk.show(case)
    assert not any(line.confirms for line in at_desk.window.face.case.lines)


def test_a_refusal_stands_at_the_field_it_is_about(at_desk: Desk, hands: Fingers) -> None:
    case = at_desk.hall.dispatched("SZ")
    case = at_desk.hall.do(case, "sign", actor("handler", "SZ"))
    at_desk.sit("op-sz-handler/handler")
    at_desk.show(case)
    hands.press("P")
    hands.type("看不懂的时间")
    hands.press("Ctrl+Return")
    sheet = at_desk.window.flow.sheet
    assert sheet is not None
    assert sheet.form.errors()["when"] == at_desk.context.text("form.time_wrong")
    hands.press("Ctrl+A")
    hands.type("明天 9点")
    hands.press("Return", "Down", "Return")
    hands.type("回电告知进展")
    hands.press("Ctrl+Return")
    at_desk.settle()
    assert len(at_desk.case.promises) == 1


def test_a_refusal_of_the_rules_is_said_and_nothing_typed_is_lost(at_desk: Desk, hands: Fingers) -> None:
    case = at_desk.hall.register()
    at_desk.show(case)
    hands.press("A")
    # Meanwhile somebody else accepts it.
    at_desk.hall.do(case, "accept", actor("intake", operator="op-x"), category="0602", place_confirmed=True)
    hands.press("Return")
    at_desk.settle()
    sheet = at_desk.window.flow.sheet
    assert sheet is not None
    assert sheet.form.values()["category"] == "0602"
    said = at_desk.context.text("refusal.wrong_state", state="受理", action="受理")
    assert said in set(spoken(sheet))
    hands.press("Esc")
    assert not at_desk.window.flow.filling_in


def test_a_full_disk_is_said_at_the_form_and_in_the_status_line(
    at_desk: Desk, hands: Fingers, monkeypatch: pytest.MonkeyPatch
) -> None:
    at_desk.show(at_desk.hall.register())
    error = WorldError("disk_full", path="/data")
    monkeypatch.setattr(at_desk.acting, "submit", at_desk.failing(error))
    hands.press("A", "Return")
    at_desk.settle()
    words = at_desk.context.language.error(error)
    assert at_desk.window.flow.filling_in
    assert words in set(spoken(at_desk.window.face.case))
    assert at_desk.window.models.link.state().severity == "overdue"
    monkeypatch.undo()
    hands.press("Ctrl+Return")
    at_desk.settle()
    assert at_desk.case.state == "accepted"
    assert at_desk.window.models.link.state().severity == "in_time"


def test_what_the_rules_forbid_now_is_shown_with_its_reason(at_desk: Desk, hands: Fingers) -> None:
    at_desk.show(at_desk.hall.register(urgent=True))
    lines = {line.id: line for line in at_desk.window.face.case.lines}
    assert lines["reject"].why_not == at_desk.context.label(shipped_book().guards["not_urgent"])
    hands.press("R")
    assert not at_desk.window.flow.filling_in
    hands.press(".")
    assert any(lines["reject"].why_not in text for text in spoken(at_desk.window.face.case))


def test_titles_count_down_and_the_account_stays(at_desk: Desk) -> None:
    at_desk.show(at_desk.hall.register())
    at_desk.tick(SECOND_MS)
    before = list(at_desk.window.models.case.clocks())
    at_desk.tick(SECOND_MS)
    after = list(at_desk.window.models.case.clocks())
    assert before != after
    assert any(after[0][1] == text for text in spoken(at_desk.window.face.case))


def test_orders_of_co_departments_have_steps_of_their_own(at_desk: Desk) -> None:
    case = at_desk.hall.dispatched("SZ", ("CG",))
    at_desk.sit("op-dispatcher-ZZZX/dispatcher")
    at_desk.show(case)
    recalls = [line for line in at_desk.window.face.case.lines if line.id == "recall"]
    assert [line.order[-2:] for line in recalls] == ["01", "02"]
    assert [bool(line.key_id) for line in recalls] == [True, False]
    at_desk.window.flow.want(recalls[1])
    sheet = at_desk.window.flow.sheet
    assert sheet is not None
    sheet.form.set_value("reason", "派错了")
    sheet.form.set_value("units_told", True)
    sheet.form.submit()
    at_desk.settle()
    assert [order.end for order in at_desk.case.orders] == ["", "recalled"]


def test_what_a_unit_asked_for_is_proposed_to_who_answers(at_desk: Desk, hands: Fingers) -> None:
    case = at_desk.hall.dispatched("SZ")
    case = at_desk.hall.do(case, "sign", actor("handler", "SZ"))
    until = at_desk.pulse.now() + 86_400_000
    form = {"hold_reason_code": "H02", "temporary_measure": "围挡", "review_date": until, "evidence": "照片"}
    case = at_desk.hall.do(case, "ask_hold", actor("handler", "SZ"), **form)
    at_desk.sit("op-shift_lead-ZZZX/shift_lead")
    at_desk.show(case)
    hands.press("Z", "Return")
    at_desk.settle()
    assert at_desk.case.state == "on_hold"
    hands.press("Ctrl+Z")
    assert at_desk.window.flow.filling_in, "a hold can be released from the message about it"
