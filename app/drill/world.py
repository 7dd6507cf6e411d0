"""The simulated life of the demo: reports arrive, posts act by the rules, in the hall's own time.

It knows the hall only through its commands, so it is a test of the rules as well: every refusal is counted.
"""

from __future__ import annotations

import random
from collections.abc import Iterable

import msgspec

from app.base.clock import Clock, Instant
from app.commands.command import Command, Done
from app.domain.actor import SYSTEM, Actor
from app.domain.area import AreaTree
from app.domain.incident import Incident
from app.domain.rulebook import RuleBook
from app.drill.agenda import Agenda
from app.drill.arrivals import Arrival, Arrivals
from app.drill.cast import Cast
from app.drill.classing import Haste, haste_of
from app.drill.demo_files import DemoData
from app.drill.district import District
from app.drill.fate import draw_fate
from app.drill.filling import Filler
from app.drill.hall import Hall
from app.drill.life import Life, Planned, Scene, Wish
from app.drill.pace import Pace
from app.drill.posts import operators
from app.drill.tally import Tally
from app.drill.wishes import wishes

KNOWN_MAX = 5_000
"""So many late reports are remembered as cases that a repeat may join: more than the arrivals repeat."""

DESK_CHANNELS = ("phone", "window")
"""Channels where a person at the intake desk writes the report down; the others come in by themselves."""


UNCLASSIFIED = "9902"
"""What a case is taken for that nobody has given a category yet: the dispatcher will."""


class Event(msgspec.Struct, frozen=True):
    """Something the world did: at which time of the hall, on which case, what, who, whether it was done."""

    at: Instant
    incident: str
    action: str
    operator: str
    done: bool


