"""One case in words, its actions, and personal data shown for a minute."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.base.clock import MINUTE_MS
from app.commands.command import AlreadyDone, Done
from app.domain.refusal import Refusal
from app.viewmodels.case import SHOWN_MS, CaseModel
from app.viewmodels.case_view import CaseView
from tests.helpers.glass import glass
from tests.helpers.halls import TestHall, actor, hall


def shown(at: TestHall, incident: str, role: str = "dispatcher", unit: str = "ZZZX") -> CaseModel:
    model = CaseModel(glass(at, actor(role, unit)))
    assert model.open(incident)
    return model


def view(model: CaseModel) -> CaseView:
    found = model.view()
    assert found is not None
    return found


def fact(found: CaseView, label: str) -> str:
    return next(each.value for each in found.facts if each.label == label)


def test_nothing_is_shown_before_a_case_is_open(tmp_path: Path) -> None:
    with hall(tmp_path / "h") as at:
        model = CaseModel(glass(at))
        assert model.view() is None
        assert not model.open("nobody")
        assert model.clocks() == ()
        assert model.reveal_form() == ()


def test_the_summary(tmp_path: Path) -> None:
    with hall(tmp_path / "h") as at:
        case = at.register(address="滨河路118号", reporter_phone="13912345678", urgent=True)
        found = view(shown(at, case.id))
        assert (found.title, found.urgency, found.status) == ("滨河路118号门前路灯不亮", "紧急", "上报")
        assert fact(found, "地点") == "滨河街道 云锦社区 滨河路118号"
        assert fact(found, "类别") == "0602 路灯不亮 · U1"
        assert fact(found, "电话") == "139****5678"
        assert [line.text for line in found.life] == ["登记：电话"]


def test_flags_repeats_and_results_are_said(tmp_path: Path) -> None:
    with hall(tmp_path / "h") as at:
        case = at.register()
        at.register(joins=case.id)
        at.do(case, "urge", actor("supervisor"))
        found = view(shown(at, case.id))
        assert found.status == "上报 · 催办"
        assert fact(found, "来源") == "电话，另 1 次重复"
        at.do(case, "withdraw", actor("intake"), how_reporter_said_so="电话")
        assert view(shown(at, case.id)).status == "结案 · 诉求撤回 · 催办"


def test_orders_say_who_as_what_and_how_they_stand(tmp_path: Path) -> None:
    with hall(tmp_path / "h") as at:
        case = at.dispatched("SZ", ("CG",))
        at.do(case, "sign", actor("handler", "CG"))
        at.do(case, "recall", actor("dispatcher"), order=case.orders[1].code, reason="错", units_told=True)
        lines = view(shown(at, case.id)).orders
        assert [(line.unit, line.role, line.text, line.ended) for line in lines] == [
            ("市政养护公司", "主办", "待签收", False),
            ("城市管理和综合执法局", "协办", "已撤回 · 待确认撤回", True),
        ]


def test_merged_cases_name_each_other(tmp_path: Path) -> None:
    with hall(tmp_path / "h") as at:
        master, case = at.register(), at.register(what="又一件")
        at.do(case, "merge", actor("dispatcher"), master_id=master.id)
        assert fact(view(shown(at, case.id)), "已并入") == "A1001"
        assert fact(view(shown(at, master.id)), "并入的事件") == "A1002"


def test_the_way_back_is_the_rules_own(tmp_path: Path) -> None:
    with hall(tmp_path / "h") as at:
        master, case = at.register(), at.register(what="又一件")
        case = at.do(case, "merge", actor("dispatcher"), master_id=master.id)
        model = shown(at, case.id)
        back = model.way_back("merge")
        assert back is not None
        assert back.id == "unmerge"
        assert shown(at, case.id, "intake").way_back("merge") is None
        assert shown(at, master.id).way_back("accept") is None


def test_a_command_sent_twice_is_written_once(tmp_path: Path) -> None:
    with hall(tmp_path / "h") as at:
        case = at.dispatched("SZ")
        model = shown(at, case.id, "handler", "SZ")
        sign = next(line for line in view(model).actions if line.id == "sign")
        once = model.command_id()
        assert isinstance(model.take(sign, {}, once).result(), Done)
        assert isinstance(model.take(sign, {}, once).result(), AlreadyDone)
        assert isinstance(model.take(sign, {}, model.command_id()).result(), Refusal)


def test_news_of_this_case_are_shown_and_of_others_not(tmp_path: Path) -> None:
    with hall(tmp_path / "h") as at:
        case, other = at.register(), at.register(what="又一件")
        context = glass(at, actor("intake"))
        context.pulse.beat()
        model = CaseModel(context)
        model.open(case.id)
        told: list[object] = []
        model.changed.connect(told.append)
        at.do(other, "accept", actor("intake"), category="0602", place_confirmed=True)
        context.pulse.beat()
        assert told == []
        at.do(case, "accept", actor("intake"), category="0602", place_confirmed=True)
        context.pulse.beat()
        assert told
        assert view(model).status == "受理"


def test_clear_text_goes_after_its_minute_and_with_the_case(tmp_path: Path) -> None:
    with hall(tmp_path / "h") as at:
        case = at.register(reporter_phone="13912345678")
        context = glass(at, actor("intake"))
        model = CaseModel(context)
        model.open(case.id)
        ref = next(each.ref for each in view(model).facts if each.field == "phone")
        context.pulse.beat()
        model.show_clear(case.id, ref, "13912345678")
        assert fact(view(model), "电话") == "13912345678"
        assert model.left_ms() == SHOWN_MS
        at.time.advance(SHOWN_MS - 1_000)
        context.pulse.beat()
        assert fact(view(model), "电话") == "13912345678"
        at.time.advance(1_000)
        context.pulse.beat()
        assert fact(view(model), "电话") == "139****5678"
        assert model.left_ms() == 0
        model.show_clear("another", ref, "13912345678")
        assert fact(view(model), "电话") == "139****5678"


def test_the_reveal_form_offers_what_is_masked_the_number_first(tmp_path: Path) -> None:
    with hall(tmp_path / "h") as at:
        case = at.register(reporter_phone="13912345678", reporter_name="王芳", flat="301")
        model = shown(at, case.id, "intake")
        what, why = model.reveal_form()
        assert [option.label for option in what.options] == ["诉求人", "电话", "门牌室号"]
        assert what.value == next(o.id for o in what.options if o.label == "电话")
        assert why.value in {option.id for option in why.options}


def test_deadlines_add_up_and_their_titles_count_down(tmp_path: Path) -> None:
    with hall(tmp_path / "h") as at:
        case = at.register()
        model = shown(at, case.id, "intake")
        deadline = view(model).deadlines[0]
        assert deadline.title == "受理时限 剩 15分0秒"
        assert [line.right for line in deadline.lines] == ["", "0:15:00", "03-09 09:15:00"]
        assert deadline.lines[-1].total
        at.time.advance(MINUTE_MS)
        assert model.clocks()[0] == ("in_time", "受理时限 剩 14分0秒")


def test_a_finished_case_has_no_deadlines(tmp_path: Path) -> None:
    with hall(tmp_path / "h") as at:
        case = at.register()
        at.do(case, "withdraw", actor("intake"), how_reporter_said_so="电话")
        found = view(shown(at, case.id))
        assert (found.light, found.deadlines) == ("none", ())


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_deadline_of_every_state_explains_itself(tmp_path: Path, language: str) -> None:
    from tests.helpers.scenes import fill_hall, people

    with hall(tmp_path / "h") as at:
        people(at)
        cases = fill_hall(at, cases=32)
        model = CaseModel(glass(at, actor("shift_lead"), language))
        seen = 0
        for case in cases:
            model.open(case.id)
            found = view(model)
            assert found.life
            assert len(model.clocks()) == len(found.deadlines) or not found.deadlines
            for deadline in found.deadlines:
                assert deadline.lines[-1].total
                assert all(line.text for line in deadline.lines)
                seen += 1
        assert seen > 30
