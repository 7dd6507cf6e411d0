"""What the report form suggests and sends."""

from __future__ import annotations

from pathlib import Path

from app.base.clock import DAY_MS
from app.commands.command import AlreadyDone, Done
from app.domain.refusal import Refusal
from app.viewmodels.report_form import ReportFormModel, Typed
from tests.helpers.glass import glass
from tests.helpers.halls import actor, hall


def test_areas_are_found_by_name_initials_and_code_widest_first(tmp_path: Path) -> None:
    with hall(tmp_path / "h") as at:
        model = ReportFormModel(glass(at, actor("intake")))
        assert [a.name for a in model.areas("")][:2] == ["滨河街道", "江畔街道"]
        assert [a.id for a in model.areas("yj")] == ["990101001001", "990101001001001"]
        assert [a.id for a in model.areas("990101002")] == ["990101002"]
        assert model.areas("云锦一")[0].note == "滨河街道 › 云锦社区"
        assert "990101" not in {a.id for a in model.every_area()}


def test_the_language_changes_the_names(tmp_path: Path) -> None:
    with hall(tmp_path / "h") as at:
        model = ReportFormModel(glass(at, actor("intake"), "en"))
        assert model.areas("yun")[0].name == "Yunjin Community"
        assert [c.name for c in model.channels()][:2] == ["Phone", "Service window"]


def test_channels_of_machines_are_not_taken_down_by_hand(tmp_path: Path) -> None:
    with hall(tmp_path / "h") as at:
        listed = {c.id for c in ReportFormModel(glass(at, actor("intake"))).channels()}
        assert "phone" in listed
        assert not listed & {"sensor", "video", "warning"}


def test_near_cases_are_offered_the_nearest_first(tmp_path: Path) -> None:
    with hall(tmp_path / "h") as at:
        near = at.register(what="滨河路118号门前路灯不亮三天了")
        nearest = at.register(what="滨河路118号门前路灯不亮")
        at.register(what="下水道堵塞", category="0503")
        closed = at.register(what="滨河路118号门前路灯不亮")
        at.do(closed, "withdraw", actor("intake"), how_reporter_said_so="电话")
        model = ReportFormModel(glass(at, actor("intake")))
        found = model.duplicates(Typed(what="滨河路118号门前路灯不亮了"))
        assert [each.incident for each in found] == [nearest.id, near.id]
        assert (found[0].code, found[0].state) == ("A1002", "上报")
        at.time.advance(8 * DAY_MS)
        assert model.duplicates(Typed(what="滨河路118号门前路灯不亮了")) == ()


def test_a_report_is_sent_once_by_its_id(tmp_path: Path) -> None:
    with hall(tmp_path / "h") as at:
        model = ReportFormModel(glass(at, actor("intake")))
        once = model.form_id()
        typed = Typed(what="路灯不亮", reporter_phone="13912345678", urgent=True)
        first = model.send(typed, once).result()
        assert isinstance(first, Done)
        assert isinstance(model.send(typed, once).result(), AlreadyDone)
        case = at.case(first.incident)
        assert case.urgent
        joined = model.send(typed, model.form_id(), joins=case.id).result()
        assert isinstance(joined, Done)
        assert len(at.case(case.id).reports) == 2


def test_only_roles_that_register_may(tmp_path: Path) -> None:
    with hall(tmp_path / "h") as at:
        assert ReportFormModel(glass(at, actor("intake"))).may_register()
        other = ReportFormModel(glass(at, actor("callback")))
        assert not other.may_register()
        assert isinstance(other.send(Typed(what="x"), "id").result(), Refusal)
