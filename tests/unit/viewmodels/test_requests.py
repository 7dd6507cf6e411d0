"""Requests between levels on the desk: what waits for an answer below, how it stands above, whose case."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from msgspec.structs import replace

from app.commands.command import Done
from app.commands.founding import adopt_rules
from app.commands.hearing import hear_request
from app.commands.requesting import Wish, make_request
from app.domain.devices import DeviceEnrolled
from app.domain.incident import Incident
from app.domain.label import Label
from app.domain.requests import ADDRESSED
from app.log.port import Written
from app.projections.requests import asked_in
from app.projections.selecting import OWN, Board, Filter
from app.viewmodels.board import BoardModel
from app.viewmodels.board_filter import HALL, BoardFilterModel
from app.viewmodels.case import CaseModel
from app.viewmodels.context import Context
from app.viewmodels.listing import list_words
from app.viewmodels.requests import RequestsModel
from tests.helpers.glass import glass
from tests.helpers.halls import TestHall, actor, hall, shipped_rules
from tests.helpers.levels import pass_up, stream_of

Levels = tuple[TestHall, TestHall]

LEAD = actor("shift_lead")


@pytest.fixture
def levels(tmp_path: Path) -> Iterator[Levels]:
    with hall(tmp_path / "lower") as lower, hall(tmp_path / "upper") as upper:
        pass_up(lower, upper)
        yield lower, upper


def bring_down(upper: TestHall, lower: TestHall) -> None:
    """Every request comes in below, as often as it may."""
    for numbered in upper.store.history(ADDRESSED + stream_of(lower)):
        if not numbered.home:
            hear_request(lower.commander.desk, stream_of(upper), numbered)


def ask(context: Context, case: Incident, **form: object) -> None:
    """From the case's own form, as the desk does."""
    model = CaseModel(context)
    assert model.open(case.id)
    view = model.view()
    assert view is not None
    (line,) = view.actions
    assert {field.id for field in model.form(line)} == {"title", "what", "due_at"}
    assert isinstance(model.take(line, form, "once").result(), Done)
    model.close()


def waits(context: Context, case: Incident) -> str:
    model = CaseModel(context)
    assert model.open(case.id)
    view = model.view()
    model.close()
    assert view is not None
    return " | ".join(f"{line.text} {line.note}" for line in view.waits)


def test_a_request_is_asked_answered_and_its_standing_seen(levels: Levels) -> None:
    lower, upper = levels
    case = lower.register(what="路灯不亮")
    pass_up(lower, upper)
    above, below = glass(upper, LEAD), glass(lower, LEAD)
    ask(above, case, title="今日修复", what="学校门口", due_at=upper.clock.now() + 3_600_000)
    assert "尚未送达" in waits(above, case)
    inbox, sent = RequestsModel(below), RequestsModel(above)
    assert inbox.lines() == ()
    bring_down(upper, lower)
    below.pulse.beat()
    (line,) = inbox.lines()
    assert (line.incident, line.title) == (case.id, "今日修复")
    view = inbox.view()
    assert view is not None
    assert (view.why_not, view.reported) == ("", False)
    shown = {name: value for name, _, value in view.facts}
    assert shown["what"] == "学校门口"
    assert shown["case"].endswith("路灯不亮")
    pass_up(lower, upper)
    above.pulse.beat()
    assert "等待答复" in waits(above, case)
    assert isinstance(inbox.answer(line.id, False, "本区无此灯杆").result(), Done)
    inbox.look_again()
    assert inbox.lines() == ()
    pass_up(lower, upper)
    above.pulse.beat()
    assert "未接受：本区无此灯杆" in waits(above, case)
    (one,) = sent.sent()
    assert "今日修复 — 对方未接受" in one.text
    assert "演示区综治中心" in one.note
    assert one.severity == "overdue"


def test_one_without_a_case_is_answered_by_what_becomes_of_its_report(levels: Levels) -> None:
    lower, upper = levels
    above, below = glass(upper, LEAD), glass(lower, actor("dispatcher"))
    wish = Wish(to=stream_of(lower), title="核查沿河堆放物", category="0602")
    assert isinstance(make_request(upper.commander.desk, wish, LEAD), Done)
    inbox, sent = RequestsModel(below), RequestsModel(above)
    bring_down(upper, lower)
    below.pulse.beat()
    view = inbox.view()
    assert view is not None
    assert view.reported
    assert view.why_not
    case = lower.case(view.line.incident)
    lower.do(case, "accept", actor("intake"), category="0602", place_confirmed=True, area="990101001")
    below.pulse.beat()
    assert inbox.lines() == ()
    pass_up(lower, upper)
    above.pulse.beat()
    assert "对方已接受" in sent.sent()[0].text


