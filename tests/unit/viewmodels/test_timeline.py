"""A case's life in words."""

from __future__ import annotations

from pathlib import Path

from app.commands.command import Done
from app.commands.tokens import issue_token, revoke_token
from app.domain.actor import CENTRE_UNIT
from app.domain.devices import TokenIssued
from app.viewmodels.timeline import life
from tests.helpers.glass import glass
from tests.helpers.halls import TestHall, actor, hall
from tests.helpers.scenes import fill_hall, people


def lines(at: TestHall, incident: str, language: str = "zh") -> list[tuple[str, str, str]]:
    context = glass(at, language=language)
    return [(line.text, line.note, line.weight) for line in life(context, context.reading.entries(incident))]


def test_newest_first_with_who_and_what_was_said(tmp_path: Path) -> None:
    with hall(tmp_path / "h") as at:
        case = at.dispatched("SZ", ("CG",))
        at.do(case, "first_contact", actor("dispatcher"), means="phone", what_was_said="周三来修")
        found = lines(at, case.id)
        assert found[0][0] == "首次联系（工单 01）"
        assert found[0][1].startswith("派遣员")
        assert "电话" in found[0][1]
        assert found[1][0] == "派遣：市政养护公司 主办、城市管理和综合执法局 协办"
        assert found[-1][:2] == ("登记：电话", "受理员")


def test_what_was_personal_stays_masked(tmp_path: Path) -> None:
    with hall(tmp_path / "h") as at:
        case = at.dispatched("SZ")
        said = "联系 13912345678,已约好"
        at.do(case, "first_contact", actor("dispatcher"), means="phone", what_was_said=said)
        assert not any("13912345678" in note for _, note, _ in lines(at, case.id))


def test_turns_are_marked(tmp_path: Path) -> None:
    with hall(tmp_path / "h") as at:
        case = at.dispatched("SZ")
        at.do(case, "recall", actor("dispatcher"), reason="派错了", units_told=True)
        assert lines(at, case.id)[0][2] == "turn"


def test_every_entry_of_a_busy_hall_reads_in_both_languages(tmp_path: Path) -> None:
    with hall(tmp_path / "h") as at:
        people(at)
        for case in fill_hall(at, cases=16):
            for language in ("zh", "en"):
                for text, note, _ in lines(at, case.id, language):
                    assert text
                    assert "{" not in text + note


def test_a_program_goes_by_the_name_of_its_token(tmp_path: Path) -> None:
    with hall(tmp_path / "h") as at:
        desk = at.commander.desk
        issued = TokenIssued("t1", "hotline", "intake", CENTRE_UNIT)
        assert isinstance(issue_token(desk, issued, actor("admin")), Done)
        case = at.dispatched("SZ")
        assert isinstance(at.try_(case, "urge", actor("supervisor", operator="token:t1")), Done)
        assert lines(at, case.id)[0][1].startswith("程序 hotline")
        assert lines(at, case.id, "en")[0][1].startswith("Program hotline")
        assert isinstance(revoke_token(desk, "t1", "over", actor("admin")), Done)
        assert lines(at, case.id)[0][1] == "程序"
