"""Finding by codes, initials of pinyin and words, and what comes first."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.viewmodels.finding import Findable, Finder, find, initials

CATEGORIES = [
    Findable("0501", "路面塌陷", "0501"),
    Findable("0502", "路灯不亮", "0602"),
    Findable("0503", "道路不洁", "0104"),
    Findable("0504", "暴露垃圾", "0102"),
]


@pytest.mark.parametrize(
    ("typed", "names"),
    [
        ("05", ["路面塌陷"]),
        ("lm", ["路面塌陷"]),
        ("LM", ["路面塌陷"]),
        ("路", ["路面塌陷", "路灯不亮", "道路不洁"]),
        ("l", ["路面塌陷", "路灯不亮", "道路不洁", "暴露垃圾"]),
        ("垃圾", ["暴露垃圾"]),
        ("lj", ["暴露垃圾"]),
        ("xyz", []),
        ("", []),
    ],
)
def test_what_fits_the_best_first(typed: str, names: list[str]) -> None:
    assert [hit.name for hit in find(typed, CATEGORIES)] == names


def test_initials_follow_the_words_reading() -> None:
    assert initials("重庆银行") == "cqyh"
    assert initials("A3 栋") == "a3 d"


def test_at_most_as_many_as_asked_for() -> None:
    finder = Finder(Findable(str(n), f"第 {n} 网格") for n in range(100))
    assert [hit.id for hit in finder.find("网格", 3)] == ["0", "1", "2"]
    assert len(finder.first(5)) == 5


def test_warming_up_in_slices_changes_no_answer() -> None:
    cold, warm = Finder(CATEGORIES), Finder(CATEGORIES)
    assert [warm.warm(3), warm.warm(3)] == [False, True]
    assert cold.find("lj") == warm.find("lj")


@given(st.lists(st.text(min_size=1, max_size=6), max_size=20), st.text(max_size=4))
def test_hits_hold_what_was_typed_or_begin_with_it(names: list[str], typed: str) -> None:
    items = [Findable(str(n), name, str(n)) for n, name in enumerate(names)]
    wanted = typed.strip().lower()
    for hit in find(typed, items, 100):
        assert wanted
        assert hit.code.startswith(wanted) or wanted in hit.name.lower() or wanted in initials(hit.name)
