"""A request of an upper hall becomes the lower one's own matter, once; what is elsewhere is left alone."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from msgspec.structs import replace

from app.commands.answering import answer_request
from app.commands.command import AlreadyDone, Done, Outcome
from app.commands.hearing import hear_request
from app.commands.reaching import reached
from app.commands.requesting import Wish, make_request
from app.commands.revealing import reveal
from app.commands.settling import settle
from app.domain.kinds import incident_subject
from app.domain.refusal import Refusal
from app.log.entries import Numbered
from app.projections.requests import Asked, asked_in
from tests.helpers.halls import MONDAY_9, TestHall, actor, hall
from tests.helpers.levels import pass_up, stream_of

Levels = tuple[TestHall, TestHall]

LEAD = actor("shift_lead")
STATE = "SELECT state FROM case_state WHERE incident = ?"
DUE = MONDAY_9 + 86_400_000


@pytest.fixture
def levels(tmp_path: Path) -> Iterator[Levels]:
    """A lower hall and the upper one that has its log."""
    with hall(tmp_path / "lower") as lower, hall(tmp_path / "upper") as upper:
        pass_up(lower, upper)
        yield lower, upper


def ask(upper: TestHall, wish: Wish) -> Numbered:
    outcome = make_request(upper.commander.desk, wish, LEAD)
    assert isinstance(outcome, Done), outcome
    return outcome.entries[0]


def hear(lower: TestHall, upper: TestHall, asked: Numbered) -> Outcome:
    return hear_request(lower.commander.desk, stream_of(upper), asked)


def standing(hub: TestHall, asked: Numbered) -> Asked:
    """The request as this hub knows it."""
    (known,) = asked_in(hub.store.history(asked.entry.subjects[1])).values()
    return known


def refusal(outcome: object) -> str:
    assert isinstance(outcome, Refusal)
    return outcome.code


def test_a_new_matter_becomes_a_report_that_a_person_accepts(levels: Levels) -> None:
    lower, upper = levels
    asked = ask(
        upper, Wish(to=stream_of(lower), title="核查沿河堆放物", what="联系13800001234", category="0602")
    )
    assert b"13800001234" not in asked.raw
    outcome = hear(lower, upper, asked)
    assert isinstance(outcome, Done)
    case = lower.case(outcome.incident)
    assert (case.state, case.channel, case.category) == ("reported", "department", "0602")
    assert case.what.startswith("核查沿河堆放物")
    # However often it comes: once.
    for _ in range(2):
        again = hear(lower, upper, asked)
        assert isinstance(again, AlreadyDone)
        assert again.incident == case.id
    assert len(lower.store.history(incident_subject(case.id))) == 2
    case = lower.do(case, "accept", actor("intake"), category="0602", place_confirmed=True, area="990101001")
    pass_up(lower, upper)
    (request,) = [n for n in upper.store.history(asked.entry.subjects[1]) if n.home]
    assert request.entry.kind == "request_received"
    assert incident_subject(case.id) in request.entry.subjects


def test_one_that_was_cut_short_goes_on_where_it_stopped(levels: Levels) -> None:
    lower, upper = levels
    asked = ask(upper, Wish(to=stream_of(lower), title="核查"))
    log, desk = lower.store, lower.commander.desk

    class Dying:
        """Power fails after the report and before the request is written down."""

        def __getattr__(self, name: str) -> object:
            return getattr(log, name)

        def append(self, drafts: list[object], **more: object) -> object:
            if drafts[0].kind == "request_received":  # type: ignore[attr-defined]
                raise KeyboardInterrupt
            return log.append(drafts, **more)  # type: ignore[arg-type]

    desk.log = Dying()  # type: ignore[assignment]
    with pytest.raises(KeyboardInterrupt):
        hear(lower, upper, asked)
    desk.log = log
    outcome = hear(lower, upper, asked)
    assert isinstance(outcome, Done)
    kinds = [n.entry.kind for n in log.read_after(0, 1_000)]
    assert kinds.count("report_received") == kinds.count("request_received") == 1


def test_what_is_accepted_becomes_an_instruction_on_its_case(levels: Levels) -> None:
    lower, upper = levels
    case = lower.register()
    pass_up(lower, upper)
    asked = ask(upper, Wish(to=stream_of(lower), title="今日修复", incident=case.id, due_at=DUE))
    assert isinstance(hear(lower, upper, asked), Done)
    # Until a person has answered it the case stands as it did.
    assert lower.case(case.id).overlays == ()
    assert standing(upper, asked).step == "sent"
    pass_up(lower, upper)
    assert standing(upper, asked).step == "arrived"
    desk, request = lower.commander.desk, standing(upper, asked).request
    assert refusal(answer_request(desk, request, True, "", actor("dispatcher"))) == "role_may_not"
    assert refusal(answer_request(desk, "another", True, "", LEAD)) == "no_such_request"
    first = answer_request(desk, request, True, "", LEAD)
    assert isinstance(first, Done)
    assert answer_request(desk, request, False, "不行", LEAD) == AlreadyDone(case.id, first.entries[0].gseq)
    assert "instructed" in lower.case(case.id).overlays
    *_, answered, moved = lower.store.history(incident_subject(case.id))
    assert (answered.entry.kind, moved.entry.kind) == ("request_answered", "case_moved")
    assert (answered.entry.actor, moved.entry.cause) == (LEAD.operator, answered.entry.eid)
    assert msgspec.json.decode(moved.entry.body)["form"] == {"text": "今日修复", "due": DUE}
    pass_up(lower, upper)
    assert standing(upper, asked).step == "accepted"
    (held,) = upper.store.reader().exec_driver_sql(STATE, (case.id,)).all()
    assert lower.store.reader().exec_driver_sql(STATE, (case.id,)).all() == [held]


def test_what_is_turned_down_leaves_its_case_alone_and_says_why(levels: Levels) -> None:
    lower, upper = levels
    case = lower.register()
    pass_up(lower, upper)
    asked = ask(upper, Wish(to=stream_of(lower), title="今日修复", incident=case.id))
    hear(lower, upper, asked)
    desk, request = lower.commander.desk, standing(lower, asked).request
    for reason, code in ((" ", "field_missing"), ("长" * 201, "field_long")):
        assert refusal(answer_request(desk, request, False, reason, LEAD)) == code
    assert isinstance(answer_request(desk, request, False, "联系13800001234", LEAD), Done)
    pass_up(lower, upper)
    above = standing(upper, asked)
    assert above.answer is not None
    assert (above.step, above.answered_by) == ("turned_down", LEAD.operator)
    assert "13800001234" not in above.answer.reason
    assert lower.case(case.id).overlays == ()


def test_a_closed_case_is_not_moved_by_a_yes(levels: Levels) -> None:
    lower, upper = levels
    closed = lower.register(category="1901")
    closed = lower.do(closed, "answered_at_once", actor("intake"), **lower.fill("answered_at_once", closed))
    pass_up(lower, upper)
    asked = ask(upper, Wish(to=stream_of(lower), title="请说明", incident=closed.id))
    hear(lower, upper, asked)
    answered = answer_request(lower.commander.desk, standing(lower, asked).request, True, "", LEAD)
    assert isinstance(answered, Done)
    assert [n.entry.kind for n in answered.entries] == ["request_answered"]
    assert lower.case(closed.id).overlays == closed.overlays


def test_who_may_ask_for_what(levels: Levels) -> None:
    lower, upper = levels
    desk, below = upper.commander.desk, stream_of(lower)
    mine, theirs = upper.register(), lower.register()
    pass_up(lower, upper)
    good = Wish(to=below, title="核查")
    assert refusal(make_request(desk, good, actor("dispatcher"))) == "role_may_not"
    for wrong, code in (
        (replace(good, to="nobody"), "no_such_hub"),
        (replace(good, to=stream_of(upper)), "no_such_hub"),
        (replace(good, title=" "), "field_missing"),
        (replace(good, title="长" * 61), "field_long"),
        (replace(good, category="9999"), "field_category"),
        (replace(good, incident=mine.id), "no_incident"),
        (replace(good, incident="nothing"), "no_incident"),
        (replace(good, due_at=-1), "field_time"),
    ):
        assert refusal(make_request(desk, wrong, LEAD)) == code
    once = replace(good, id="k1", incident=theirs.id)
    first = make_request(desk, once, LEAD)
    assert isinstance(first, Done)
    assert make_request(desk, once, LEAD) == AlreadyDone(theirs.id, first.entries[0].gseq)


def test_anothers_case_can_be_read_and_nothing_else(levels: Levels) -> None:
    lower, upper = levels
    case = lower.register()
    pass_up(lower, upper)
    desk = upper.commander.desk
    outcome = upper.try_(case, "mark_urgent", LEAD, reason="x")
    assert isinstance(outcome, Refusal)
    assert (outcome.code, outcome.params) == ("owned_elsewhere", {"hall": "演示区综治中心"})
    assert refusal(settle(desk, case.id, "x", "first", "r", LEAD)) == "owned_elsewhere"
    assert refusal(reached(desk, case.id, "x", "called", LEAD)) == "owned_elsewhere"
    assert case.reporter.phone is not None
    shown = reveal(desk, upper.store.vault, case.id, case.reporter.phone.ref, "call_back", actor("intake"))
    assert refusal(shown) == "at_home"
    assert refusal(upper.try_("nothing", "mark_urgent", LEAD, reason="x")) == "no_incident"


def test_what_is_no_request_is_refused_and_writes_nothing(levels: Levels) -> None:
    lower, upper = levels
    report = upper.store.history(incident_subject(upper.register().id))[0]
    before = lower.store.head()
    assert refusal(hear(lower, upper, report)) == "not_understood"
    assert lower.store.head() == before
