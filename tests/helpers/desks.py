"""Desks that are cut off from one another and from their hub, in memory: each decides on what it knows."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import count

import msgspec
from msgspec.structs import replace

from app.domain.actor import SYSTEM
from app.domain.contested import Contested
from app.domain.evolve import evolve_each
from app.domain.fact import PENDING_FROM, Fact
from app.domain.incident import Incident
from app.domain.kinds import INCIDENT, kind_of, read_body
from tests.helpers.halls import MONDAY_9
from tests.helpers.lives import Life

Told = tuple[Fact, Sequence[str]]
"""A fact and the incidents it is about."""


class Hub:
    """Numbers facts in the order in which they come, and folds them; the one clock of this world."""

    def __init__(self) -> None:
        self.now = MONDAY_9
        self.told: list[Told] = []
        self.cases: dict[str, Incident] = {}
        self.ids = count(1)
        self._last_at: dict[str, int] = {}

    def desk(self, name: str) -> DeskLife:
        return DeskLife(self, name)

    def number(self, fact: Fact, about: Sequence[str]) -> None:
        """The next number, and the effective time between the origin's last one and now."""
        at = min(max(fact.at, self._last_at.get(fact.origin, 0)), self.now)
        self._last_at[fact.origin] = at
        numbered = replace(fact, gseq=len(self.told) + 1, at=at)
        self.told.append((numbered, about))
        book = Life().book
        self.cases.update(list(evolve_each(about, self.cases.get, numbered, book)))

    def refolded(self) -> dict[str, Incident]:
        """All cases as their facts alone make them."""
        cases: dict[str, Incident] = {}
        for fact, about in self.told:
            cases.update(list(evolve_each(about, cases.get, fact, Life().book)))
        return cases


class DeskLife(Life):
    """The life of the world as one desk sees it: what it pulled, and its own facts on top that wait."""

    def __init__(self, hub: Hub, name: str) -> None:
        self.hub = hub
        super().__init__()
        self.name = name
        self.confirmed: dict[str, Incident] = {}
        self.waiting: list[Told] = []
        self.pushed = 0
        self._ids = hub.ids
        self._oseq = count(1)

    @property
    def now(self) -> int:
        return self.hub.now

    @now.setter
    def now(self, value: int) -> None:
        self.hub.now = max(self.hub.now, value)

    def write(self, body: msgspec.Struct, subjects: list[str], by: str, cause: str | None = None) -> Fact:
        """Fold one fact on top of what is known here; it waits for its number."""
        kind = kind_of(body)
        body = read_body(kind.name, kind.version, msgspec.json.encode(body)) or body
        oseq = next(self._oseq)
        followed = cause is not None and by == SYSTEM.operator
        base = {} if followed else {INCIDENT + me: self._seen(me) for me in subjects if me in self.cases}
        self.written += 1
        fact = Fact(
            body=body,
            at=self.now,
            gseq=PENDING_FROM + oseq,
            eid=f"{self.name}{oseq}",
            actor=by,
            kind=kind.name,
            occurred_at=self.now,
            cause=cause,
            origin=self.name,
            base=base,
            desk=self.name,
        )
        self.waiting.append((fact, subjects))
        self._show(fact, subjects)
        return fact

    def push(self, most: int = 1_000) -> None:
        """Give the hub what waits, in order; nothing of the others' is heard."""
        for fact, about in self.waiting[self.pushed :][:most]:
            self.hub.number(fact, about)
            self.pushed += 1

    def pull(self) -> None:
        """Take everything that has a number; what was pushed is among it."""
        self.confirmed = dict(self.hub.cases)
        self.waiting = self.waiting[self.pushed :]
        self.pushed = 0
        self.cases = dict(self.confirmed)
        for fact, about in self.waiting:
            self._show(fact, about)

    def sync(self) -> None:
        self.push()
        self.pull()

    def _seen(self, me: str) -> int:
        known = self.confirmed.get(me)
        return known.seen if known is not None else 0

    def _show(self, fact: Fact, about: Sequence[str]) -> None:
        self.cases.update(list(evolve_each(about, self.cases.get, fact, self.book)))


Desks = tuple[Hub, DeskLife, DeskLife]
"""A hub and the two desks A and B of it."""


def two_desks() -> Desks:
    """A new world of two."""
    hub = Hub()
    return hub, hub.desk("A"), hub.desk("B")


def healed(hub: Hub, *desks: DeskLife) -> None:
    """Push the desks in this order, then let all of them pull."""
    for desk in desks:
        desk.push()
    for desk in desks:
        desk.pull()
        assert desk.cases == hub.cases


def shared(desks: Desks, case: Incident) -> Incident:
    """The case known to both desks; from here on they are cut off."""
    hub, a, b = desks
    healed(hub, a, b)
    return hub.cases[case.id]


def one(case: Incident) -> Contested:
    """The only contested item of the case."""
    assert len(case.contested) == 1, case.contested
    return case.contested[0]
