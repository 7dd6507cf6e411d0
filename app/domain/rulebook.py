"""The rules in force made ready for use: look-ups by id, parsed limits, working calendars."""

from __future__ import annotations

from bisect import bisect_right
from typing import Literal

from app.domain.calendar import Calendar
from app.domain.label import Label
from app.domain.limits import Limit, parse_limit
from app.domain.responsibility import Category, Department, Responsibility, unit_department
from app.domain.rules import Rules
from app.domain.sla import SlaClass
from app.domain.workflow import ALL_CLOCKS, ClockRule, ClockSteps, Role, State, Transition

MILESTONES = ("arrive", "make_safe", "restore")


class RuleBook:
    """One adopted set of rules. Read only; made once per adoption."""

    def __init__(self, rules: Rules) -> None:
        self.rules = rules
        workflow = rules.workflow
        self.states: dict[str, State] = {state.id: state for state in workflow.states}
        self.clocks: dict[str, ClockRule] = {clock.id: clock for clock in workflow.clocks}
        self.transitions: dict[str, Transition] = {t.action: t for t in workflow.transitions}
        self.roles: dict[str, Role] = {role.id: role for role in workflow.roles}
        self.guards: dict[str, Label] = {guard.id: guard.refusal for guard in workflow.guards}
        self.classes: dict[str, SlaClass] = {c.id: c for c in rules.sla.classes}
        self._places = {c.id: place for place, c in enumerate(rules.sla.classes)}
        self.categories: dict[str, Category] = {c.code: c for c in rules.categories}
        self.departments: dict[str, Department] = {d.code: d for d in rules.departments}
        self.matrix: dict[str, Responsibility] = {row.category: row for row in rules.responsibility}
        self.urgent_classes: tuple[str, ...] = tuple(c.id for c in rules.sla.classes if c.urgent)
        self._calendars: dict[str, Calendar] = {}
        self._steps: dict[tuple[ClockSteps, str], ClockSteps] = {}
        self._limits: dict[tuple[str, str, str, bool], Limit | None] = {}

    def urgent(self, sla_class: str) -> bool:
        """Urgent means: the SLA class is an urgent one. There is no other meaning."""
        found = self.classes.get(sla_class)
        return found is not None and found.urgent

    @property
    def gravest(self) -> str:
        """The class of danger to life: the first urgent one of the SLA; empty when it has none."""
        return self.urgent_classes[0] if self.urgent_classes else ""

    def class_of(self, category: str) -> str:
        """The class a category asks for: its row's of the matrix, else its own; empty when it has none."""
        row, known = self.matrix.get(category), self.categories.get(category)
        return (row.sla_class if row is not None else "") or (known.sla_class if known is not None else "")

    def graver(self, a: str, b: str) -> str:
        """The more urgent of two classes: urgent before not, then the order of the SLA's own list."""
        return a if self._gravity(a) <= self._gravity(b) else b

    def lowers(self, before: str, after: str) -> bool:
        """Whether `after` is less than the urgent class `before`."""
        return self.urgent(before) and self._gravity(after) > self._gravity(before)

    def _gravity(self, sla_class: str) -> tuple[bool, int]:
        place = self._places.get(sla_class)
        return not self.urgent(sla_class), len(self._places) if place is None else place

    def steps_on(self, steps: ClockSteps, on: Literal["incident", "order"]) -> ClockSteps:
        """The steps that turn clocks of the incident, or of an order; only clocks that may pause do."""
        found = self._steps.get((steps, on))
        if found is None:

            def mine(clocks: tuple[str, ...]) -> tuple[str, ...]:
                return tuple(
                    c for c in clocks if c == ALL_CLOCKS or (c in self.clocks and self.clocks[c].on == on)
                )

            pausing = tuple(c for c in mine(steps.pause) if c in self.clocks and self.clocks[c].pauses)
            found = ClockSteps(mine(steps.stop), mine(steps.start), pausing, mine(steps.resume))
            self._steps[(steps, on)] = found
        return found

    @property
    def office(self) -> Calendar:
        """The working calendar of the centre's own steps."""
        return self._calendar(self.rules.calendars.default_office)

    def calendar(self, unit: str) -> Calendar:
        """The working calendar of a unit; the office's for a unit that names none."""
        department = self.departments.get(unit_department(unit))
        return self.office if department is None else self._calendar(department.calendar)

    def _calendar(self, calendar: str) -> Calendar:
        # Made when first asked for: their tables take a tenth of a second, which a start has no use for.
        found = self._calendars.get(calendar)
        if found is None:
            known = {c.id for c in self.rules.calendars.calendars}
            tables = self.rules.calendars
            found = Calendar.of(tables, calendar if calendar in known else tables.default_office)
            self._calendars[calendar] = found
        return found

    def limit(self, clock: str, sla_class: str, category: str) -> Limit | None:
        """The limit of a clock for a class and category, or None when that clock has none.

        The category's row of the matrix may override the class.
        """
        urgent = self.urgent(sla_class)
        key = (clock, sla_class, category, urgent)
        if key not in self._limits:
            self._limits[key] = self._find_limit(clock, sla_class, category, urgent)
        return self._limits[key]

    def _find_limit(self, clock: str, sla_class: str, category: str, urgent: bool) -> Limit | None:
        rule = self.clocks.get(clock)
        if rule is None:
            return None
        row = self.matrix.get(category)
        if row is not None and clock in row.overrides:
            return parse_limit(row.overrides[clock])
        key = rule.limit_urgent if urgent and rule.limit_urgent else rule.limit
        scope, _, name = key.partition(".")
        if scope == "stage":
            return parse_limit(self.rules.sla.stages.get(name, ""))
        if scope == "class":
            found = self.classes.get(sla_class)
            return parse_limit(getattr(found, name, "")) if found is not None else None
        return None

    def return_window(self, sla_class: str) -> Limit | None:
        found = self.classes.get(sla_class)
        return parse_limit(found.return_window) if found is not None else None

    def may(self, role: str, action: str) -> bool:
        """Whether a role may take a transition at all; a role's rights follow from the transitions' `by`."""
        transition = self.transitions.get(action)
        return transition is not None and role in transition.by

    def permits(self, role: str, permission: str) -> bool:
        found = self.roles.get(role)
        return found is not None and permission in found.permissions


class RuleHistory:
    """Which rules were in force at which number: a fold uses those of the entry's own place. Never
    changes."""

    def __init__(self, adoptions: tuple[tuple[int, RuleBook], ...] = ()) -> None:
        self._adoptions = adoptions
        self._since = [gseq for gseq, _ in adoptions]

    def adopted(self, gseq: int, book: RuleBook) -> RuleHistory:
        """The history in which `book` is in force from entry `gseq` on."""
        return RuleHistory((*self._adoptions, (gseq, book)))

    def at(self, gseq: int) -> RuleBook | None:
        """The rules in force at entry `gseq`, or None before the first adoption."""
        place = bisect_right(self._since, gseq)
        return self._adoptions[place - 1][1] if place else None

    @property
    def latest(self) -> RuleBook | None:
        return self._adoptions[-1][1] if self._adoptions else None
