"""The running demo: reports trickle in by the wall clock, open work goes on faster than life."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.base.clock import HOUR_MS, MINUTE_MS, SECOND_MS
from app.commands.command import Command
from app.commands.commander import Commander
from app.domain.actor import Actor
from app.drill import live as live_module
from app.drill.live import LiveWorld
from app.drill.world import Event, World
from tests.helpers.halls import MONDAY_9, shipped_book
from tests.unit.drill.made import DemoHall, county, demo, demo_hall

STEP_MS = 500


@pytest.fixture
def hall(tmp_path: Path) -> Iterator[DemoHall]:
    with demo_hall(tmp_path / "hall", MONDAY_9, MONDAY_9) as opened:
        opened.tape.go_live()
        yield opened


def run(hall: DemoHall, live: LiveWorld, seconds: int) -> list[Event]:
    events: list[Event] = []
    for _ in range(seconds * SECOND_MS // STEP_MS):
        hall.live.advance(STEP_MS)
        events += live.step(hall.live.now())
    return events


def test_reports_come_and_are_worked_on_at_once(hall: DemoHall) -> None:
    events = run(hall, LiveWorld(hall.world, MONDAY_9, arrival_s=10), 240)
    arrived = [event for event in events if event.action == "register"]
    assert 12 <= len(arrived) <= 40
    assert all(event.done for event in events)
    assert {"accept", "file", "dispatch", "sign"} <= {event.action for event in events}
    assert [event.at for event in events] == sorted(event.at for event in events)
    assert hall.world.tally.refused.total() == 0


def test_twice_the_speed_is_twice_the_agenda(hall: DemoHall) -> None:
    live = LiveWorld(hall.world, MONDAY_9, speed=120)
    assert live.agenda_now(MONDAY_9 + 30 * SECOND_MS) == MONDAY_9 + HOUR_MS
    assert live.agenda_now(MONDAY_9 - MINUTE_MS) == MONDAY_9


def test_a_sleep_of_the_pc_brings_no_flood(hall: DemoHall) -> None:
    live = LiveWorld(hall.world, MONDAY_9, arrival_s=5)
    run(hall, live, 60)
    hall.live.advance(3 * HOUR_MS)
    events = live.step(hall.live.now())
    assert [event.action for event in events].count("register") == 1
    assert len(events) <= live_module.EVENTS_MAX


def test_one_call_takes_a_bounded_number_of_steps(hall: DemoHall, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live_module, "EVENTS_MAX", 3)
    live = LiveWorld(hall.world, MONDAY_9, arrival_s=2)
    for _ in range(30):
        hall.live.advance(2 * SECOND_MS)
        assert len(live.step(hall.live.now())) <= 3
    hall.live.advance(30 * MINUTE_MS)
    assert len(live.step(hall.live.now())) == 3


def test_another_world_takes_up_open_cases(hall: DemoHall) -> None:
    run(hall, LiveWorld(hall.world, MONDAY_9, arrival_s=3), 60)
    opened = [c.id for c in hall.cases() if shipped_book().states[c.state].kind == "open"]
    assert len(opened) > 5
    again = World(1, county(), demo(), shipped_book(), Commander(hall.desk), hall.tape)
    live = LiveWorld(again, hall.live.now(), arrival_s=10_000)
    assert again.adopt([*opened, "unknown"], hall.live.now()) == len(opened)
    assert again.adopt(opened, hall.live.now()) == 0
    events = run(hall, live, 120)
    assert {event.incident for event in events} <= set(opened)
    assert len(events) > 10
    assert all(event.done for event in events)


def test_people_may_act_in_between(hall: DemoHall) -> None:
    """What somebody at a real desk does with a case is found out, and the simulated ones go on from there."""
    live = LiveWorld(hall.world, MONDAY_9, arrival_s=4)
    run(hall, live, 6)
    case = next(c for c in hall.cases() if c.state == "reported")
    form = {"how_reporter_said_so": "来电"}
    actor = hall.desk.hall.operators["op-intake-01"]
    me = Actor(actor.operator, "intake", actor.unit)
    Commander(hall.desk).submit(Command(action="withdraw", incident=case.id, form=form), me)
    run(hall, live, 30)
    assert hall.world.tally.bugs == {}
    assert case.id not in hall.world.lives
