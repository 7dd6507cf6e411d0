"""Near duplicates: by words, by place, within the week, open cases only."""

from __future__ import annotations

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from app.projections.selecting import Board
from app.triage.duplicates import jaccard, near_duplicates
from tests.helpers.glass import glass
from tests.helpers.halls import TestHall, hall


def near(at: TestHall, what: str, area: str = "", category: str = "") -> list[str]:
    context = glass(at)
    board = Board(context.reading.columns, context.reading.words)
    book = context.book
    assert book is not None
    board.refresh(book)
    found = near_duplicates(context.reading, board, what, area, category, context.now())
    return [each.text.incident for each in found]


def test_words_alone_must_be_close(tmp_path: Path) -> None:
    with hall(tmp_path / "h") as at:
        case = at.register(what="云锦花园三栋楼道灯不亮")
        assert near(at, "云锦花园三栋楼道灯坏了不亮") == [case.id]
        assert near(at, "云锦花园停水") == []


def test_same_street_and_category_are_enough_for_less_likeness(tmp_path: Path) -> None:
    with hall(tmp_path / "h") as at:
        case = at.register(what="滨河路118号门前路灯不亮", area="990101001001", category="0602")
        typed = "滨河路120号对面路灯坏了"
        assert near(at, typed) == []
        assert near(at, typed, "990101001001", "0602") == [case.id]
        assert near(at, typed, "990101001001", "0102") == []
        assert near(at, typed, "990101002", "0602") == []


def test_a_word_or_two_find_nothing(tmp_path: Path) -> None:
    with hall(tmp_path / "h") as at:
        at.register(what="路灯")
        assert near(at, "路灯") == []
        assert near(at, "") == []


def test_at_most_three_are_shown(tmp_path: Path) -> None:
    with hall(tmp_path / "h") as at:
        for _ in range(5):
            at.register(what="云锦花园三栋楼道灯不亮")
        assert len(near(at, "云锦花园三栋楼道灯不亮")) == 3


sets = st.frozensets(st.text(min_size=2, max_size=2), max_size=8)


@given(sets, sets)
def test_likeness_is_a_share_and_the_same_both_ways(a: frozenset[str], b: frozenset[str]) -> None:
    assert 0 <= jaccard(a, b) == jaccard(b, a) <= 1
    assert jaccard(a, a) == (1.0 if a else 0.0)
