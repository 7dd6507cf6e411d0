"""What falls due within the hour, by unit: every figure is the count of its list, and they add up."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from app.base.clock import HOUR_MS, MINUTE_MS
from app.viewmodels.board import BoardModel
from app.viewmodels.context import Context
from app.viewmodels.due_strip import DueStripModel
from tests.helpers.glass import glass
from tests.helpers.halls import TestHall, actor, hall

PRESSING = "0104"
"""A category whose orders are to be signed within half an hour."""

UNITS = ("SZ", "CG", "HW", "JJ")


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestHall]:
    """Orders of four units of which nobody has signed any: 4, 3, 2 and 1, and one in work for long."""
    with hall(tmp_path_factory.mktemp("due")) as test:
        old = test.dispatched("SZ", category=PRESSING)
        test.do(old, "sign", actor("handler", "SZ"), **test.fill("sign", old))
        test.time.advance(5 * HOUR_MS + 30 * MINUTE_MS)
        for place, unit in enumerate(UNITS):
            for number in range(len(UNITS) - place):
                test.dispatched(unit, category=PRESSING, what=f"{unit} 第 {number} 处道路不洁")
        yield test


@pytest.fixture
def context(filled: TestHall) -> Context:
    return glass(filled)


def count(context: Context, opens: object) -> int:
    board = BoardModel(context)
    board.show(opens)  # type: ignore[arg-type]
    return board.count()


def test_figures_are_the_counts_of_their_lists(context: Context, filled: TestHall) -> None:
    model = DueStripModel(context)
    ranks = [model.total(), *model.units(3), model.unsigned(), model.without_progress()]
    assert [rank.count for rank in ranks] == [count(context, rank.opens) for rank in ranks]
    assert model.unsigned().count == 10
    assert model.without_progress().count == 1


def test_units_and_the_rest_add_up_to_the_total(context: Context, filled: TestHall) -> None:
    model = DueStripModel(context)
    total = model.total().count
    assert total > 0
    for shown in (1, 2, 3, 8):
        units = model.units(shown)
        assert sum(rank.count for rank in units) == total
        assert len(units) <= shown
    assert [rank.id for rank in model.units(2)][-1] == "rest"


def test_nothing_due_is_nothing_to_show(tmp_path_factory: pytest.TempPathFactory) -> None:
    with hall(tmp_path_factory.mktemp("none")) as test:
        model = DueStripModel(glass(test))
        assert (model.total().count, model.units()) == (0, ())


def test_a_case_about_which_something_was_written_moves(filled: TestHall, context: Context) -> None:
    model = DueStripModel(context)
    silent = model.without_progress()
    board = BoardModel(context)
    board.show(silent.opens)
    case = filled.case(str(board.key(0)))
    filled.do(case, "progress", actor("handler", "SZ"), **filled.fill("progress", case))
    context.pulse.beat()
    assert model.without_progress().count == silent.count - 1
