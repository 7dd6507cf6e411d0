"""People at their desks: at random, but only what the rules let them do; now and then what no rule lets
pass."""

from __future__ import annotations

import random
from collections.abc import Mapping
from typing import Any

import msgspec

from app.base.clock import Clock
from app.commands.command import Command, NewReport
from app.commands.commander import Commander
from app.commands.desk import Desk
from app.commands.judging import OPERATOR_UNKNOWN
from app.commands.reaching import reached
from app.commands.settling import settle
from app.domain.actor import Actor
from app.domain.contested import Choice
from app.domain.incident import Incident
from app.domain.kinds import incident_subject
from app.domain.moves import LimitBreached
from app.domain.options import Option, confirmable, options
from app.log.entries import Draft, Entry
from app.log.proving.verdicts import KIND_RESERVED
from app.projections.reading import Reading
from tests.helpers import chance as forms
from tests.sim.template import CENTRE_ROLES, UNIT_ROLES, UNITS

RECENT = 7
"""Cases that are worked on at a time: few, so that desks meet on them."""

EXTERNALS = 12
"""Numbers of a hotline that several desks take the same report from."""

ACTORS = [Actor(f"op-{role}-ZZZX", role, "ZZZX") for role in CENTRE_ROLES] + [
    Actor(f"op-{role}-{unit}", role, unit) for unit in UNITS for role in UNIT_ROLES
]
NOBODY = Actor("op-nobody", "intake", "ZZZX")
ASIDE = ("overlay", "promise", "promise_kept", "urge", "note")
CATEGORIES = ("0602", "0102", "1001", "1202", "0601")


class FromLater(msgspec.Struct, frozen=True):
    """The body of an entry of a newer program."""

    incident: str
    words: str


class Operators:
    """Those at one node. What they do is drawn from `chance`; with `may_err` some of it breaks rules."""

    def __init__(
        self,
        chance: random.Random,
        commander: Commander,
        reading: Reading,
        clock: Clock,
        *,
        may_err: bool,
    ) -> None:
        self._chance = chance
        self._commander = commander
        self._desk: Desk = commander.desk
        self._reading = reading
        self._clock = clock
        self._may_err = may_err

    def work(self) -> object:
        """One deed; what became of it. None for nothing to do."""
        if self._desk.hall.book is None:
            return None
        dice = self._chance.random()
        cases = self._recent()
        if dice < 0.16 or not cases:
            return self._register(cases)
        if dice < 0.24:
            return self._settle()
        if dice < 0.28:
            return self._reach(self._chance.choice(cases))
        if dice < 0.32:
            return self._err(self._chance.choice(cases)) if self._may_err else None
        return self._move(self._chance.choice(cases))

    def _recent(self) -> list[str]:
        found = self._reading._source.reader().exec_driver_sql(
            "SELECT incident FROM case_state ORDER BY row DESC LIMIT ?", (RECENT,)
        )
        return [str(row[0]) for row in found]

    def _register(self, cases: list[str]) -> object:
        chance = self._chance
        joins = chance.choice(cases) if cases and chance.random() < 0.15 else ""
        report = NewReport(
            channel=chance.choice(("phone", "grid", "sensor")),
            what=f"路灯不亮 {chance.randrange(1_000)}",
            area=chance.choice(("990101001001", "990101001001001", "")),
            category=chance.choice(CATEGORIES),
            urgent=chance.random() < 0.15,
            life_danger=chance.random() < 0.05,
            reporter_phone="13800001234" if chance.random() < 0.5 else "",
            reporter_name="张三" if chance.random() < 0.3 else "",
            external=f"hotline:{chance.randrange(EXTERNALS)}" if chance.random() < 0.25 else "",
            joins=joins,
        )
        return self._commander.register(report, self._by("intake"))

    def _move(self, incident: str) -> object:
        case = self._commander.incident(incident)
        if case is None:
            return None
        chance, book = self._chance, self._desk.book()
        for actor in chance.sample(ACTORS, len(ACTORS)):
            asked = confirmable(book, case, actor)
            if asked and chance.random() < 0.7:
                no = chance.random() < 0.3
                command = Command(
                    action=asked[0].action,
                    incident=incident,
                    form={"reason": "不同意"},
                    refuses=asked[0].eid if no else "",
                    confirms="" if no else asked[0].eid,
                )
                return self._commander.submit(command, actor)
            found = options(book, case, actor, self._desk.hall.areas, self._clock.now())
            free = [o for o in found if o.refusal is None]
            main = [o for o in free if o.transition.effect not in ASIDE]
            if main and chance.random() < 0.85:
                option = main[min(int(chance.expovariate(0.7)), len(main) - 1)]
                return self._take(case, option, actor)
            if free and chance.random() < 0.1:
                return self._take(case, chance.choice(free), actor)
        return None

    def _take(self, case: Incident, option: Option, actor: Actor) -> object:
        form = self._form(case, option)
        once = f"op-{self._chance.randrange(1 << 40)}" if self._chance.random() < 0.3 else ""
        command = Command(
            action=option.transition.action, incident=case.id, order=option.order, form=form, id=once
        )
        return self._commander.submit(command, actor)

    def _form(self, case: Incident, option: Option) -> Mapping[str, Any]:
        others = {name: case for name in self._recent() if name != case.id}
        number = self._chance.randrange(1_000)
        form = forms.form(case, option.transition, self._desk.book(), others, self._clock.now(), number)
        if "lead_department" in form:
            form["lead_department"] = self._chance.choice(UNITS)
        return form

    def _settle(self) -> object:
        found = self._reading.contested(3)
        if not found:
            return None
        case = self._chance.choice(found)
        item = self._chance.choice(case.contested)
        choice: Choice = "second" if self._chance.random() < 0.4 else "first"
        return settle(self._desk, case.id, item.eid, choice, "看过", self._by("dispatcher"))

    def _reach(self, incident: str) -> object:
        case = self._commander.incident(incident)
        orders = [order.code for order in case.orders] if case is not None else []
        if not orders:
            return None
        return reached(self._desk, incident, self._chance.choice(orders), "called", self._by("dispatcher"))

    def _err(self, incident: str) -> object:
        """Entries that a sound program would not write, or not yet."""
        subjects, now = (incident_subject(incident),), self._clock.now()
        kind = self._chance.randrange(3)
        if kind == 0:
            report = NewReport(channel="phone", what="无此人", category="0602")
            return self._commander.register(report, NOBODY)
        if kind == 1:
            body = LimitBreached(incident, "total", now, "due", "dispatcher", urged=False)
            draft = self._desk.draft(body, subjects, self._by("dispatcher"), now)
            return self._desk.log.append([draft]).result()
        later = Draft(
            eid=self._desk.ids(now),
            kind="written_later",
            kind_version=3,
            body=FromLater(incident, "来自新版本"),
            subjects=subjects,
            actor="op-dispatcher-ZZZX",
            occurred_at=now,
        )
        return self._desk.log.append([later]).result()

    def _by(self, role: str) -> Actor:
        return Actor(f"op-{role}-ZZZX", role, "ZZZX", self._desk.letters, "s1")


def unfit(entry: Entry) -> str:
    """The verdict on what operators wrote that breaks a rule; empty for everything else."""
    if entry.kind == "limit_breached":
        return KIND_RESERVED
    return OPERATOR_UNKNOWN if entry.actor == NOBODY.operator else ""
