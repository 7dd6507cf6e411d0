"""Orders that reached nobody: who is to be called, when, and when no more."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.base.clock import SECOND_MS
from app.commands.command import Done
from app.commands.reaching import reached
from app.domain.actor import SYSTEM
from app.sync.status import ALONE, LinkStatus
from app.viewmodels import calls
from app.viewmodels.calls import CallsModel
from app.viewmodels.case import CaseModel
from app.viewmodels.context import Context
from app.viewmodels.delivery import CALL_AFTER_MS
from tests.helpers.glass import Line, glass
from tests.helpers.halls import TestHall, actor, hall

CUT, LIVE = LinkStatus("cut_off"), LinkStatus("live")
PHONES = {"SZ": "60999", "JD": "60111"}


def after(test: TestHall, context: Context, ms: int) -> None:
    """Let time pass, and the glass see it."""
    test.time.advance(ms)
    context.pulse.beat()


def order_words(context: Context, incident: str) -> list[tuple[str, bool]]:
    model = CaseModel(context)
    assert model.open(incident)
    view = model.view()
    assert view is not None
    return [(order.reached, order.call) for order in view.orders]


def test_after_thirty_seconds_the_unit_is_to_be_called(tmp_path: Path) -> None:
    with hall(tmp_path) as test:
        context = glass(test, link=Line(CUT), phones=PHONES)
        model, told = CallsModel(context), list[int]()
        model.changed.connect(lambda _keys: told.append(len(model.lines())))
        case = test.dispatched("SZ", ("CG",))
        context.pulse.beat()
        assert order_words(context, case.id) == [("正在送", False), ("正在送", False)]
        after(test, context, CALL_AFTER_MS - SECOND_MS)
        assert model.lines() == ()
        after(test, context, SECOND_MS)
        assert [(line.phone, line.code, line.since) for line in model.lines()] == [
            ("60999", "A1001", "派出 30秒"),
            ("无值班电话", "A1001", "派出 30秒"),
        ]
        assert told == [2]
        assert order_words(context, case.id) == [
            ("请电话通知 60999", True),
            ("请电话通知（无值班电话）", True),
        ]


def test_a_live_line_calls_too_when_nothing_was_delivered(tmp_path: Path) -> None:
    with hall(tmp_path) as test:
        context = glass(test, link=Line(LIVE))
        case = test.dispatched("SZ")
        after(test, context, CALL_AFTER_MS)
        assert len(CallsModel(context).lines()) == 1
        outcome = reached(test.commander.desk, case.id, case.orders[0].code, "delivered", SYSTEM)
        assert isinstance(outcome, Done)
        context.pulse.beat()
        assert CallsModel(context).lines() == ()
        assert order_words(context, case.id) == [("已送达 09:00", False)]


def test_a_pc_that_stands_alone_sends_nothing_and_asks_for_no_calls(tmp_path: Path) -> None:
    with hall(tmp_path) as test:
        line = Line(ALONE)
        context = glass(test, link=line)
        model = CallsModel(context)
        case = test.dispatched("SZ")
        after(test, context, CALL_AFTER_MS)
        assert model.lines() == ()
        assert order_words(context, case.id) == [("", False)]
        line.status = CUT
        context.pulse.link_moved()
        context.pulse.beat()
        assert [each.incident for each in model.lines()] == [case.id]


def test_a_call_is_noted_once_and_ends_the_matter(tmp_path: Path) -> None:
    with hall(tmp_path) as test:
        context = glass(test, link=Line(CUT))
        model = CallsModel(context)
        case = test.dispatched("SZ")
        after(test, context, CALL_AFTER_MS)
        outcome = model.called(case.id, case.orders[0].code).result()
        assert isinstance(outcome, Done)
        context.pulse.beat()
        assert model.lines() == ()
        assert order_words(context, case.id) == [("已电话 09:00", False)]


def test_a_signature_says_that_they_have_it(tmp_path: Path) -> None:
    with hall(tmp_path) as test:
        context = glass(test, link=Line(CUT))
        model = CallsModel(context)
        case = test.dispatched("SZ")
        test.do(case, "sign", actor("handler", "SZ"))
        after(test, context, CALL_AFTER_MS)
        assert model.lines() == ()


def test_the_units_own_people_are_not_told_to_call_themselves(tmp_path: Path) -> None:
    with hall(tmp_path) as test:
        context = glass(test, actor("handler", "SZ"), link=Line(CUT))
        test.dispatched("SZ")
        after(test, context, CALL_AFTER_MS)
        assert CallsModel(context).lines() == ()


def test_urgent_orders_come_first(tmp_path: Path) -> None:
    with hall(tmp_path) as test:
        context = glass(test, link=Line(CUT))
        plain = test.dispatched("SZ")
        test.time.advance(SECOND_MS)
        urgent = test.dispatched("SZ", urgent=True)
        after(test, context, CALL_AFTER_MS)
        lines = CallsModel(context).lines()
        assert [line.incident for line in lines] == [urgent.id, plain.id]
        assert [line.urgency for line in lines] == ["紧急", ""]


def test_many_cases_are_read_in_turns(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(calls, "READ_AT_ONCE", 2)
    with hall(tmp_path) as test:
        for _ in range(5):
            test.dispatched("SZ")
        test.time.advance(CALL_AFTER_MS)
        context = glass(test, link=Line(CUT))
        model = CallsModel(context)
        seen = [len(model.lines())]
        for _ in range(3):
            after(test, context, SECOND_MS)
            seen.append(len(model.lines()))
        assert seen == [2, 4, 5, 5]


def test_opening_its_order_at_the_unit_notes_that_it_was_read(tmp_path: Path) -> None:
    with hall(tmp_path) as test:
        case = test.dispatched("SZ", ("CG",))
        model = CaseModel(glass(test, actor("handler", "SZ")))
        assert model.open(case.id)
        assert len(model.read()) == 1
        read = test.case(case.id)
        assert [order.read_at is not None for order in read.orders] == [True, False]
        assert model.open(case.id)
        assert model.read() == ()
        centre = CaseModel(glass(test))
        assert centre.open(case.id)
        assert centre.read() == ()
