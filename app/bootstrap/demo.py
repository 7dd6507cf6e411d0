"""The demo hall: a made-up district with a month of history in a directory of its own, then alive."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import msgspec

from app.base import paths
from app.base.clock import DAY_MS, MINUTE_MS, SECOND_MS, Clock
from app.base.language import Language
from app.bootstrap.demo_folder import DemoFile, demo_file, demo_folder, is_kept, write_demo_file
from app.bootstrap.new_hall import NewHall, sound_rules
from app.bootstrap.opening import NumberingHall, open_hall
from app.bootstrap.steps import Step, Told
from app.domain.hall import HallFounded
from app.domain.rulebook import RuleBook
from app.drill.demo_files import DemoData, load_demo
from app.drill.district import District, make_district
from app.drill.live import LiveWorld
from app.drill.past import make_past
from app.drill.posts import operators
from app.drill.rhythm import DAYS_PER_MONTH
from app.drill.tape import Tape
from app.drill.world import World
from app.log.store import Store
from app.projections.paging import cases_after

HISTORY_DAYS = {"county": DAYS_PER_MONTH}
"""What lies behind a demo when it opens, by scale."""

HISTORY_DAYS_ELSE = 7
"""A large district's month takes ten minutes to make; a week is still something to compare with."""

CATCH_UP_MS = 10 * MINUTE_MS
"""The step in which a kept demo lives through the time nobody watched."""

PAGE = 1_000
"""Cases looked through at a time when a kept demo is taken up again."""


@dataclass(frozen=True)
class Demo:
    """An open demo hall and the life in it: `live.step(now)` belongs on the worker, a few times a second."""

    hall: NumberingHall
    live: LiveWorld


@dataclass(frozen=True)
class _Making:
    wanted: DemoFile
    data: DemoData
    district: District
    hall: NumberingHall
    tape: Tape
    clock: Clock
    told: Told

    @property
    def book(self) -> RuleBook:
        return self.hall.commander.desk.book()

    def world(self, seed: int) -> World:
        return World(seed, self.district, self.data, self.book, self.hall.commander, self.tape)


def open_demo(
    folder: Path | None, *, seed: int, scale: str, language: Language, clock: Clock, told: Told
) -> Demo:
    """Open the demo of this seed and scale: the one that was kept in `folder`, else a new one.

    Without a folder it is the program's own, where another demo gives way. WorldError for a folder that
    holds something else, and for everything of `open_hall`.
    """
    place = folder or demo_folder()
    rules = sound_rules(place, language)
    words = paths.config() / "demo"
    data = load_demo(words)
    district = make_district(seed, scale, data.names)
    wanted = demo_file(seed, scale, rules, words)
    kept = is_kept(place, wanted, own=folder is None, now=clock.now())
    tape = Tape(clock, clock.now() - _days(scale) * DAY_MS)

    def founder() -> NewHall:
        posts = operators(district, rules.departments, data.names)
        return NewHall(HallFounded(district.label, district.code), rules, district.adopted(), posts)

    def folding(done: int, total: int) -> None:
        told(Step("folding", done, total))

    hall = open_hall(place, tape, language=language, mark="demo", progress=folding, founder=founder)
    try:
        making = _Making(wanted, data, district, hall, tape, clock, told)
        return Demo(hall, _go_on(making) if kept else _make(making))
    except BaseException:
        hall.close()
        raise


def _make(making: _Making) -> LiveWorld:
    hall, wanted, told = making.hall, making.wanted, making.told
    write_demo_file(hall.store.folder, wanted)
    world = making.world(wanted.seed)
    assert isinstance(hall.store, Store)
    make_past(
        hall.store,
        hall.commander.desk,
        making.tape,
        world,
        making.clock.now(),
        _days(wanted.scale),
        progress=lambda p: told(Step("past", p.done, p.total, p.at)),
    )
    write_demo_file(hall.store.folder, msgspec.structs.replace(wanted, complete=True))
    return LiveWorld(world, making.clock.now(), seed=wanted.seed)


def _go_on(making: _Making) -> LiveWorld:
    """Live through the time nobody watched, then in the present."""
    hall, tape, clock = making.hall, making.tape, making.clock
    head = hall.store.head().gseq
    last = hall.store.read_after(head - 1, 1)[0].at
    tape.past.set(last)
    # Other reports than the first time: the same seed would say the same again.
    world = making.world(making.wanted.seed + head)
    world.adopt(_open_cases(making), last)
    gap_s = DAY_MS / SECOND_MS / world.arrivals.rhythm.per_day
    missed = LiveWorld(world, last, seed=head, speed=1.0, arrival_s=gap_s)
    at, until = last, clock.now()
    while at < until:
        at = min(at + CATCH_UP_MS, until)
        tape.past.set(at)
        missed.step(at)
        hall.clerk.beat(at)
        making.told(Step("catching_up", at - last, until - last, at))
    tape.go_live()
    return LiveWorld(world, clock.now(), seed=head)


def _days(scale: str) -> int:
    return HISTORY_DAYS.get(scale, HISTORY_DAYS_ELSE)


def _open_cases(making: _Making) -> Iterator[str]:
    row = -1
    while page := cases_after(making.hall.store.reader(), row, PAGE):
        row = page[-1].row
        for known in page:
            if making.book.states[known.incident.state].kind not in ("done", "final"):
                yield known.incident.id
