"""What comes in most today, by family; each bar is the count of its list."""

from __future__ import annotations

from pathlib import Path

from app.base.clock import DAY_MS
from app.viewmodels.board import BoardModel
from app.viewmodels.ranking import RankingModel
from tests.helpers.glass import glass
from tests.helpers.halls import hall
from tests.helpers.scenes import fill_hall


def test_bars_are_the_counts_of_their_lists_in_falling_order(tmp_path: Path) -> None:
    with hall(tmp_path) as test:
        fill_hall(test, 40)
        context = glass(test)
        ranks = RankingModel(context).families()
        board = BoardModel(context)
        for rank in ranks:
            board.show(rank.opens)
            assert (rank.id, rank.count) == (rank.id, board.count())
        assert len(ranks) > 3
        assert [rank.count for rank in ranks] == sorted((rank.count for rank in ranks), reverse=True)


def test_categories_of_one_family_share_a_bar(tmp_path: Path) -> None:
    with hall(tmp_path) as test:
        for category in ("0602", "0602", "0601", "0102"):
            test.register(category=category)
        ranks = RankingModel(glass(test)).families()
        assert [(rank.id, rank.count) for rank in ranks] == [("06", 3), ("01", 1)]


def test_ties_stand_in_the_order_of_their_codes_and_only_so_many_are_shown(tmp_path: Path) -> None:
    with hall(tmp_path) as test:
        for category in ("0602", "0102", "0405"):
            test.register(category=category)
        assert [rank.id for rank in RankingModel(glass(test)).families(2)] == ["01", "04"]


def test_what_nobody_has_classed_yet_is_not_ranked(tmp_path: Path) -> None:
    with hall(tmp_path) as test:
        test.register(category="")
        assert RankingModel(glass(test)).families() == ()


def test_yesterday_is_not_counted(tmp_path: Path) -> None:
    with hall(tmp_path) as test:
        test.register()
        test.time.advance(DAY_MS)
        model = RankingModel(glass(test))
        assert model.families() == ()
        test.register()
        assert "00:00" in model.note()