def test_the_board_says_whose_case_it_is_and_narrows_to_a_hall(levels: Levels) -> None:
    lower, upper = levels
    theirs = lower.register(what="路灯不亮")
    pass_up(lower, upper)
    mine = upper.register()
    context, stream = glass(upper), stream_of(lower)
    board = BoardModel(context)
    narrowing = BoardFilterModel(context, board)
    chip = next(chip for chip in narrowing.chips() if chip.id == HALL)
    assert (chip.text, chip.on) == ("中心 全部", False)
    assert narrowing.words().halls == ("演示区综治中心", "演示区综治中心")
    board.show(Filter("open"))
    assert {board.line(place).hall for place in range(board.count())} == {"演示区综治中心"}
    for choice, wanted in ((stream, theirs.id), (OWN, mine.id)):
        assert any(found.id == f"hall:{choice}" for found in narrowing.choices(HALL, ""))
        narrowing.choose(f"hall:{choice}")
        assert [board.line(place).incident for place in range(board.count())] == [wanted]
        assert "演示区综治中心" in list_words(context, board.filter) or choice == OWN
    assert narrowing.press(HALL)
    assert board.count() == 2
    # A hall without others below it has no such chip and no such column.
    alone = glass(lower)
    alone_filter = BoardFilterModel(alone, BoardModel(alone))
    assert all(chip.id != HALL for chip in alone_filter.chips())
    assert alone_filter.words().halls == ()


def test_what_is_done_under_its_own_rules_is_not_open_above(levels: Levels) -> None:
    lower, upper = levels
    rules = shipped_rules()
    kinds = tuple(
        replace(state, kind="done") if state.id == "reported" else state for state in rules.workflow.states
    )
    adopt_rules(lower.commander.desk, replace(rules, workflow=replace(rules.workflow, states=kinds)))
    theirs = lower.register()
    pass_up(lower, upper)
    mine = upper.register()
    context = glass(upper)
    board = Board(context.reading.columns, context.reading.words)
    book = context.book
    assert book is not None
    board.refresh(book, context.below)
    own, others = context.reading.row_of(mine.id), context.reading.row_of(theirs.id)
    assert board.open_rows.tolist() == [own]
    # Under the upper hub's rules alone it would pass for open.
    board.refresh(book)
    assert sorted(board.open_rows.tolist()) == sorted([own, others])


def test_two_answers_leave_the_first_standing(levels: Levels) -> None:
    lower, upper = levels
    case = lower.register()
    pass_up(lower, upper)
    ask(glass(upper, LEAD), case, title="请核实")
    bring_down(upper, lower)
    here = lower.store.history(ADDRESSED + stream_of(lower))
    (asked,) = asked_in(here).values()
    assert (asked.step, asked.title, asked.incident) == ("arrived", "请核实", case.id)
    inbox = RequestsModel(glass(lower, LEAD))
    inbox.answer(asked.request, True, "").result()
    inbox.answer(asked.request, False, "不行").result()
    (asked,) = asked_in(lower.store.history(ADDRESSED + stream_of(lower))).values()
    assert asked.step == "accepted"


def test_a_hub_two_levels_down_is_asked_through_the_one_between(tmp_path: Path) -> None:
    with (
        hall(tmp_path / "district") as district,
        hall(tmp_path / "city") as city,
        hall(tmp_path / "province") as province,
    ):
        enrol(city, district)
        enrol(province, city)
        far = district.register()
        pass_up(district, city)
        near = city.register()
        pass_up(city, province)
        why = {}
        for case in (far, near):
            model = CaseModel(glass(province, LEAD))
            assert model.open(case.id)
            view = model.view()
            assert view is not None
            why[case.id] = view.actions[0].why_not
        assert "直接管辖" in why[far.id]
        assert why[near.id] == ""
        # The city has the line, and may ask.
        model = CaseModel(glass(city, LEAD))
        model.open(far.id)
        view = model.view()
        assert view is not None
        assert view.actions[0].why_not == ""


def enrol(upper: TestHall, lower: TestHall) -> None:
    """The lower hub is a device of the upper one."""
    desk, device = upper.commander.desk, lower.store.origin
    body = DeviceEnrolled(device, Label("下级", "below"), "Z9", "f" * 64)
    draft = desk.draft(body, ("hall", f"device:{device}"), actor("security_admin"), upper.clock.now())
    assert isinstance(upper.store.append([draft]).result(), Written)
