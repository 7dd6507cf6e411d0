"""Who answers for what: codes of categories, departments, calendars, reasons and lists that must resolve."""

from __future__ import annotations

from collections.abc import Iterator

from app.domain.checks.names import unknown
from app.domain.finding import Finding
from app.domain.limits import check_limit
from app.domain.responsibility import Responsibility
from app.domain.rules import Rules

VERIFY_LIST = "check_methods"
KIND_LIST = "department_kinds"
FAULT_LIST = "faults"


def check_matrix(rules: Rules) -> Iterator[Finding]:
    """Every code that one table takes from another."""
    yield from _categories(rules)
    yield from _departments(rules)
    departments = {d.code for d in rules.departments}
    for row in rules.responsibility:
        yield from _row(row, departments, rules)
    actions = {t.action for t in rules.workflow.transitions}
    for section in ("return_reasons", "hold_reasons"):
        for reason in getattr(rules, section):
            key = f"{section}.{reason.id}"
            yield from unknown(f"{key}.leads_to", "transition.unknown", "action", reason.leads_to, actions)
            if reason.fault:
                yield from _in_list(f"{key}.fault", FAULT_LIST, reason.fault, rules)


def _in_list(key: str, name: str, value: str, rules: Rules) -> Iterator[Finding]:
    """A value that must be one of the choices of list `name`."""
    if name not in rules.lists:
        yield Finding(key, "list.unknown", {"list": name})
    elif value not in {choice.id for choice in rules.lists[name]}:
        yield Finding(key, "list.value_unknown", {"list": name, "value": value})


def _categories(rules: Rules) -> Iterator[Finding]:
    codes = {c.code for c in rules.categories}
    classes = {c.id for c in rules.sla.classes}
    rows = {row.category for row in rules.responsibility}
    for category in rules.categories:
        key = f"categories.{category.code}"
        if not category.parent:
            continue  # a family: only its categories are dispatched
        yield from unknown(f"{key}.parent", "category.unknown", "category", (category.parent,), codes)
        yield from unknown(f"{key}.sla_class", "class.unknown", "class", (category.sla_class,), classes)
        if category.code not in rows:
            yield Finding(key, "category.no_row", {"category": category.code})


def _departments(rules: Rules) -> Iterator[Finding]:
    codes = {d.code for d in rules.departments}
    calendars = {c.id for c in rules.calendars.calendars}
    for department in rules.departments:
        key = f"departments.{department.code}"
        yield from unknown(
            f"{key}.calendar", "calendar.unknown", "calendar", (department.calendar,), calendars
        )
        yield from _in_list(f"{key}.kind", KIND_LIST, department.kind, rules)
        if department.duty_substitute:
            substitute = (department.duty_substitute,)
            yield from unknown(
                f"{key}.duty_substitute", "department.unknown", "department", substitute, codes
            )


def _row(row: Responsibility, departments: set[str], rules: Rules) -> Iterator[Finding]:
    key = f"responsibility.{row.category}"
    categories = {c.code for c in rules.categories}
    yield from unknown(key, "category.unknown", "category", (row.category,), categories)
    yield from unknown(f"{key}.lead", "department.unknown", "department", (row.lead,), departments)
    yield from unknown(f"{key}.co", "department.unknown", "department", row.co, departments)
    if row.sla_class:
        classes = {c.id for c in rules.sla.classes}
        yield from unknown(f"{key}.sla_class", "class.unknown", "class", (row.sla_class,), classes)
    if row.verify_by:
        yield from _in_list(f"{key}.verify_by", VERIFY_LIST, row.verify_by, rules)
    clocks = {clock.id for clock in rules.workflow.clocks}
    yield from unknown(f"{key}.overrides", "clock.unknown", "clock", row.overrides, clocks)
    for text in row.overrides.values():
        yield from check_limit(f"{key}.overrides", text)
