"""Outcomes, refusals, seats and codes in words."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.base.clock import DAY_MS
from app.base.errors import WorldError
from app.commands.command import AlreadyDone, Command
from app.commands.refused import RefusedError
from app.domain.actor import Actor
from app.domain.label import Label
from app.domain.refusal import Refusal
from app.viewmodels.codes import said_code
from app.viewmodels.outcomes import failure_words, said
from app.viewmodels.refusals import refusal_words
from app.viewmodels.seat import Seat, seat_words, sitter_words
from tests.helpers.glass import glass
from tests.helpers.halls import MONDAY_9, actor, hall
from tests.helpers.scenes import grant


def test_what_is_saved_is_said_with_its_level(tmp_path: Path) -> None:
    with hall(tmp_path / "h") as at:
        context = glass(at, actor("intake"))
        case = at.register()
        form = {"category": "0602", "place_confirmed": True}
        outcome = at.commander.submit(Command(action="accept", incident=case.id, form=form), actor("intake"))
        words = said(context, outcome, "accept")
        assert (words.done, words.severity, words.incident) == (True, "in_time", case.id)
        assert words.text == "已存本机 ✓ 受理 A1001（一级确认：已落盘）"


def test_what_waits_for_a_second_person_says_so(tmp_path: Path) -> None:
    with hall(tmp_path / "h") as at:
        case = at.register()
        form = {"reason_code": "no_matter", "channel_advice": "无"}
        outcome = at.commander.submit(Command(action="reject", incident=case.id, form=form), actor("intake"))
        assert "等待第二人同意" in said(glass(at), outcome, "reject").text


def test_a_repeat_and_a_refusal(tmp_path: Path) -> None:
    with hall(tmp_path / "h") as at:
        context = glass(at)
        assert said(context, AlreadyDone("case", 7), "sign").done
        refused = said(context, Refusal("field_missing", "parts.what"), "split")
        assert (refused.done, refused.field, refused.severity) == (False, "parts", "overdue")
        assert refused.text == "“拆分出的事项”必须填写。"


@pytest.mark.parametrize(
    ("refusal", "words"),
    [
        (
            Refusal("role_may_not", params={"role": "intake", "action": "dispatch"}),
            "“受理员”不能办理“派遣”。",
        ),
        (
            Refusal("wrong_state", params={"state": "filed", "action": "sign"}),
            "事项处于“立案”，不能办理“签收”。",
        ),
        (Refusal("other_units_order", params={"unit": "SZ"}), "这是其他单位的工单，市政养护公司 不能办理。"),
        (Refusal("guard", words=Label("不行", "No")), "不行"),
        (Refusal("from_the_future"), "没有办理（from_the_future）。"),
    ],
)
def test_refusals_name_things_and_never_a_bare_code(tmp_path: Path, refusal: Refusal, words: str) -> None:
    with hall(tmp_path / "h") as at:
        assert refusal_words(glass(at), refusal) == words


def test_errors_in_words(tmp_path: Path) -> None:
    with hall(tmp_path / "h") as at:
        context = glass(at)
        assert failure_words(context, RefusedError(Refusal("erased"))) == context.text("refusal.erased")
        full = WorldError("disk_full", path="/data")
        assert failure_words(context, full) == context.language.error(full)
        assert failure_words(context, ZeroDivisionError()) == context.text("done.failed")


def test_codes_of_today_are_short() -> None:
    code = "990101-20260309-P-A1042-7"
    assert said_code(code, MONDAY_9) == "A1042"
    assert said_code(code, MONDAY_9 + DAY_MS) == "0309 A1042"
    assert said_code(code, MONDAY_9 + 365 * DAY_MS) == "20260309 A1042"
    assert said_code("odd", MONDAY_9) == "odd"


def test_a_seat_changes_hands(tmp_path: Path) -> None:
    with hall(tmp_path / "h") as at:
        grant(at, "op-sz", Label("市政承办席", "Works desk"), "handler", "SZ")
        context = glass(at)
        seat = Seat(context.reading, "A1", "s1")
        told: list[object] = []
        seat.changed.connect(told.append)
        assert seat.actor() == Actor("", "", "")
        assert seat.sit_first("handler")
        assert seat.sit("op-sz/handler")
        assert not seat.sit("op-sz/leader")
        assert seat.actor() == Actor("op-sz", "handler", "SZ", "A1", "s1")
        assert len(told) == 2
        named = {each.id: each for each in sitter_words(context, seat)}
        assert named["op-sz/handler"].name == "市政承办席 · 承办员（部门、街道）"
        assert named["op-sz/handler"].note == "市政养护公司"
        assert named["op-intake-ZZZX/intake"].name == "受理员"


def test_the_strip_says_who_sits_here(tmp_path: Path) -> None:
    with hall(tmp_path / "h") as at:
        assert seat_words(glass(at, Actor("op-intake-ZZZX", "intake"))) == "受理员"
        assert seat_words(glass(at, Actor("nobody", "intake"))) == "无人在岗"
