"""What a console shows of its line: the foot of the window, the link panel, marks on what waits."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from tests.helpers.desk import Desk, desk
from tests.helpers.fingers import Fingers
from tests.helpers.two_desks import TwoDesks, two_desks
from tests.helpers.wall import said


@pytest.fixture
def two(tmp_path: Path) -> Iterator[TwoDesks]:
    with two_desks(tmp_path) as made:
        yield made


@pytest.fixture
def cut_off(qtbot: QtBot, two: TwoDesks) -> Iterator[Desk]:
    """A desk without its hub."""
    with desk(two.first) as made:
        made.open(qtbot)
        made.line(two.status(two.first, "cut_off"))
        yield made


def foot(at: Desk) -> str:
    return at.window.face.status.bar.accessibleDescription()


def test_an_action_waits_and_goes_up_when_the_hub_has_it(cut_off: Desk, two: TwoDesks) -> None:
    case = cut_off.hall.register()
    hands = Fingers(cut_off.window)
    cut_off.show(case)
    hands.press("A", "Return")
    cut_off.settle()
    assert "等待中心收到" in cut_off.toast
    cut_off.line(two.status(two.first, "cut_off"))
    assert "未送达 2 条" in foot(cut_off)
    case_panel = cut_off.window.face.case
    assert "仅存本机" in said(case_panel)
    cut_off.window.show_queue("open")
    board = cut_off.window.models.board
    assert board.line(0).mark == "待送"
    assert cut_off.window.models.queues.counts()["waiting"] == 1

    two.meet()
    cut_off.line(two.status(two.first))
    assert "仅存本机" not in said(case_panel)
    assert "中心已收" in said(case_panel)
    assert board.line(0).mark == ""
    assert "二级确认" in foot(cut_off)


def test_the_panel_opens_by_key_and_goes_by_esc(cut_off: Desk, two: TwoDesks) -> None:
    hands = Fingers(cut_off.window)
    cut_off.hall.register()
    cut_off.line(two.status(two.first, "cut_off"))
    hands.press("F6")
    face = cut_off.window.face
    assert face.right.currentWidget() is face.link
    words = said(face.link)
    for part in ("与中心断开", "三级 · 上级已收", "登记：电话", "其中 1 条待送"):
        assert part in words
    hands.press("Esc")
    assert face.right.currentWidget() is face.case


def test_the_foot_of_the_window_leads_to_the_panel(cut_off: Desk) -> None:
    cut_off.window.face.status.bar.activated.emit("link")
    assert cut_off.window.face.right.currentWidget() is cut_off.window.face.link


def test_catching_up_shows_how_far(cut_off: Desk, two: TwoDesks) -> None:
    cut_off.line(two.status(two.first, "catching_up", gseq=30, hub_gseq=40))
    Fingers(cut_off.window).press("F6")
    bar = cut_off.window.face.link._bar
    assert bar.isVisible()
    assert bar.share == 0.75


def test_an_unverified_time_stands_at_the_foot(cut_off: Desk, two: TwoDesks) -> None:
    cut_off.line(two.status(two.first, "cut_off", clock_verified=False))
    assert "时间未经核对" in foot(cut_off)
    cut_off.line(two.status(two.first))
    assert "时间未经核对" not in foot(cut_off)
