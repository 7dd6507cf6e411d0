"""Chinese search: any two neighbouring characters of a text find it, and no others do."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection

from app.domain.area import AreaTree
from app.projections import search
from app.projections.bigrams import bigrams, index_text, query
from app.projections.projector import HallProjector
from tests.helpers.folds import scratch
from tests.helpers.lives import Life, replace

HAN = st.text("路灯不亮井盖河水〇𠮷", min_size=1, max_size=6)
GAP = st.sampled_from([" ", "，", "。a1 ", "-", "（"])
TEXT = st.lists(st.tuples(HAN, GAP), min_size=1, max_size=4).map(
    lambda parts: "".join(a + b for a, b in parts)
)
CASE = Life().register()


@pytest.fixture(scope="module")
def connection(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Connection]:
    with scratch(tmp_path_factory.mktemp("search")) as (_, connection):
        yield connection


def put(connection: Connection, *texts: str) -> None:
    HallProjector().reset(connection)
    cases = ((row, replace(CASE, what=text, code="x")) for row, text in enumerate(texts))
    search.index(connection, cases, AreaTree())


def plain_find(texts: tuple[str, ...], wanted: str) -> list[int]:
    return [row for row, text in reversed(list(enumerate(texts))) if wanted in text]


@settings(max_examples=60)
@given(texts=st.tuples(TEXT, TEXT), wanted=HAN)
def test_a_run_of_characters_is_found_where_it_stands_and_nowhere_else(
    connection: Connection, texts: tuple[str, str], wanted: str
) -> None:
    put(connection, *texts)
    assert search.find(connection, wanted) == plain_find(texts, wanted)


@settings(max_examples=40)
@given(text=TEXT)
def test_any_two_neighbours_find_the_text(connection: Connection, text: str) -> None:
    put(connection, "别的事", text)
    for a, b in pairwise(text):
        if all("\u3007" <= c <= "\u9fff" or c == "𠮷" for c in (a, b)):
            assert 1 in search.find(connection, a + b)


def test_no_phrase_reaches_over_the_end_of_a_run(connection: Connection) -> None:
    put(connection, "路灯，灯不亮", "路灯不亮")
    assert search.find(connection, "路灯不") == [1]
    assert search.find(connection, "路灯 不亮") == [1, 0]


def test_words_numbers_and_codes(connection: Connection) -> None:
    put(connection, "LED灯12号坏了", "led 灯 13 号")
    assert search.find(connection, "Led") == [1, 0]
    assert search.find(connection, "12") == [0]
    assert search.find(connection, "1") == [1, 0]
    assert search.find(connection, "灯 坏") == [0]


def test_a_query_of_nothing_finds_nothing_and_nobody_injects_one(connection: Connection) -> None:
    put(connection, "路灯")
    for nothing in ("", "  ", "，。", '"', "*", "()", "-"):
        assert search.find(connection, nothing) == []
    for strange in ('路灯" OR "', "路灯*", "text:路灯", "NEAR(路灯)", "路灯 AND 路灯", "^路灯"):
        assert isinstance(search.find(connection, strange), list)
    assert search.find(connection, '路灯"') == [0]


def test_newest_first_and_no_more_than_asked(connection: Connection) -> None:
    put(connection, *(["路灯不亮"] * 5))
    assert search.find(connection, "路灯") == [4, 3, 2, 1, 0]
    assert search.find(connection, "路灯", most=2) == [4, 3]


def test_indexed_anew_the_old_words_are_gone(connection: Connection) -> None:
    put(connection, "路灯", "井盖")
    search.index(connection, [(0, replace(CASE, what="积水", code="x"))], AreaTree())
    assert (search.find(connection, "路灯"), search.find(connection, "积水")) == ([], [0])
    assert search.find(connection, "井盖") == [1]


def test_how_texts_are_cut() -> None:
    assert bigrams("路灯不亮 LED x") == "路灯 灯不 不亮 led x"
    assert index_text("路灯不亮，亮 a") == "路灯 灯不 不亮 亮 亮 a"
    assert query("路灯 亮 Led") == '"路灯" AND "亮"* AND "led"*'
    assert query("二〇二六") == '"二〇 〇二 二六"'
