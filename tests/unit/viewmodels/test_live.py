"""The wall's live incidents: what burns first, who is on it, and never a word that a reporter said."""

from __future__ import annotations

from pathlib import Path

from app.base.clock import HOUR_MS, MINUTE_MS
from app.domain.actor import Actor
from app.viewmodels.live import LiveModel
from tests.helpers.glass import glass
from tests.helpers.halls import TestHall, actor, hall
from tests.helpers.scenes import fill_hall

NAME, PHONE, FLAT = "欧阳慕华", "13912345678", "2单元301室"


def urgent_case(test: TestHall) -> str:
    """A dispatched case of urgency, with two helping units."""
    return test.dispatched("GJ", co=("CG", "HW"), category="0801", urgent=True, what="楼道里有燃气味").id


def test_urgent_cases_come_first_then_what_is_overdue(tmp_path: Path) -> None:
    with hall(tmp_path) as test:
        late = test.register(what="早就该办的")
        test.time.advance(48 * HOUR_MS)
        fresh = test.register(what="刚刚来的")
        burning = urgent_case(test)
        rows = LiveModel(glass(test)).rows(9)
        assert [row.incident for row in rows] == [burning, late.id, fresh.id]
        assert [row.light for row in rows] == ["due_soon", "overdue", "in_time"]
        assert (rows[0].urgency, rows[1].urgency) != ("", "")


def test_no_more_rows_than_there_is_room_for(tmp_path: Path) -> None:
    with hall(tmp_path) as test:
        fill_hall(test, 24)
        model = LiveModel(glass(test))
        for most in (0, 1, 5, 9):
            assert len(model.rows(most)) == most


def test_a_row_says_who_is_on_it_and_how_far(tmp_path: Path) -> None:
    with hall(tmp_path) as test:
        case = urgent_case(test)
        context = glass(test)
        model = LiveModel(context)
        unit = context.unit("GJ")
        assert model.rows(1)[0].doing == f"{unit} · 待签收 · 协办 2"
        test.time.advance(5 * MINUTE_MS)
        handler = Actor("op-gj", "handler", "GJ")
        test.do(case, "sign", handler, **test.fill("sign", test.case(case)))
        test.do(case, "arrive", handler, **test.fill("arrive", test.case(case)))
        context.pulse.beat()
        assert model.rows(1)[0].doing == f"{unit} · 已到场 09:05 · 协办 2"


def test_without_a_limit_the_state_stands_where_the_timer_would(tmp_path: Path) -> None:
    with hall(tmp_path) as test:
        fill_hall(test, 48)
        context = glass(test)
        rows = LiveModel(context).rows(40)
        for row in rows:
            assert row.timer
            assert row.light or row.timer in {context.label(state.label) for state in _states(test)}


def _states(test: TestHall) -> tuple[object, ...]:
    return test.commander.desk.book().rules.workflow.states


def test_nothing_that_a_reporter_said_stands_in_a_row(tmp_path: Path) -> None:
    with hall(tmp_path) as test:
        for category in ("0602", ""):
            test.register(
                what=f"我叫{NAME}，电话{PHONE}，家门口路灯不亮",
                category=category,
                address=f"滨河路118号{FLAT}",
                flat=FLAT,
                reporter_name=NAME,
                reporter_phone=PHONE,
            )
        for language in ("zh", "en"):
            for row in LiveModel(glass(test, language=language)).rows(9):
                said = " ".join([row.title, row.place, row.doing, row.timer])
                assert NAME not in said
                assert PHONE not in said
                assert "301" not in said
                assert "家门口" not in said


def test_what_is_not_classed_yet_says_where_it_came_from(tmp_path: Path) -> None:
    with hall(tmp_path) as test:
        test.register(category="", area="", address="")
        row = LiveModel(glass(test)).rows(1)[0]
        assert (row.title, row.place) == ("待定类（电话）", "地点待确认")


def test_a_case_that_changed_is_read_anew(tmp_path: Path) -> None:
    with hall(tmp_path) as test:
        case = test.register(category="")
        context = glass(test)
        model = LiveModel(context)
        heard: list[object] = []
        model.changed.connect(heard.append)
        assert "待定类" in model.rows(1)[0].title
        test.do(case, "accept", actor("intake"), category="0602", place_confirmed=True)
        context.pulse.beat()
        assert model.rows(1)[0].title == context.category("0602")
        assert heard
