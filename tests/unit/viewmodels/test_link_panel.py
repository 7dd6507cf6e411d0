"""The link panel and the three levels, on a desk with a real log of its own and a real hub."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from app.base.clock import MINUTE_MS
from app.sync.status import LinkStatus, reached_above
from app.viewmodels import link_panel
from app.viewmodels.case import CaseModel
from app.viewmodels.context import Context
from app.viewmodels.link import LinkModel
from app.viewmodels.link_panel import LinkPanelModel
from app.viewmodels.outcomes import said
from app.viewmodels.timeline import LifeLine
from tests.helpers.glass import Line, glass
from tests.helpers.halls import actor, hall
from tests.helpers.two_desks import two_desks


def test_a_pc_that_stands_alone_has_one_level(tmp_path: Path) -> None:
    with hall(tmp_path) as test:
        context = glass(test)
        view, state = LinkPanelModel(context).view(), LinkModel(context).state()
        assert (view.phase, view.severity, view.waiting) == ("本机独立运行", "in_time", ())
        assert [level.count for level in view.levels][1:] == ["—", "—"]
        assert (state.level, state.saved, state.clock) == ("一级确认：已落盘", "已存本机", "")


def test_what_waits_is_listed_and_goes_up_a_level_when_it_is_numbered(tmp_path: Path) -> None:
    with two_desks(tmp_path) as two:
        desk = two.first
        line = Line(two.status(desk, "cut_off"))
        context = glass(desk, link=line)
        case = desk.register()
        line.status = two.status(desk, "cut_off")
        view, model = LinkPanelModel(context).view(), CaseModel(context)
        assert model.open(case.id)
        assert [each.text for each in view.waiting] == ["B1001 · 登记：电话"]
        assert view.levels[0].note == "其中 1 条待送，最早 09:00"
        shown = model.view()
        assert shown is not None
        assert [each.level for each in shown.life] == ["仅存本机"]
        assert shown.life_note == "全部 1 · 1 条仅存本机"
        assert LinkModel(context).state().saved == "已存本机，未送达 1 条"

        two.meet()
        line.status = two.status(desk)
        assert LinkPanelModel(context).view().waiting == ()
        assert [each.level for each in _life(context, case.id)] == ["中心已收"]
        assert LinkModel(context).state().level == "二级确认：中心已收"

        line.status = two.status(desk, upper_gseq=two.hub.store.head().gseq)
        assert [each.level for each in _life(context, case.id)] == ["上级已收"]
        assert LinkModel(context).state().level == "三级确认：上级已收"


def test_no_upper_hub_and_one_not_reached_are_two_things(tmp_path: Path) -> None:
    with two_desks(tmp_path) as two:
        desk = two.first
        told = {}
        for upper in (reached_above(None), reached_above(0), reached_above(1)):
            context = glass(desk, link=Line(two.status(desk, upper_gseq=upper)))
            level = LinkPanelModel(context).view().levels[2]
            told[upper] = (level.count, level.note, level.severity)
            assert (LinkModel(context).state().level == "三级确认：上级已收") is (
                upper >= two.status(desk).gseq
            )
        assert told[0] == ("—", "没有上级中心", "")
        assert told[-1] == ("—", "有上级中心，尚未连上，或其记录对不上", "due_soon")
        assert told[1][0] == "1"


def _life(context: Context, incident: str) -> tuple[LifeLine, ...]:
    model = CaseModel(context)
    assert model.open(incident)
    view = model.view()
    assert view is not None
    return view.life


def test_an_action_says_how_safe_it_is(tmp_path: Path) -> None:
    with two_desks(tmp_path) as two:
        desk = two.first
        case = desk.register()
        outcome = desk.try_(case, "accept", actor("intake"), category="0602", place_confirmed=True)
        cut = glass(desk, link=Line(two.status(desk, "cut_off")))
        live = glass(desk, link=Line(two.status(desk)))
        assert said(cut, outcome, "accept").text == "已存本机 ✓ 受理 B1001（等待中心收到）"
        assert said(live, outcome, "accept").text == "已存本机 ✓ 受理 B1001（正在送中心）"


@pytest.mark.parametrize(
    ("status", "phase", "severity"),
    [
        (LinkStatus("connecting"), "正在连接中心", "due_soon"),
        (LinkStatus("catching_up", gseq=40, hub_gseq=100), "正在补齐，还差 60 条", "due_soon"),
        (LinkStatus("live"), "已连中心", "in_time"),
        (LinkStatus("cut_off"), "与中心断开", "overdue"),
        (LinkStatus("refused", trouble="revoked"), "中心拒绝连接", "overdue"),
        (LinkStatus("live", trouble="digest_differs"), "已连中心", "overdue"),
    ],
)
def test_every_phase_has_words_and_a_light(
    tmp_path: Path, status: LinkStatus, phase: str, severity: str
) -> None:
    with hall(tmp_path) as test:
        view = LinkPanelModel(glass(test, link=Line(status))).view()
        assert (view.phase, view.severity) == (phase, severity)
        assert view.progress == (0.4 if status.phase == "catching_up" else None)
        assert bool(view.trouble) == bool(status.trouble)
        assert status.trouble not in view.trouble or not status.trouble


def test_a_trouble_of_a_newer_hub_is_named_by_its_code(tmp_path: Path) -> None:
    with hall(tmp_path) as test:
        view = LinkPanelModel(glass(test, link=Line(LinkStatus("refused", trouble="moon")))).view()
        assert view.trouble == "原因 moon"


def test_the_time_of_a_cut_counts_on_and_is_told(tmp_path: Path) -> None:
    with hall(tmp_path) as test:
        line = Line(LinkStatus("cut_off", since=test.clock.now()))
        context = glass(test, link=line)
        model, heard = LinkModel(context), list[str]()
        model.changed.connect(lambda _keys: heard.append(model.state().where))
        test.time.advance(MINUTE_MS)
        context.pulse.beat()
        test.time.advance(30)
        context.pulse.beat()
        assert heard == ["与中心断开 1分0秒"]
        line.status = LinkStatus("live")
        context.pulse.link_moved()
        context.pulse.beat()
        assert heard[1:] == ["已连中心"]


def test_the_clock_says_what_it_is_worth(tmp_path: Path) -> None:
    with hall(tmp_path) as test:
        line = Line()
        context = glass(test, link=line)
        live = LinkStatus("live")
        for status, words in (
            (live, "与中心一致"),
            (msgspec.structs.replace(live, clock_off_ms=90_000), "本机慢 1分30秒，时限按中心时间"),
            (msgspec.structs.replace(live, clock_off_ms=-90_000), "本机快 1分30秒，时限按中心时间"),
            (msgspec.structs.replace(live, clock_verified=False), "时间未经核对"),
        ):
            line.status = status
            facts = {fact.id: fact.value for fact in LinkPanelModel(context).view().facts}
            assert facts["clock"] == words
        assert LinkModel(context).state().clock == "时间未经核对"


def test_a_long_list_of_what_waits_ends_in_a_number(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(link_panel, "WAITING_SHOWN", 2)
    with two_desks(tmp_path) as two:
        for _ in range(5):
            two.first.register()
        view = LinkPanelModel(glass(two.first, link=Line(two.status(two.first, "cut_off")))).view()
        assert len(view.waiting) == 2
        assert view.waiting_note == "另有 3 条未列"
