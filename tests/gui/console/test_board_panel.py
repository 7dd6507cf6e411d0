"""The board at the console: what is painted again each second, what fits, and how it is sorted."""

from __future__ import annotations

import pytest

from app.base.clock import MINUTE_MS, SECOND_MS
from tests.helpers.desk import Desk
from tests.helpers.fingers import Fingers
from tests.helpers.scenes import fill_hall


def columns(at: Desk) -> list[str]:
    table = at.window.face.board.table
    return [column.id for column in table.model().columns]


def test_each_second_only_the_countdowns_are_painted_again(
    at_desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    at_desk.hall.register()
    at_desk.settle()
    at_desk.window.show_queue("open")
    at_desk.tick(SECOND_MS)
    table = at_desk.window.face.board.table
    painted: list[object] = []
    monkeypatch.setattr(table, "refresh_column", painted.append)
    monkeypatch.setattr(table, "refresh_rows", lambda: painted.append("rows"))
    at_desk.tick(SECOND_MS)
    assert painted == [columns(at_desk).index("timer")]


def test_a_light_that_turns_is_painted_too(at_desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    case = at_desk.hall.register()
    at_desk.settle()
    at_desk.window.show_queue("open")
    at_desk.tick(SECOND_MS)
    board = at_desk.window.models.board
    before = board.line(0).light
    repainted: list[str] = []
    monkeypatch.setattr(at_desk.window.face.board.table, "refresh_rows", lambda: repainted.append("rows"))
    for _ in range(14):
        at_desk.tick(MINUTE_MS)
        if board.line(0).light != before:
            break
    assert (before, board.line(0).light) == ("in_time", "due_soon")
    assert repainted == ["rows"]
    assert board.line(0).incident == case.id


def test_what_falls_due_comes_to_the_top(at_desk: Desk) -> None:
    first = at_desk.hall.register(what="先来的")
    at_desk.hall.do(first, "accept", at_desk.as_role("intake"), category="0602", place_confirmed=True)
    second = at_desk.hall.register(what="后来的")
    at_desk.settle()
    at_desk.window.show_queue("open")
    board = at_desk.window.models.board
    order = [str(board.key(place)) for place in range(2)]
    for _ in range(40):
        at_desk.tick(MINUTE_MS)
    after = [str(board.key(place)) for place in range(2)]
    assert {first.id, second.id} == set(order) == set(after)
    assert board.line(0).light == "overdue"


def test_columns_give_way_where_there_is_no_room(at_desk: Desk) -> None:
    fill_hall(at_desk.hall, cases=16)
    at_desk.settle()
    wide = columns(at_desk)
    assert wide == ["light", "code", "title", "place", "state", "unit", "timer", "channel"]
    at_desk.window.resize(1280, 800)
    at_desk.settle()
    narrow = columns(at_desk)
    assert set(narrow) < set(wide)
    assert {"light", "code", "title", "timer"} <= set(narrow)
    at_desk.window.resize(1920, 1080)
    at_desk.settle()
    assert columns(at_desk) == wide


def test_the_choice_stays_when_columns_go(at_desk: Desk, hands: Fingers) -> None:
    cases = fill_hall(at_desk.hall, cases=8)
    at_desk.settle()
    at_desk.window.show_queue("all")
    at_desk.show(cases[3])
    at_desk.window.resize(1280, 800)
    at_desk.settle()
    assert at_desk.window.face.board.table.current_key == cases[3].id
    assert at_desk.window.face.board.table.hasFocus()


def test_a_third_press_brings_the_usual_order_back(at_desk: Desk) -> None:
    fill_hall(at_desk.hall, cases=12)
    at_desk.settle()
    at_desk.window.show_queue("all")
    board, table = at_desk.window.models.board, at_desk.window.face.board.table

    def order() -> list[object]:
        return [board.key(place) for place in range(board.count())]

    usual = order()
    table._sort_clicked(columns(at_desk).index("code"))
    up = order()
    table._sort_clicked(columns(at_desk).index("code"))
    assert order() == up[::-1]
    table._sort_clicked(columns(at_desk).index("code"))
    assert order() == usual
