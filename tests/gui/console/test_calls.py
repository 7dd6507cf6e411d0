"""Orders that reached nobody: the strip over the board, the words in the case, one key for the call."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from pytestqt.qtbot import QtBot

from app.sync.status import LinkStatus
from app.viewmodels.delivery import CALL_AFTER_MS
from tests.helpers.desk import Desk, desk
from tests.helpers.fingers import Fingers
from tests.helpers.halls import TestHall
from tests.helpers.wall import said

CUT = LinkStatus("cut_off")


@pytest.fixture
def cut_off(qtbot: QtBot, small_hall: TestHall) -> Iterator[Desk]:
    with desk(small_hall, "dispatcher", phones={"SZ": "60999", "CG": "60888"}) as made:
        made.open(qtbot)
        made.line(CUT)
        yield made


def test_the_strip_comes_with_the_first_order_and_goes_with_the_call(cut_off: Desk) -> None:
    strip = cut_off.window.face.calls
    assert not strip.isVisible()
    case = cut_off.hall.dispatched("SZ")
    cut_off.tick(CALL_AFTER_MS)
    assert strip.isVisible()
    assert "60999" in said(strip)
    cut_off.show(case)
    assert "请电话通知 60999" in said(cut_off.window.face.case)
    Fingers(cut_off.window).press("Ctrl+T")
    cut_off.settle()
    assert "电话通知 市政养护公司" in cut_off.toast
    assert not strip.isVisible()
    assert cut_off.hall.case(case.id).orders[0].called_at is not None
    assert "已电话" in said(cut_off.window.face.case)


def test_the_keyboard_goes_through_the_strip(cut_off: Desk) -> None:
    first = cut_off.hall.dispatched("SZ")
    cut_off.tick(1_000)
    second = cut_off.hall.dispatched("CG")
    cut_off.tick(CALL_AFTER_MS)
    hands = Fingers(cut_off.window)
    hands.press("F8", "Down", "Return")
    cut_off.settle()
    assert cut_off.case.id == second.id
    hands.press("F8", "Up", "Ctrl+T")
    cut_off.settle()
    assert cut_off.hall.case(first.id).orders[0].called_at is not None
    assert cut_off.hall.case(second.id).orders[0].called_at is None


def test_with_nobody_to_call_the_keys_say_so(cut_off: Desk) -> None:
    hands = Fingers(cut_off.window)
    hands.press("F8")
    assert cut_off.toast == cut_off.context.text("calls.none")
    hands.press("Ctrl+T")
    assert cut_off.toast == cut_off.context.text("calls.nothing")


def test_the_line_coming_back_takes_nothing_off_the_list(cut_off: Desk) -> None:
    cut_off.hall.dispatched("SZ")
    cut_off.tick(CALL_AFTER_MS)
    cut_off.line(LinkStatus("live"))
    assert cut_off.window.face.calls.isVisible()


def test_a_unit_that_opens_its_order_has_read_it(qtbot: QtBot, small_hall: TestHall) -> None:
    case = small_hall.dispatched("SZ")
    with desk(small_hall, "intake") as made:
        made.open(qtbot)
        made.sit("op-sz-handler/handler")
        made.show(case)
        made.settle()
        assert small_hall.case(case.id).orders[0].read_at is not None
