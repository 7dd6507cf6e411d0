"""What the tests of the drill share: the shipped demo data, a county, and a hall with a past of some days."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import msgspec

from app.base.clock import DAY_MS, HOUR_MS, Instant, ManualClock
from app.base.ids import IdMaker
from app.commands.command import Command, NewReport, Outcome
from app.commands.commander import Commander
from app.commands.desk import Desk
from app.commands.founding import found
from app.domain.actor import Actor
from app.domain.incident import Incident
from app.drill.demo_files import DemoData, load_demo
from app.drill.district import District, make_district
from app.drill.hall import Hall
from app.drill.posts import operators
from app.drill.tape import Tape
from app.drill.world import World
from app.log.store import Store, open_store
from app.projections.projector import HallProjector
from tests.helpers.halls import MONDAY_9, shipped_book, shipped_rules

DEMO_FOLDER = Path(__file__).parents[3] / "config" / "demo"

FRIDAY_15 = MONDAY_9 + 4 * DAY_MS + 6 * HOUR_MS
"""2026-03-13T15:00+08:00: the middle of an ordinary afternoon."""


@cache
def demo() -> DemoData:
    return load_demo(DEMO_FOLDER)


@cache
def county(seed: int = 1) -> District:
    return make_district(seed, "county", demo().names)


class DemoHall(msgspec.Struct):
    """A founded hall whose clock is a tape, and the world that may live in it."""

    store: Store
    desk: Desk
    tape: Tape
    live: ManualClock
    world: World

    def cases(self) -> list[Incident]:
        entries = self.store.read_after(0, 1_000_000)
        subjects = {s for n in entries for s in n.entry.subjects if s.startswith("incident:")}
        found_cases = [self.desk.incident(subject.removeprefix("incident:")) for subject in sorted(subjects)]
        return [case for case in found_cases if case is not None]


@contextmanager
def demo_hall(folder: Path, start: Instant, until: Instant, seed: int = 1) -> Iterator[DemoHall]:
    """Found a demo county at `start`; after its past it goes on at `until` on a clock that tests move."""
    district, live = county(seed), ManualClock(until)
    tape, projector = Tape(live, start), HallProjector()
    with open_store(folder, tape, projector, mark="demo") as store:
        projector.load(store.reader())
        desk = Desk(store, lambda: projector.hall, tape, letters="A1", ids=IdMaker())
        rules = shipped_rules()
        posts = operators(district, rules.departments, demo().names)
        found(desk, district.founded(), rules, district.adopted(), posts)
        world = World(seed, district, demo(), shipped_book(), Commander(desk), tape)
        yield DemoHall(store, desk, tape, live, world)


class Recorder:
    """A hall that writes down what it is asked, with random ids and reference texts made comparable."""

    def __init__(self, hall: Hall, clock: ManualClock) -> None:
        self._hall, self._clock = hall, clock
        self._names: dict[str, str] = {}
        self.asked: list[tuple[Any, ...]] = []

    def register(self, report: NewReport, actor: Actor) -> Outcome:
        told = msgspec.structs.replace(report, joins=self._named(report.joins))
        self.asked.append((self._clock.now(), actor.operator, told))
        return self._hall.register(report, actor)

    def submit(self, command: Command, actor: Actor) -> Outcome:
        form = {k: self._named(v) if k == "master_id" else v for k, v in command.form.items()}
        self.asked.append(
            (
                self._clock.now(),
                actor.operator,
                command.action,
                self._named(command.incident),
                command.order,
                bool(command.confirms),
                bool(command.refuses),
                form,
            )
        )
        return self._hall.submit(command, actor)

    def incident(self, incident: str) -> Incident | None:
        return self._hall.incident(incident)

    def _named(self, incident: str) -> str:
        return self._names.setdefault(incident, f"case {len(self._names)}") if incident else ""
