"""Posts: every unit that may get an order has somebody who handles it and somebody who signs off."""

from __future__ import annotations

from collections import Counter

from app.domain.actor import CENTRE_UNIT
from app.domain.responsibility import TERRITORY_KINDS
from app.drill.cast import Cast
from app.drill.posts import operators
from tests.helpers.halls import shipped_book, shipped_rules
from tests.unit.drill.made import county, demo

POSTS = operators(county(), shipped_rules().departments, demo().names)


def test_ids_are_unique_and_roles_exist() -> None:
    assert Counter(post.operator for post in POSTS).most_common(1)[0][1] == 1
    assert {role for post in POSTS for role in post.roles} <= set(shipped_book().roles)
    centre = [post.operator for post in POSTS if post.unit == CENTRE_UNIT]
    assert centre[:5] == ["op-intake-01", "op-intake-02", "op-dispatch-01", "op-dispatch-02", "op-shift"]


def test_posts_are_named_in_both_languages_without_leftovers() -> None:
    for post in POSTS:
        assert post.post.zh
        assert post.post.en
        assert "{" not in post.post.zh + post.post.en
    named = {post.operator: post.post for post in POSTS}
    assert named["op-cg-handler"].zh == "城市管理和综合执法局承办席"
    assert named["op-jd001-head"].en == f"Head, {county().streets[0].label.en}"


def test_every_unit_of_the_matrix_has_handler_and_head() -> None:
    cast, street = Cast(POSTS), county().streets[2].code
    for row in shipped_rules().responsibility:
        for code in (row.lead, *row.co):
            if code == CENTRE_UNIT:
                continue
            unit = f"{code}@{street}001001"[: 3 + 9] if code in TERRITORY_KINDS else code
            handler, head = cast.unit("handler", unit), cast.unit("dept_lead", unit)
            assert handler is not None, unit
            assert head is not None, unit
            assert handler.operator != head.operator


def test_a_street_acts_for_what_lies_below_it() -> None:
    cast, street = Cast(POSTS), county().streets[1].code
    handler = cast.unit("handler", f"SQ@{street}003")
    worker = cast.unit("grid_worker", f"WG@{street}003007")
    assert handler is not None
    assert worker is not None
    assert (handler.unit, worker.unit) == (f"JD@{street}", f"WG@{street}")


def test_centre_spreads_work_and_leaves_one_out() -> None:
    cast = Cast(POSTS)
    both = {cast.centre("dispatcher", turn) for turn in range(4)}
    assert {actor.operator for actor in both if actor} == {"op-dispatch-01", "op-dispatch-02"}
    other = cast.centre("dispatcher", 0, but="op-dispatch-01")
    assert other is not None
    assert other.operator == "op-dispatch-02"
    assert cast.centre("shift_lead", but="op-shift") is None
