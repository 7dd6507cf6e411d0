"""An order came to its unit: once for each way, by who may say so."""

from __future__ import annotations

import pytest

from app.commands.command import AlreadyDone, Done
from app.commands.reaching import reached
from app.domain.actor import SYSTEM, Actor
from app.domain.moves import OrderReached
from app.domain.order import Reach
from app.domain.refusal import Refusal
from tests.helpers.halls import actor
from tests.helpers.memory_hall import MemoryHall, memory_hall


@pytest.fixture
def hall() -> MemoryHall:
    return memory_hall()


def test_each_way_counts_once_and_at_its_time(hall: MemoryHall) -> None:
    case, desk = hall.dispatched("SZ"), hall.commander.desk
    order = case.orders[0].code
    times: dict[str, int] = {}
    for how, by in (
        ("delivered", SYSTEM),
        ("read", actor("handler", "SZ")),
        ("called", actor("dispatcher")),
    ):
        hall.time.advance(1_000)
        times[how] = hall.clock.now()
        assert isinstance(reached(desk, case.id, order, how, by), Done)  # type: ignore[arg-type]
        hall.time.advance(1_000)
        assert isinstance(reached(desk, case.id, order, how, by), AlreadyDone)  # type: ignore[arg-type]
    after = hall.case(case.id).orders[0]
    assert (after.delivered_at, after.read_at, after.called_at) == tuple(times.values())
    assert hall.case(case.id).state == case.state
    assert len(hall.bodies(OrderReached)) == 3


@pytest.mark.parametrize(
    ("how", "by"),
    [
        ("delivered", actor("dispatcher")),
        ("delivered", actor("handler", "SZ")),
        ("read", actor("dispatcher")),
        ("read", actor("handler", "CG")),
        ("called", actor("intake")),
        ("called", SYSTEM),
    ],
)
def test_who_may_not_say_so_is_refused(hall: MemoryHall, how: Reach, by: Actor) -> None:
    case = hall.dispatched("SZ")
    refusal = reached(hall.commander.desk, case.id, case.orders[0].code, how, by)
    assert isinstance(refusal, Refusal)
    assert refusal.code in ("role_may_not", "other_units_order")
    assert hall.bodies(OrderReached) == []


def test_what_was_said_on_the_telephone_is_masked(hall: MemoryHall) -> None:
    case = hall.dispatched("SZ")
    order = case.orders[0].code
    reached(hall.commander.desk, case.id, order, "called", actor("shift_lead"), "王工 13800001234")
    (body,) = hall.bodies(OrderReached)
    assert isinstance(body, OrderReached)
    assert "13800001234" not in body.note
    assert body.note


@pytest.mark.parametrize(("incident", "order"), [("nobody", "x"), ("", "x"), (None, "x")])
def test_what_does_not_exist_cannot_be_reached(hall: MemoryHall, incident: str | None, order: str) -> None:
    case = hall.dispatched("SZ")
    refusal = reached(hall.commander.desk, case.id if incident is None else incident, order, "read", SYSTEM)
    assert isinstance(refusal, Refusal)
    assert refusal.code == ("field_order" if incident is None else "no_incident")


def test_a_second_telling_behind_the_other_desks_back_changes_nothing(hall: MemoryHall) -> None:
    case = hall.dispatched("SZ")
    order = case.orders[0].code
    reached(hall.commander.desk, case.id, order, "called", actor("dispatcher"))
    at = hall.case(case.id).orders[0].called_at
    hall.time.advance(60_000)
    desk = hall.commander.desk
    again = desk.draft(
        OrderReached(case.id, order, "called"), (f"incident:{case.id}",), actor("dispatcher"), 1
    )
    assert hall.store.append([again]).result()
    assert hall.case(case.id).orders[0].called_at == at
