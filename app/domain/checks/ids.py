"""Ids that are empty or stand twice, and labels that speak only one language."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

import msgspec

from app.domain.finding import Finding
from app.domain.rules import Rules

ID_FIELDS = {
    "transitions": "action",
    "categories": "code",
    "departments": "code",
    "responsibility": "category",
    "years": "year",
}
"""Sections whose elements are not named by a field `id`."""

LANGUAGES = ("zh", "en")


def sections(rules: Rules) -> Iterator[tuple[str, Sequence[msgspec.Struct]]]:
    """Every list of named things, by the name it has in the files. Calendars and years judge themselves."""
    workflow = rules.workflow
    yield "states", workflow.states
    yield "clocks", workflow.clocks
    yield "transitions", workflow.transitions
    yield "guards", workflow.guards
    yield "permissions", workflow.permissions
    yield "roles", workflow.roles
    yield "overlays", workflow.overlays
    yield "results", workflow.results
    yield "classes", rules.sla.classes
    yield "ladder", rules.sla.ladder
    yield "categories", rules.categories
    yield "departments", rules.departments
    yield "responsibility", rules.responsibility
    yield "return_reasons", rules.return_reasons
    yield "hold_reasons", rules.hold_reasons


def check_ids(rules: Rules) -> Iterator[Finding]:
    """Ids that are empty or stand twice: in a section, among the fields of a form, in a list of choices."""
    for section, items in sections(rules):
        yield from _twice(section, items, ID_FIELDS.get(section, "id"))
    for transition in rules.workflow.transitions:
        yield from _twice(f"transitions.{transition.action}.fields", transition.fields)
        for field in transition.fields:
            yield from _twice(f"transitions.{transition.action}.fields.{field.id}", field.choices)
    for name, choices in rules.lists.items():
        yield from _twice(f"lists.{name}", choices)


def _twice(section: str, items: Sequence[msgspec.Struct], id_field: str = "id") -> Iterator[Finding]:
    seen: Counter[object] = Counter()
    for number, item in enumerate(items):
        name = getattr(item, id_field)
        if name == "":
            yield Finding(f"{section}[{number}]", "id.empty", {})
        seen[name] += 1
        if name != "" and seen[name] == 2:
            yield Finding(f"{section}[{number}]", "id.twice", {"id": str(name)})


def check_languages(rules: Rules) -> Iterator[Finding]:
    """Labels that are empty in one language, wherever they stand."""
    for section, items in sections(rules):
        for item in items:
            yield from _silent(f"{section}.{getattr(item, ID_FIELDS.get(section, 'id'))}", item)
    for calendar in rules.calendars.calendars:
        yield from _silent(f"calendars.{calendar.id}", calendar)
    for name, choices in rules.lists.items():
        yield from _silent(f"lists.{name}", choices)


def _silent(key: str, value: object) -> Iterator[Finding]:
    if isinstance(value, msgspec.Struct):
        for field in value.__struct_fields__:
            part = getattr(value, field)
            if field in LANGUAGES and isinstance(part, str):
                if not part.strip():
                    yield Finding(key, "language.missing", {"language": field})
            else:
                yield from _silent(f"{key}.{field}", part)
    elif isinstance(value, tuple):
        for number, part in enumerate(value):
            yield from _silent(f"{key}.{getattr(part, 'id', number)}", part)
    elif isinstance(value, Mapping):
        for name, part in value.items():
            yield from _silent(f"{key}.{name}", part)