class World:
    """The made-up district alive. Not thread-safe: one thread drives it."""

    def __init__(
        self, seed: int, district: District, demo: DemoData, book: RuleBook, hall: Hall, clock: Clock
    ) -> None:
        self.tally = Tally()
        self.arrivals = Arrivals(seed, district, demo, book)
        self.pace = Pace(demo.habits)
        self.agenda = Agenda()
        self.lives: dict[str, Life] = {}
        self._seed, self._demo, self._book = seed, demo, book
        self._hall, self._clock = hall, clock
        self._areas = AreaTree(district.areas)
        self._cast = Cast(operators(district, book.rules.departments, demo.names))
        self._filler = Filler(demo.phrases)
        self._by_serial: dict[int, str] = {}

    def enter(self, hall: Hall, clock: Clock) -> None:
        """Go on in another hall that holds the same cases: from the making of the past to the present."""
        self._hall, self._clock = hall, clock

    def receive(self, arrival: Arrival, agenda_now: Instant) -> Event:
        """A report comes in, by the desk or by itself, and somebody begins to care for it."""
        report, actor = arrival.report, self._receiver(arrival)
        repeats = self._by_serial.get(arrival.repeats, "")
        rng = random.Random(f"case:{self._seed}:{arrival.serial}")
        repeats = repeats if repeats and self._open(repeats) else ""
        if repeats and rng.random() < self._demo.habits.shares.joined_at_desk:
            report = msgspec.structs.replace(report, joins=repeats)
        outcome = self._hall.register(report, actor)
        done = self.tally.take("join" if report.joins else "register", outcome)
        self.tally.reports += 1
        incident = outcome.incident if isinstance(outcome, Done) else ""
        if incident and not report.joins:
            self._remember(arrival.serial, incident)
            haste = haste_of(self._book, arrival.category)
            fate = draw_fate(rng, self._demo.habits, haste=haste, channel=report.channel)
            self._begin(Life(incident, arrival.serial, arrival.category, fate, rng, repeats), agenda_now)
        return Event(self._clock.now(), incident, "register", actor.operator, done)

    def adopt(self, incidents: Iterable[str], agenda_now: Instant) -> int:
        """Go on with open cases that this world did not register: after a restart, or parts of a split case.

        How many it took up; closed and unknown ones it leaves.
        """
        taken = 0
        for incident in incidents:
            case = self._hall.incident(incident)
            if case is None or incident in self.lives or self._over(case):
                continue
            rng = random.Random(f"adopted:{self._seed}:{case.code}")
            category = case.category or UNCLASSIFIED
            haste: Haste = "urgent" if case.urgent else haste_of(self._book, category)
            fate = draw_fate(rng, self._demo.habits, haste=haste, channel=case.channel)
            self._begin(Life(incident, taken, category, fate, rng), agenda_now)
            taken += 1
        return taken

    def act(self, agenda_now: Instant) -> Event | None:
        """Take the first plan of the agenda; None when it was replaced or the case has moved on."""
        due = self.agenda.pop()
        life = self.lives.get(due.incident)
        planned = life.planned.get(due.slot) if life is not None else None
        if life is None or planned is None or planned.number != due.number:
            return None
        del life.planned[due.slot]
        case = self._hall.incident(life.incident)
        if case is None:
            return None
        if life.repeats and not self._open(life.repeats):
            life.repeats = ""
        scene = self._scene(case, life)
        wish = wishes(scene).get(due.slot)
        event = None
        if wish is not None and life.key(wish) == planned.key:
            event = self._take(wish, scene)
            case = self._hall.incident(life.incident) or case
            if event.done and wish.action == "split":
                self.adopt(case.links, agenda_now)
        self._plan(life, case, agenda_now)
        return event

    def _take(self, wish: Wish, scene: Scene) -> Event:
        life = scene.life
        command = Command(
            action=wish.action,
            incident=life.incident,
            order=wish.order,
            form=self._filler.form(wish, scene),
            confirms=wish.confirms,
            refuses=wish.refuses,
        )
        done = self.tally.take(wish.action, self._hall.submit(command, wish.actor))
        (life.done if done else life.refused)[wish.step] += 1
        return Event(self._clock.now(), life.incident, wish.action, wish.actor.operator, done)

    def _begin(self, life: Life, agenda_now: Instant) -> None:
        self.lives[life.incident] = life
        case = self._hall.incident(life.incident)
        if case is not None:
            self._plan(life, case, agenda_now)

    def _plan(self, life: Life, case: Incident, agenda_now: Instant) -> None:
        """Keep the plans that still hold, drop the others, plan what is new; let go a case that is over."""
        scene = self._scene(case, life)
        wanted = wishes(scene)
        for slot, planned in list(life.planned.items()):
            if slot not in wanted or life.key(wanted[slot]) != planned.key:
                del life.planned[slot]
        for slot, wish in wanted.items():
            if slot not in life.planned:
                at = agenda_now + self.pace.wait_ms(wish, scene)
                life.planned[slot] = Planned(life.key(wish), self.agenda.add(at, life.incident, slot))
        if not life.planned and self._over(case):
            del self.lives[life.incident]

    def _scene(self, case: Incident, life: Life) -> Scene:
        return Scene(case, life, self._book, self._areas, self._cast, self._clock.now())

    def _over(self, case: Incident) -> bool:
        return self._book.states[case.state].kind in ("done", "final")

    def _open(self, incident: str) -> bool:
        case = self._hall.incident(incident)
        return case is not None and not self._over(case) and not case.master

    def _receiver(self, arrival: Arrival) -> Actor:
        """The desk that writes it down, the grid worker who saw it, or the system at an interface."""
        if arrival.report.channel == "grid":
            street = self._areas.street_of(arrival.report.area)
            return self._cast.unit("grid_worker", f"WG@{street}", arrival.serial) or SYSTEM
        if arrival.report.channel in DESK_CHANNELS:
            return self._cast.centre("intake", arrival.serial) or SYSTEM
        return SYSTEM

    def _remember(self, serial: int, incident: str) -> None:
        self._by_serial[serial] = incident
        if len(self._by_serial) > KNOWN_MAX:
            del self._by_serial[next(iter(self._by_serial))]
