"""Splitting: each part a filed case of its own with its own code; the first goes on as it was."""

from __future__ import annotations

from app.base.clock import HOUR_MS
from app.domain import timing
from app.domain.code import valid_code
from tests.helpers.lives import DISPATCHER, INTAKE, SHIFT_LEAD, Life, clocks, handler

PARTS = [{"what": "井盖缺失", "category": "0601"}, {"what": "店外经营", "category": "0402"}]


def test_parts_are_filed_linked_and_inherit_the_start_of_total() -> None:
    world = Life()
    received = world.now
    case = world.handling("SZ", ("GD",))
    before = case
    world.advance(HOUR_MS)
    case = world.do(case, "split", DISPATCHER, parts=PARTS)
    assert (case.state, case.clocks, case.orders) == (before.state, before.clocks, before.orders)
    parts = [world.cases[link] for link in case.links]
    assert [(p.state, p.what, p.category, p.links) for p in parts] == [
        ("filed", "井盖缺失", "0601", (case.id,)),
        ("filed", "店外经营", "0402", (case.id,)),
    ]
    assert [(p.sla_class, p.urgent) for p in parts] == [("U1", True), ("H4", False)]
    for part in parts:
        assert clocks(part) == {"total", "dispatch"}
        assert {r.clock: r.started_at for r in part.clocks} == {"total": received, "dispatch": world.now}
        assert part.received_at == received
        assert (part.place, part.reports, part.orders) == (case.place, (), ())
    codes = [case.code, *(p.code for p in parts)]
    assert len(set(codes)) == 3
    assert all(valid_code(code) for code in codes)


def test_a_part_lives_on_its_own() -> None:
    world = Life()
    case = world.do(world.filed(), "split", SHIFT_LEAD, parts=PARTS[1:])
    part = world.do(case.links[0], "dispatch", DISPATCHER, lead_department="CG")
    cg = handler("CG")
    part = world.do(world.do(part, "sign", cg), "feedback", cg)
    assert part.state == "check"
    assert world.cases[case.id].state == "filed"
    assert timing.closed_late(world.book, part) is False


def test_where_and_into_what_a_case_may_be_split() -> None:
    world = Life()
    assert world.refused(world.register(), "split", DISPATCHER, parts=PARTS) == "wrong_state"
    assert world.refused(world.checking(), "split", DISPATCHER, parts=PARTS) == "wrong_state"
    case = world.filed()
    assert world.refused(case, "split", INTAKE, parts=PARTS) == "role_may_not"
    for parts, code in (
        ([], "field_missing"),
        ("x", "field_type"),
        (["x"], "field_type"),
        ([{"category": "0601"}], "field_missing"),
        ([{"what": " ", "category": "0601"}], "field_missing"),
        ([{"what": 7, "category": "0601"}], "field_missing"),
        ([{"what": "x", "category": "06"}], "field_category"),
        ([{"what": "x", "category": "0601", "code": "x"}], "unknown_field"),
        ([{"what": "x" * 4001, "category": "0601"}], "field_long"),
        ([PARTS[0]] * 51, "field_type"),
    ):
        assert world.refused(case, "split", DISPATCHER, parts=parts) == code
