"""Reports as they arrive: who says what, where, by which channel; some say again what was said before."""

from __future__ import annotations

import random
from collections import deque

import msgspec

from app.base.clock import HOUR_MS, Instant
from app.commands.command import NewReport
from app.domain.rulebook import RuleBook
from app.drill.addresses import Addresses, Where
from app.drill.classing import class_of
from app.drill.demo_files import DemoData
from app.drill.district import District
from app.drill.fate import PUBLIC
from app.drill.names import People
from app.drill.rhythm import Rhythm

REMEMBERED = 60
"""So many late reports may be said again: a few hours' worth at both scales."""

PHONE_DIGITS = 11

QUESTIONS = ("Q0",)
"""Classes of matters that nobody repeats: a question is answered."""


class Arrival(msgspec.Struct, frozen=True):
    """One report to come. `category` is the true one, which the report itself may not carry yet; `repeats` is
    the serial of the arrival it says again, or 0."""

    serial: int
    at: Instant
    category: str
    report: NewReport
    repeats: int = 0


class _Told(msgspec.Struct, frozen=True):
    serial: int
    at: Instant
    category: str
    template: str
    where: Where


class Arrivals:
    """A stream of reports, the same for the same seed."""

    def __init__(self, seed: int, district: District, demo: DemoData, book: RuleBook) -> None:
        self._rng = random.Random(f"arrivals:{seed}")
        self._demo, self._book = demo, book
        self._addresses = Addresses(district, demo.names)
        self.rhythm = Rhythm(demo.mix, district.scale, book.rules.calendars.timezone)
        self._told: deque[_Told] = deque(maxlen=REMEMBERED)
        self._serial = 0

    def next_after(self, at: Instant) -> Arrival:
        """The next report after `at`, by the rhythm of day and week."""
        return self.at(self.rhythm.next_after(self._rng, at))

    def at(self, at: Instant) -> Arrival:
        """A report at this very instant."""
        rng, mix = self._rng, self._demo.mix.arrivals
        self._serial += 1
        first = self._repeated(at) if rng.random() < mix.repeat_share else None
        category = first.category if first else self.rhythm.category(rng, at)
        where = (
            first.where if first else self._addresses.draw(rng, self._demo.mix.categories[category].places)
        )
        channel = self._channel(category)
        said_before = first.template if first else ""
        what, template = self._demo.phrases.report(rng, category, channel, where.said, said_before)
        if first and channel not in self._demo.phrases.voices:
            what = rng.choice(self._demo.phrases.tails.repeat) + what
        if class_of(self._book, category) not in QUESTIONS:
            self._told.append(_Told(self._serial, at, category, template, where))
        report = self._report(category, channel, where, what)
        return Arrival(self._serial, at, category, report, first.serial if first else 0)

    def _channel(self, category: str) -> str:
        weights = self._demo.mix.channels[self._demo.mix.categories[category].channels]
        return self._rng.choices(list(weights), weights=list(weights.values()))[0]

    def _repeated(self, at: Instant) -> _Told | None:
        since = at - self._demo.mix.arrivals.repeat_hours_max * HOUR_MS
        recent = [told for told in self._told if told.at >= since]
        return self._rng.choice(recent) if recent else None

    def _report(self, category: str, channel: str, where: Where, what: str) -> NewReport:
        rng, mix = self._rng, self._demo.mix
        sla_class = class_of(self._book, category)
        known = rng.random() < mix.arrivals.categorised.get(channel, 1.0)
        person = channel in PUBLIC
        flat, phone, name = "", "", ""
        if person:
            name = _name(rng, self._demo.names.people)
            if rng.random() < mix.arrivals.leaves_phone_share:
                phone = phone_number(rng, self._demo.names.people)
            if where.home and rng.random() < mix.arrivals.flat_share:
                flat = self._addresses.flat(rng)
                what += rng.choice(self._demo.phrases.tails.flat).format(flat=flat)
            if phone and rng.random() < mix.arrivals.phone_share:
                what += rng.choice(self._demo.phrases.tails.phone).format(phone=phone)
        return NewReport(
            channel=channel,
            what=what,
            area=where.area,
            address=where.address,
            flat=flat,
            point=where.point,
            category=category if known else "",
            urgent=self._book.urgent(sla_class),
            life_danger=sla_class == "U0",
            reporter_name=name,
            reporter_phone=phone,
            wants_answer=person and rng.random() < mix.arrivals.wants_answer_share,
        )


def _name(rng: random.Random, people: People) -> str:
    called = people.addresses if rng.random() < 0.5 else people.given
    return rng.choice(people.surnames) + rng.choice(called)


def phone_number(rng: random.Random, people: People) -> str:
    """A number out of the blocks that stand in for real ones."""
    block = rng.choice(people.phone_blocks)
    free = PHONE_DIGITS - len(block)
    return f"{block}{rng.randrange(10**free):0{free}d}"
