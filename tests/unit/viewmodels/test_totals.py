"""Today's figures: each is the count of the list it opens, and says what it is compared with."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.base.clock import DAY_MS, HOUR_MS, ManualClock
from app.viewmodels.board import BoardModel
from app.viewmodels.context import Context
from app.viewmodels.totals import SHARE_FROM, TotalsModel
from tests.helpers.glass import glass
from tests.helpers.halls import MONDAY_9, TestHall, actor, hall
from tests.helpers.scenes import fill_hall


@pytest.fixture(scope="module")
def context(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Context]:
    with hall(tmp_path_factory.mktemp("totals")) as test:
        fill_hall(test, 48)
        yield glass(test)


def shown(context: Context, opens: object) -> int:
    board = BoardModel(context)
    board.show(opens)  # type: ignore[arg-type]
    board.close()
    return board.count()


def test_every_total_is_the_count_of_the_list_it_opens(context: Context) -> None:
    totals = TotalsModel(context).totals()
    assert [total.id for total in totals] == ["received", "closed", "open", "overdue"]
    assert [total.value for total in totals] == [str(shown(context, total.opens)) for total in totals]
    assert int(totals[0].value) > 0
    assert int(totals[3].value) > 0


def test_every_light_is_the_count_of_the_list_it_opens(context: Context) -> None:
    lights = TotalsModel(context).lights()
    assert [light.count for light in lights] == [shown(context, light.opens) for light in lights]
    assert sum(light.count > 0 for light in lights) >= 3


def test_lights_and_cases_without_one_make_up_all_that_are_open(context: Context) -> None:
    model = TotalsModel(context)
    lit = sum(light.count for light in model.lights())
    open_count = int(model.totals()[2].value)
    words = model.open_words()
    assert str(open_count) in words
    without = open_count - lit
    assert context.text("totals.without_limit", n=without) in words if without else "totals" not in words


def test_every_note_names_period_source_and_age(context: Context) -> None:
    model = TotalsModel(context)
    assert model.period().startswith("00:00")
    for note in (model.period(), model.open_words()):
        assert context.text("figure.age", clock=context.formats.clock(context.pulse.beat_at)) in note


def test_what_falls_due_moves_the_figure_without_any_entry(tmp_path: Path) -> None:
    with hall(tmp_path) as test:
        test.register()
        context = glass(test)
        model = TotalsModel(context)
        heard: list[object] = []
        model.changed.connect(heard.append)
        before = model.totals()[3]
        test.time.advance(DAY_MS)
        context.pulse.beat()
        after = model.totals()[3]
        assert (before.value, before.severity, after.value, after.severity) == ("0", "", "1", "overdue")
        assert after.sub
        assert len(heard) == 1


def test_at_midnight_another_day_is_counted(tmp_path: Path) -> None:
    with hall(tmp_path) as test:
        test.register()
        model = TotalsModel(glass(test))
        assert model.totals()[0].value == "1"
        test.time.set(MONDAY_9 + 15 * HOUR_MS)
        assert model.totals()[0].value == "0"


def received(test: TestHall, times: int) -> None:
    for number in range(times):
        test.register(what=f"第 {number} 处路灯不亮")


@pytest.mark.parametrize(
    ("week_ago", "today", "words"),
    [
        (0, 3, "上周同刻无数据"),
        (SHARE_FROM - 1, 3, f"上周同刻 {SHARE_FROM - 1}"),
        (SHARE_FROM, SHARE_FROM + 5, "↑ 25.0%"),
        (SHARE_FROM, SHARE_FROM - 5, "↓ 25.0%"),
        (SHARE_FROM, SHARE_FROM, "持平"),
    ],
)
def test_today_is_compared_with_the_same_hour_a_week_ago(
    tmp_path: Path, week_ago: int, today: int, words: str
) -> None:
    with hall(tmp_path, ManualClock(MONDAY_9 - 7 * DAY_MS)) as test:
        received(test, week_ago)
        test.time.set(MONDAY_9 - 7 * DAY_MS + HOUR_MS)
        received(test, 1)  # after this hour: not compared
        test.time.set(MONDAY_9)
        received(test, today)
        assert TotalsModel(glass(test)).totals()[0].sub == words


def test_a_closed_case_is_counted_where_it_went(tmp_path: Path) -> None:
    with hall(tmp_path) as test:
        context = glass(test)
        model = TotalsModel(context)
        case = test.register()
        test.do(case, "reject", actor("intake"), **test.fill("reject", case))
        pending = test.case(case.id).pending
        if pending:
            test.do(case, "reject", actor("dispatcher"), confirms=pending[0].eid)
        context.pulse.beat()
        values = {total.id: total.value for total in model.totals()}
        assert values == {"received": "1", "closed": "1", "open": "0", "overdue": "0"}
