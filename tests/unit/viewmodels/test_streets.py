"""How each street stands: every number is the count of its list, and no open case is left out."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from app.viewmodels.board import BoardModel
from app.viewmodels.context import Context
from app.viewmodels.streets import StreetsModel
from app.viewmodels.totals import TotalsModel
from tests.helpers.glass import glass
from tests.helpers.halls import hall
from tests.helpers.scenes import fill_hall


@pytest.fixture(scope="module")
def context(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Context]:
    with hall(tmp_path_factory.mktemp("streets")) as test:
        fill_hall(test, 40)
        test.register(area="", address="不知道是哪里")
        test.register(area="990101")
        yield glass(test)


def test_every_number_is_the_count_of_its_list(context: Context) -> None:
    board = BoardModel(context)
    for line in StreetsModel(context).streets():
        for rank in (line.open, line.overdue, line.due_soon):
            board.show(rank.opens)
            assert (line.label, rank.id, rank.count) == (line.label, rank.id, board.count())


def test_all_streets_together_are_all_that_is_open(context: Context) -> None:
    lines = StreetsModel(context).streets()
    assert sum(line.open.count for line in lines) == int(TotalsModel(context).totals()[2].value)


def test_what_lies_in_no_street_comes_last(context: Context) -> None:
    lines = StreetsModel(context).streets()
    assert [line.id for line in lines] == ["990101001", "990101002", ""]
    assert lines[-1].open.count == 2
    assert lines[0].open.count > lines[1].open.count


def test_the_parts_of_a_bar_do_not_exceed_it(context: Context) -> None:
    for line in StreetsModel(context).streets():
        assert sum(count for _, count in line.lights) <= line.open.count
        assert dict(line.lights)["overdue"] == line.overdue.count


def test_streets_there_was_no_room_for_are_told(context: Context) -> None:
    model = StreetsModel(context)
    assert context.text("streets.hidden", n=3) in model.note(3)
    assert context.text("streets.hidden", n=0) not in model.note()


def test_a_street_without_any_case_is_listed(tmp_path_factory: pytest.TempPathFactory) -> None:
    with hall(tmp_path_factory.mktemp("empty")) as test:
        lines = StreetsModel(glass(test)).streets()
        assert [(line.id, line.open.count) for line in lines] == [("990101001", 0), ("990101002", 0)]
