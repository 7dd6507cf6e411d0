"""The command bar's hits: actions, places, units and cases."""

from __future__ import annotations

from pathlib import Path

from app.viewmodels.command_find import CommandFindModel
from app.viewmodels.finding import Findable
from tests.helpers.glass import glass
from tests.helpers.halls import actor, hall

ACTIONS = [
    Findable("action:desk.report", "接报登记", "report", "F2"),
    Findable("action:desk.next", "接下一件", "next", "F4"),
]


def test_nothing_typed_lists_the_actions_with_their_keys(tmp_path: Path) -> None:
    with hall(tmp_path / "h") as at:
        found = CommandFindModel(glass(at)).find(" ", ACTIONS)
        assert [(hit.id, hit.key) for hit in found] == [
            ("action:desk.report", "F2"),
            ("action:desk.next", "F4"),
        ]


def test_a_few_letters_find_each_kind(tmp_path: Path) -> None:
    with hall(tmp_path / "h") as at:
        case = at.register(what="燕子窝掉在门口")
        model = CommandFindModel(glass(at))
        assert model.find("jbdj", ACTIONS)[0].id == "action:desk.report"
        assert model.find("yjsq", ACTIONS)[0].id == "area:990101001001"
        assert model.find("sz", ACTIONS)[0].id == "unit:SZ"
        assert model.find("燕子", ACTIONS)[0].id == f"case:{case.id}"
        assert model.find(case.code.lower(), ACTIONS)[0].id == f"case:{case.id}"
        assert model.find("A1001", ACTIONS)[0].title == "A1001  燕子窝掉在门口"


def test_an_orders_code_finds_its_case(tmp_path: Path) -> None:
    with hall(tmp_path / "h") as at:
        case = at.dispatched("SZ")
        assert CommandFindModel(glass(at)).find(case.orders[0].code, ())[0].id == f"case:{case.id}"


def test_units_of_the_territory_are_found_as_their_areas(tmp_path: Path) -> None:
    with hall(tmp_path / "h") as at:
        found = {hit.id for hit in CommandFindModel(glass(at)).find("JD", ())}
        assert "unit:JD" not in found


def test_open_cases_only_where_only_they_are_wanted(tmp_path: Path) -> None:
    with hall(tmp_path / "h") as at:
        closed = at.register(what="燕子窝掉了")
        at.do(closed, "withdraw", actor("intake"), how_reporter_said_so="电话")
        still = at.register(what="燕子窝还在")
        model = CommandFindModel(glass(at))
        assert [hit.id for hit in model.cases("燕子", 8, open_only=True)] == [still.id]
        assert len(model.cases("燕子", 8)) == 2
        assert model.cases("燕子", 1)[0].id == still.id
