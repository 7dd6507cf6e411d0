"""The ticker: what just happened, newest first, without a word of what was said."""

from __future__ import annotations

from pathlib import Path

from app.base.clock import DAY_MS, HOUR_MS
from app.clerk.clerk import Clerk
from app.projections.paging import cases_after
from app.viewmodels.news import KEPT, NewsModel
from tests.helpers.glass import glass
from tests.helpers.halls import actor, hall


def test_what_happens_is_told_newest_first(tmp_path: Path) -> None:
    with hall(tmp_path) as test:
        context = glass(test)
        model = NewsModel(context)
        heard: list[object] = []
        model.changed.connect(heard.append)
        assert model.lines() == ()
        case = test.dispatched("SZ", co=("CG",))
        test.do(case, "sign", actor("handler", "SZ"), **test.fill("sign", case))
        context.pulse.beat()
        sign = context.label(test.commander.desk.book().transitions["sign"].label)
        assert [line.did for line in model.lines()] == [
            sign,
            f"已派 {context.unit('SZ')}、{context.unit('CG')}",
            "登记",
        ]
        assert {(line.where, line.what, line.time) for line in model.lines()} == {
            ("滨河街道", context.category("0602"), "09:00")
        }
        assert len(heard) == 1


def test_desk_work_is_not_told(tmp_path: Path) -> None:
    with hall(tmp_path) as test:
        context = glass(test)
        model = NewsModel(context)
        case = test.register()
        context.pulse.beat()
        before = model.lines()
        test.do(case, "accept", actor("intake"), category="0602", place_confirmed=True)
        context.pulse.beat()
        assert model.lines() == before


def test_a_report_that_joins_a_case_is_told_as_such(tmp_path: Path) -> None:
    with hall(tmp_path) as test:
        case = test.register()
        test.register(joins=case.id)
        assert [line.did for line in NewsModel(glass(test)).lines()] == ["再次来报", "登记"]


def test_a_limit_passed_is_told_once_whatever_the_ladder(tmp_path: Path) -> None:
    with hall(tmp_path) as test:
        test.register()
        store = test.store
        clerk = Clerk(test.commander, lambda row, most: cases_after(store.reader(), row, most))
        for _ in range(60):
            test.time.advance(HOUR_MS)
            clerk.beat(test.clock.now())
        entries = [n for n in store.read_after(0, 1_000) if n.entry.kind == "limit_breached"]
        late = [line for line in NewsModel(glass(test)).lines() if line.late]
        assert len(entries) > len(late)
        assert len({line.did for line in late}) == len(late) > 0


def test_nothing_that_was_said_is_told(tmp_path: Path) -> None:
    with hall(tmp_path) as test:
        test.register(what="我叫欧阳慕华，13912345678", category="", reporter_name="欧阳慕华")
        said = " ".join(f"{line.what} {line.did}" for line in NewsModel(glass(test)).lines())
        assert "欧阳" not in said
        assert "1391" not in said


def test_only_the_last_lines_are_kept(tmp_path: Path) -> None:
    with hall(tmp_path) as test:
        for number in range(KEPT + 5):
            test.register(what=f"第 {number} 处")
        lines = NewsModel(glass(test)).lines()
        assert len(lines) == KEPT
        assert lines[0].id == test.store.read_after(test.store.head().gseq - 1, 1)[0].entry.eid


def test_yesterdays_lines_stay_until_others_come(tmp_path: Path) -> None:
    with hall(tmp_path) as test:
        test.register()
        test.time.advance(DAY_MS)
        assert len(NewsModel(glass(test)).lines()) == 1
