"""What a role is offered is what it may do, the likely first: an offer that needs no form is accepted."""

from __future__ import annotations

from pathlib import Path

from app.commands.command import Done
from app.domain.actor import Actor
from app.domain.incident import Incident
from app.domain.options import Option, confirmable, options
from tests.helpers.halls import TestHall, actor, hall


def offered(at: TestHall, case: Incident, by: Actor) -> tuple[Option, ...]:
    desk = at.commander.desk
    return options(desk.book(), case, by, desk.hall.areas, at.clock.now())


def names(found: tuple[Option, ...]) -> list[str]:
    return [option.transition.action for option in found if option.refusal is None]


def test_the_likely_step_comes_first(tmp_path: Path) -> None:
    with hall(tmp_path / "h") as at:
        case = at.register()
        assert names(offered(at, case, actor("intake")))[0] == "accept"
        case = at.do(case, "accept", actor("intake"), category="0602", place_confirmed=True)
        assert names(offered(at, case, actor("dispatcher")))[0] == "file"
        case = at.do(case, "file", actor("dispatcher"), **at.fill("file", case))
        assert names(offered(at, case, actor("dispatcher")))[0] == "dispatch"
        case = at.do(case, "dispatch", actor("dispatcher"), lead_department="SZ")
        assert names(offered(at, case, actor("handler", "SZ")))[0] == "sign"


def test_a_category_without_a_quick_answer_puts_it_behind(tmp_path: Path) -> None:
    with hall(tmp_path / "h") as at:
        found = names(offered(at, at.register(), actor("intake")))
        assert found.index("answered_at_once") > found.index("merge")


def test_what_was_done_already_comes_behind(tmp_path: Path) -> None:
    with hall(tmp_path / "h") as at:
        case = at.dispatched("SZ")
        case = at.do(case, "sign", actor("handler", "SZ"))
        handler = actor("handler", "SZ")
        assert "first_contact" in names(offered(at, case, handler))[:2]
        case = at.do(case, "first_contact", handler, means="phone", what_was_said="明天来修")
        found = names(offered(at, case, handler))
        assert found.index("first_contact") > found.index("progress")


def test_the_centre_is_offered_each_units_order_and_a_unit_its_own(tmp_path: Path) -> None:
    with hall(tmp_path / "h") as at:
        case = at.dispatched("SZ", ("CG",))
        recalls = [o for o in offered(at, case, actor("dispatcher")) if o.transition.action == "recall"]
        assert [o.order[-2:] for o in recalls] == ["01", "02"]
        signs = [o for o in offered(at, case, actor("handler", "CG")) if o.transition.action == "sign"]
        assert [o.order[-2:] for o in signs] == ["02"]
        assert names(offered(at, case, actor("handler", "HW"))) == []


def test_what_a_guard_forbids_stands_last_with_its_words(tmp_path: Path) -> None:
    with hall(tmp_path / "h") as at:
        found = offered(at, at.register(urgent=True), actor("intake"))
        refused = [option for option in found if option.refusal is not None]
        assert refused
        assert found[-len(refused) :] == tuple(refused)
        assert all(option.refusal is not None and option.refusal.words for option in refused)


def test_undoing_a_merge_is_offered(tmp_path: Path) -> None:
    with hall(tmp_path / "h") as at:
        master, case = at.register(), at.register(what="又一件")
        case = at.do(case, "merge", actor("dispatcher"), master_id=master.id)
        assert "unmerge" in names(offered(at, case, actor("dispatcher")))


def test_a_request_is_confirmed_by_another_person_with_the_right(tmp_path: Path) -> None:
    with hall(tmp_path / "h") as at:
        case = at.register()
        case = at.do(case, "reject", actor("intake"), reason_code="no_matter", channel_advice="无")
        book = at.commander.desk.book()
        assert [p.action for p in confirmable(book, case, actor("shift_lead"))] == ["reject"]
        assert confirmable(book, case, actor("intake")) == ()
        assert confirmable(book, case, actor("supervisor")) == ()


def test_every_offer_that_asks_for_nothing_is_accepted(tmp_path: Path) -> None:
    with hall(tmp_path / "h") as at:
        tried = set()
        for role, unit in (("handler", "SZ"), ("shift_lead", "ZZZX"), ("supervisor", "ZZZX")):
            for option in offered(at, at.dispatched("SZ"), actor(role, unit)):
                if option.refusal is None and not any(f.required for f in option.transition.fields):
                    case = at.dispatched("SZ")
                    outcome = at.try_(case, option.transition.action, actor(role, unit))
                    assert isinstance(outcome, Done), (role, option.transition.action, outcome)
                    tried.add(option.transition.action)
        assert tried >= {"sign", "urge"}


def test_a_promise_is_kept_only_where_one_was_made(tmp_path: Path) -> None:
    with hall(tmp_path / "h") as at:
        case = at.register()
        assert "promise_kept" not in names(offered(at, case, actor("intake")))
        case = at.do(case, "promise_callback", actor("intake"), **at.fill("promise_callback", case))
        assert "promise_kept" in names(offered(at, case, actor("intake")))
