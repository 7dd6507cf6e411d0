"""The conflict inbox on two real desks: both sides in words, a person's decision, and what is quarantined."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.commands.command import Done
from app.domain.incident import Incident
from app.domain.refusal import Refusal
from app.viewmodels.board import BoardModel
from app.viewmodels.case import CaseModel
from app.viewmodels.conflicts import ConflictsModel
from app.viewmodels.context import Context
from app.viewmodels.listing import Filter
from app.viewmodels.queues import QueuesModel
from tests.helpers.glass import Line, glass
from tests.helpers.halls import actor
from tests.helpers.two_desks import TwoDesks, two_desks


def disagree(two: TwoDesks) -> Incident:
    """The first desk recalls an order, the second dispatches it anew; neither knows of the other."""
    case = two.hub.dispatched("SZ")
    two.meet()
    order = case.orders[0].code
    two.first.do(case.id, "recall", actor("dispatcher"), order=order, reason="派错单位", units_told=True)
    form = two.second.fill("redispatch", two.second.case(case.id))
    two.second.do(case.id, "redispatch", actor("dispatcher"), order=order, **form)
    two.meet()
    return two.hub.case(case.id)


def at(two: TwoDesks, role: str = "dispatcher") -> Context:
    return glass(two.second, actor(role), link=Line(two.status(two.second)))


@pytest.fixture(scope="module")
def disagreed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[TwoDesks, Incident]]:
    """For those who only look."""
    with two_desks(tmp_path_factory.mktemp("disagreed")) as two:
        yield two, disagree(two)


def test_both_versions_stand_side_by_side(disagreed: tuple[TwoDesks, Incident]) -> None:
    two, case = disagreed
    model = ConflictsModel(at(two))
    assert [(line.incident, line.what) for line in model.lines()] == [(case.id, "撤回派遣 对 改派")]
    view = model.view()
    assert view is not None
    assert (view.first.action, view.second.action, view.why_not) == ("撤回派遣", "改派", "")
    lines = {line.label: line for line in view.compared}
    assert (lines["撤回理由"].first, lines["撤回理由"].differs) == ("派错单位", True)
    assert (lines["主办"].first, lines["主办"].second) == ("—", "城市管理和综合执法局")
    assert not lines["何人"].differs


def test_both_desks_see_it_and_the_board_marks_it(disagreed: tuple[TwoDesks, Incident]) -> None:
    two, case = disagreed
    for desk in (two.first, two.second):
        context = glass(desk, link=Line(two.status(desk)))
        assert len(ConflictsModel(context).lines()) == 1
        queues = {line.id: line.count for line in QueuesModel(context).lines()}
        assert queues["contested"] == "1"
        board = BoardModel(context)
        board.show(Filter("contested"))
        assert [(board.line(0).mark, board.line(0).incident)] == [("争议", case.id)]


def test_what_was_withheld_says_so_in_the_life_of_the_case(disagreed: tuple[TwoDesks, Incident]) -> None:
    two, case = disagreed
    model = CaseModel(at(two))
    assert model.open(case.id)
    view = model.view()
    assert view is not None
    assert any(line.text.startswith("争议中，未生效：改派") for line in view.life)
    assert "争议" in view.status
    assert any("改派" in wait.text for wait in view.waits)


def test_a_decision_takes_it_out_of_both_inboxes(tmp_path: Path) -> None:
    with two_desks(tmp_path) as two:
        case = disagree(two)
        context = at(two)
        model, told = ConflictsModel(context), list[int]()
        model.changed.connect(lambda _keys: told.append(len(model.lines())))
        outcome = model.settle(model.chosen, "second", "城管更合适").result()
        assert isinstance(outcome, Done)
        context.pulse.beat()
        assert (model.lines(), model.view(), told) == ((), None, [0])
        two.meet()
        assert ConflictsModel(glass(two.first)).lines() == ()
        lead = two.first.case(case.id).lead
        assert lead is not None
        assert lead.unit == "CG"


def test_who_may_not_decide_is_told_and_refused(disagreed: tuple[TwoDesks, Incident]) -> None:
    two, _ = disagreed
    model = ConflictsModel(at(two, "intake"))
    view = model.view()
    assert view is not None
    assert view.why_not
    assert isinstance(model.settle(model.chosen, "first", "先到").result(), Refusal)


def test_without_a_reason_nothing_is_decided(disagreed: tuple[TwoDesks, Incident]) -> None:
    two, _ = disagreed
    model = ConflictsModel(at(two))
    outcome = model.settle(model.chosen, "first", " ").result()
    assert isinstance(outcome, Refusal)
    assert outcome.field == "reason"


def test_what_breaks_a_rule_is_listed_with_its_reason(tmp_path: Path) -> None:
    with two_desks(tmp_path) as two:
        context = glass(two.first, link=Line(two.status(two.first)))
        model, told = ConflictsModel(context), list[int]()
        model.changed.connect(lambda _keys: told.append(len(model.quarantined())))
        for desk in (two.first, two.second):
            desk.register(external="hotline:4711")
        two.meet()
        two.hub.time.advance(1_000)
        context.pulse.beat()
        assert [line.text for line in model.quarantined()] == ["登记来报 — 同一编号已有记录"]
        assert told[-1] == 1
        assert model.lines() == ()
