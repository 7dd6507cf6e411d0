"""Queues: which a seat has, what they hold, and what comes next."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.domain.actor import Actor
from app.projections.selecting import Board, Filter
from app.viewmodels.queues import MINE, QueuesModel, likely_states, own_filter, rows_of
from tests.helpers.glass import glass
from tests.helpers.halls import TestHall, actor, hall, shipped_book
from tests.helpers.scenes import fill_hall, people


def ids(at: TestHall, by: Actor, queue: str) -> set[str]:
    """The incidents a queue holds for this seat."""
    context = glass(at, by)
    board = Board(context.reading.columns, context.reading.words)
    book = context.book
    assert book is not None
    board.refresh(book)
    rows = [int(r) for r in rows_of(context, board, own_filter(context, queue), context.now())]
    return {text.incident for text in context.reading.texts(rows).values()}


@pytest.mark.parametrize(
    ("role", "states"),
    [
        ("intake", {"reported", "scene_check"}),
        ("dispatcher", {"accepted", "filed", "return_review", "check", "transferred"}),
        ("callback", {"callback"}),
        ("supervisor", set()),
    ],
)
def test_a_roles_queue_follows_from_the_rules(role: str, states: set[str]) -> None:
    assert states <= likely_states(shipped_book(), role)
    assert bool(states) == bool(likely_states(shipped_book(), role))


def test_my_queue_holds_what_my_role_moves_on(tmp_path: Path) -> None:
    with hall(tmp_path / "h") as at:
        new, sent = at.register(), at.dispatched("SZ")
        assert ids(at, actor("intake"), MINE) == {new.id}
        assert ids(at, actor("dispatcher"), MINE) == set()
        assert ids(at, actor("handler", "SZ"), MINE) == {sent.id}
        assert ids(at, actor("handler", "CG"), MINE) == set()


def test_requests_for_more_time_are_the_shift_leads(tmp_path: Path) -> None:
    with hall(tmp_path / "h") as at:
        case = at.dispatched("SZ")
        case = at.do(case, "sign", actor("handler", "SZ"))
        assert ids(at, actor("shift_lead"), MINE) == set()
        due = at.clock.now() + 86_400_000 * 10
        at.do(case, "ask_extension", actor("handler", "SZ"), reason_code="works", new_due=due)
        assert ids(at, actor("shift_lead"), MINE) == {case.id}


def test_a_units_people_see_their_own_cases_and_the_centre_all(tmp_path: Path) -> None:
    with hall(tmp_path / "h") as at:
        ours, theirs = at.dispatched("SZ"), at.dispatched("CG")
        assert ids(at, actor("handler", "SZ"), "open") == {ours.id}
        assert ids(at, actor("dispatcher"), "open") == {ours.id, theirs.id}
        worker = Actor("op-wg", "grid_worker", "WG@990101001")
        assert ids(at, worker, "open") == {ours.id, theirs.id}
        assert ids(at, Actor("op-wg", "grid_worker", "WG@990101002"), "open") == set()


def test_the_roles_own_queues_come_before_the_others(tmp_path: Path) -> None:
    with hall(tmp_path / "h") as at:
        lines = [line.id for line in QueuesModel(glass(at, actor("callback"))).lines()]
        assert lines[:3] == [MINE, "open", "to_call_back"]
        assert MINE not in [line.id for line in QueuesModel(glass(at, actor("supervisor"))).lines()]


def test_counts_stand_beside_names_and_only_what_presses_is_coloured(tmp_path: Path) -> None:
    with hall(tmp_path / "h") as at:
        at.register(urgent=True)
        lines = {line.id: line for line in QueuesModel(glass(at, actor("intake"))).lines() if line.id}
        assert (lines["urgent"].count, lines["urgent"].severity) == ("1", "urgent")
        assert (lines["overdue"].count, lines["overdue"].severity) == ("0", "")


def test_next_goes_down_my_queue_and_round(tmp_path: Path) -> None:
    with hall(tmp_path / "h") as at:
        cases = []
        for number in range(3):
            cases.append(at.register(what=f"第 {number} 件").id)
            at.time.advance(60_000)
        model = QueuesModel(glass(at, actor("intake")))
        assert model.next() == cases[0]
        assert model.next(cases[0]) == cases[1]
        assert model.next(cases[2]) == cases[0]
        assert model.next("unknown") == cases[0]


def test_an_empty_queue_has_no_next(tmp_path: Path) -> None:
    with hall(tmp_path / "h") as at:
        assert QueuesModel(glass(at, actor("intake"))).next() is None


def test_time_alone_moves_counts(tmp_path: Path) -> None:
    with hall(tmp_path / "h") as at:
        at.register()
        context = glass(at, actor("intake"))
        model = QueuesModel(context)
        model.lines()
        told: list[object] = []
        model.changed.connect(told.append)
        at.time.advance(1_000)
        context.pulse.beat()
        quiet = len(told)
        at.time.advance(3_600_000)
        context.pulse.beat()
        assert quiet == 0
        assert len(told) == 1


def test_sixty_cases_are_each_in_one_stage(tmp_path: Path) -> None:
    with hall(tmp_path / "h") as at:
        people(at)
        fill_hall(at, cases=32)
        context = glass(at, actor("dispatcher"))
        model = QueuesModel(context)
        counts = model.counts()
        stages = ("to_accept", "to_file", "to_dispatch", "to_sign", "in_work", "returned", "to_check",
                  "to_call_back", "paused")  # fmt: skip
        transferred = len(rows_of(context, model._board, Filter("transferred"), context.now()))
        assert sum(counts[stage] for stage in stages) + transferred == counts["open"]


def test_a_co_department_sees_its_case_until_it_acknowledged_the_recall(tmp_path: Path) -> None:
    with hall(tmp_path / "hall") as at:
        case = at.dispatched("SZ", co=("GD",))
        co = next(order for order in case.orders if order.unit == "GD")
        assert ids(at, actor("handler", "GD"), "open") == {case.id}
        case = at.do(case, "recall", actor("dispatcher"), order=co.code, **at.fill("recall", case))
        assert ids(at, actor("handler", "GD"), "open") == {case.id}
        at.do(case, "ack_recall", actor("handler", "GD"), order=co.code)
        assert ids(at, actor("handler", "GD"), "open") == set()
        assert ids(at, actor("handler", "SZ"), "open") == {case.id}
