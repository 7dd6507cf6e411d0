"""A small founded hall for tests: the shipped rules, a handful of areas, one operator a role."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import msgspec

from app.base.clock import Clock, ManualClock
from app.base.ids import IdMaker
from app.commands.command import Command, Done, NewReport, Outcome
from app.commands.commander import Commander
from app.commands.desk import Desk
from app.commands.founding import found
from app.commands.rules_files import load_rules
from app.domain.actor import SYSTEM, Actor
from app.domain.area import Area, AreasAdopted
from app.domain.hall import HallFounded, OperatorGranted
from app.domain.incident import Incident
from app.domain.label import Label
from app.domain.rulebook import RuleBook
from app.domain.rules import Rules
from app.log.store import Store, open_store
from app.projections.projector import HallProjector

RULES_FOLDER = Path(__file__).parents[2] / "config" / "rules"

MONDAY_9 = 1_773_018_000_000
"""2026-03-09T09:00+08:00, an ordinary working Monday."""

AREAS = (
    Area("990101", "district", Label("演示区", "Demo District")),
    Area("990101001", "street", Label("滨河街道", "Binhe Street"), "990101"),
    Area("990101002", "street", Label("江畔街道", "Jiangpan Street"), "990101"),
    Area("990101001001", "community", Label("云锦社区", "Yunjin Community"), "990101001"),
    Area("990101001001001", "grid", Label("云锦一网格", "Yunjin Grid 1"), "990101001001"),
)


@cache
def shipped_rules() -> Rules:
    """The rules of config/rules; a finding in them fails the test that asks."""
    loaded = load_rules(RULES_FOLDER)
    assert loaded.rules is not None, loaded.findings
    return loaded.rules


@cache
def shipped_book() -> RuleBook:
    return RuleBook(shipped_rules())


def actor(role: str, unit: str = "ZZZX", operator: str = "") -> Actor:
    return Actor(operator or f"op-{role}-{unit}", role, unit, "A1", "s1")


class TestHall(msgspec.Struct):
    """An open hall and what a test does with it."""

    __test__ = False

    store: Store
    projector: HallProjector
    clock: Clock
    commander: Commander

    @property
    def time(self) -> ManualClock:
        assert isinstance(self.clock, ManualClock)
        return self.clock

    def register(self, **report: object) -> Incident:
        """Take in a report (a lamp out in Binhe Street unless told) and return its case."""
        fields: dict[str, object] = {
            "channel": "phone",
            "what": "滨河路118号门前路灯不亮",
            "area": "990101001001",
            "category": "0602",
            "reporter_phone": "13800001234",
        }
        outcome = self.commander.register(NewReport(**(fields | report)), actor("intake"))
        assert isinstance(outcome, Done), outcome
        return self.case(outcome.incident)

    def case(self, incident: str) -> Incident:
        found_case = self.commander.incident(incident)
        assert found_case is not None
        return found_case

    def try_(self, incident: Incident | str, action: str, by: Actor, **more: object) -> Outcome:
        """Take a transition; `order`, `confirms`, `refuses` and `id` go to the command, the rest is its
        form."""
        named = {key: more.pop(key) for key in ("order", "confirms", "refuses", "id") if key in more}
        me = incident if isinstance(incident, str) else incident.id
        return self.commander.submit(Command(action=action, incident=me, form=more, **named), by)

    def do(self, incident: Incident | str, action: str, by: Actor, **more: object) -> Incident:
        """The same, and it must be done."""
        outcome = self.try_(incident, action, by, **more)
        assert isinstance(outcome, Done), outcome
        return self.case(outcome.incident)

    def filed(self, **report: object) -> Incident:
        """A case that waits for its dispatch."""
        case = self.register(**report)
        case = self.do(case, "accept", actor("intake"), category=case.category, place_confirmed=True)
        if not case.urgent:
            case = self.do(case, "file", actor("dispatcher"), **self.fill("file", case))
        return case

    def dispatched(self, lead: str = "SZ", co: tuple[str, ...] = (), **report: object) -> Incident:
        """A case that has just been dispatched to `lead`."""
        case = self.filed(**report)
        return self.do(
            case,
            "dispatch",
            actor("dispatcher"),
            lead_department=lead,
            co_departments=list(co),
            rule_or_reason="r",
        )

    def fill(self, action: str, case: Incident) -> dict[str, object]:
        """The required fields of a transition, filled with anything that fits."""
        return fill(action, case, self.commander.desk.book(), self.clock.now())


def fill(action: str, case: Incident, book: RuleBook, now: int) -> dict[str, object]:
    """Required fields of a transition with the plainest values that pass."""
    values: dict[str, object] = {}
    for field in book.transitions[action].fields:
        if not field.required:
            continue
        if field.source == "return_reasons":
            values[field.id] = "R02"
        elif field.source == "hold_reasons":
            values[field.id] = "H01"
        elif field.type in ("choice", "choices"):
            choice = (book.rules.lists[field.source] if field.source else field.choices)[0].id
            values[field.id] = choice if field.type == "choice" else [choice]
        elif field.type == "bool":
            values[field.id] = True
        elif field.type == "time":
            values[field.id] = now + 86_400_000
        elif field.type == "number":
            values[field.id] = 1
        elif field.type == "department":
            values[field.id] = "CG"
        elif field.type == "departments":
            values[field.id] = ["CG"]
        elif field.type == "category":
            values[field.id] = case.category or "0602"
        elif field.type == "sla_class":
            values[field.id] = case.sla_class or "W3"
        elif field.type == "area":
            values[field.id] = case.place.area
        elif field.type == "parts":
            values[field.id] = [{"what": "另一件事", "category": "0102"}]
        else:
            values[field.id] = "说明"
    return values


@contextmanager
def hall(folder: Path, clock: Clock | None = None) -> Iterator[TestHall]:
    """Open (and, when it is new, found) a demo hall in `folder` on a clock that moves only when told."""
    clock = clock or ManualClock(MONDAY_9)
    projector = HallProjector()
    with open_store(folder, clock, projector, mark="demo") as store:
        projector.load(store.reader())
        desk = Desk(
            store,
            lambda: projector.hall,
            clock,
            letters="A1",
            ids=IdMaker(),
            hall_of=lambda home: projector.halls.of(home),
        )
        if projector.hall.founded is None:
            found(
                desk,
                HallFounded(Label("演示区综治中心", "Demo District Governance Centre"), "990101", "demo"),
                shipped_rules(),
                AreasAdopted("test", AREAS),
                [
                    OperatorGranted(f"op-{role.id}-ZZZX", role.label, (role.id,), "ZZZX")
                    for role in shipped_rules().workflow.roles
                ],
            )
        yield TestHall(store, projector, clock, Commander(desk))


__all__ = [
    "AREAS",
    "MONDAY_9",
    "SYSTEM",
    "TestHall",
    "actor",
    "fill",
    "hall",
    "shipped_book",
    "shipped_rules",
]
