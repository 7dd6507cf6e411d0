"""Checking a filled form against its fields: types, choices, what is required; nothing unknown gets in."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from app.domain.ask import Ask, resolve_unit
from app.domain.moves import Form
from app.domain.place import read_position
from app.domain.refusal import Refusal
from app.domain.responsibility import TERRITORY_KINDS
from app.domain.sealed import Sealed
from app.domain.workflow import Field

TEXT_MAX = 200
"""Characters of a one-line field: what a list can still show."""

LONG_TEXT_MAX = 4_000
"""Characters of a long text: several pages; more belongs into an attachment."""

TIME_MIN, TIME_MAX = 946_684_800_000, 4_102_444_800_000
"""2000-01-01 to 2100-01-01: a time outside is a slip of the finger."""

PART_FIELDS = ("what", "category")
"""What is said of each part of a split."""

LIST_MAX = 50
"""Units, orders or parts one step may name."""


def check_form(ask: Ask) -> Form | Refusal:
    """The form with cleaned values, empty optional ones left out; or the first field that breaks a rule."""
    fields = {field.id: field for field in ask.transition.fields}
    for name in ask.form:
        if name not in fields:
            return Refusal("unknown_field", str(name)[:40])
    cleaned: Form = {}
    for field in ask.transition.fields:
        value = ask.form.get(field.id)
        if value in (None, "", [], ()):
            if field.required and applies(field, ask):
                return Refusal("field_missing", field.id)
            continue
        result = _CHECKS[field.type](value, field, ask)
        if isinstance(result, Refusal):
            return result
        cleaned[field.id] = result
    return cleaned


def applies(field: Field, ask: Ask) -> bool:
    """Whether a field is asked for in this case at all."""
    if field.when == "urgent":
        return ask.incident.urgent
    if field.when == "reporter":
        return any(report.wants_answer for report in ask.incident.reports)
    return True


def choices_of(field: Field, ask: Ask) -> frozenset[str]:
    """The ids a choice field accepts: its own, or those of the list of the rules it names."""
    rules = ask.book.rules
    if field.source == "return_reasons":
        return frozenset(reason.id for reason in rules.return_reasons)
    if field.source == "hold_reasons":
        return frozenset(reason.id for reason in rules.hold_reasons)
    if field.source == "roles":
        return frozenset(ask.book.roles)
    choices = rules.lists.get(field.source, ()) if field.source else field.choices
    return frozenset(choice.id for choice in choices)


def _text(value: Any, field: Field, ask: Ask) -> Any:
    """Plain text, or what was sealed on the way here; nobody fills in something that looks sealed."""
    if isinstance(value, Sealed):
        return msgspec.structs.asdict(value)
    if (ask.confirms or ask.settles) and isinstance(value, dict):
        return value
    if not isinstance(value, str) or not value.strip():
        return Refusal("field_type", field.id, {"type": field.type})
    most = TEXT_MAX if field.type == "text" else LONG_TEXT_MAX
    if len(value) > most:
        return Refusal("field_long", field.id, {"most": str(most)})
    return value.strip()


def _position(value: Any, field: Field, _ask: Ask) -> Any:
    known = isinstance(value, str) and read_position(value) is not None
    return value.strip() if known else Refusal("field_position", field.id)


def _choice(value: Any, field: Field, ask: Ask) -> Any:
    if not isinstance(value, str) or value not in choices_of(field, ask):
        return Refusal("field_choice", field.id, {"value": str(value)[:40]})
    return value


def _choices(value: Any, field: Field, ask: Ask) -> Any:
    if not isinstance(value, list | tuple) or len(value) > LIST_MAX:
        return Refusal("field_type", field.id, {"type": field.type})
    allowed = choices_of(field, ask)
    for item in value:
        if not isinstance(item, str) or item not in allowed:
            return Refusal("field_choice", field.id, {"value": str(item)[:40]})
    return list(dict.fromkeys(value))


def _bool(value: Any, field: Field, ask: Ask) -> Any:
    """A required one is a confirmation: it must be true."""
    if not isinstance(value, bool):
        return Refusal("field_type", field.id, {"type": field.type})
    refused = field.required and not value and applies(field, ask)
    return Refusal("not_confirmed", field.id) if refused else value


def _number(value: Any, field: Field, _ask: Ask) -> Any:
    good = isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
    return value if good else Refusal("field_type", field.id, {"type": field.type})


def _time(value: Any, field: Field, _ask: Ask) -> Any:
    good = isinstance(value, int) and not isinstance(value, bool) and TIME_MIN <= value < TIME_MAX
    return value if good else Refusal("field_time", field.id)


def _department(value: Any, field: Field, ask: Ask) -> Any:
    if not isinstance(value, str) or not _is_unit(value, ask):
        return Refusal("field_department", field.id, {"value": str(value)[:40]})
    return resolve_unit(value, ask.incident.place.area, ask.areas)


def _is_unit(value: str, ask: Ask) -> bool:
    """A department of the rules; one that exists once per area may name an area of the tree."""
    department, at, area = value.partition("@")
    if department not in ask.book.departments:
        return False
    return not at or (department in TERRITORY_KINDS and area in ask.areas)


def _departments(value: Any, field: Field, ask: Ask) -> Any:
    if not isinstance(value, list | tuple) or len(value) > LIST_MAX:
        return Refusal("field_type", field.id, {"type": field.type})
    units: list[str] = []
    for item in value:
        unit = _department(item, field, ask)
        if isinstance(unit, Refusal):
            return unit
        if unit not in units:
            units.append(unit)
    return units


def _category(value: Any, field: Field, ask: Ask) -> Any:
    category = ask.book.categories.get(value) if isinstance(value, str) else None
    if category is None or not category.parent:
        return Refusal("field_category", field.id, {"value": str(value)[:40]})
    return value


def _sla_class(value: Any, field: Field, ask: Ask) -> Any:
    known = isinstance(value, str) and value in ask.book.classes
    return value if known else Refusal("field_choice", field.id, {"value": str(value)[:40]})


def _area(value: Any, field: Field, ask: Ask) -> Any:
    known = isinstance(value, str) and value in ask.areas
    return value if known else Refusal("field_area", field.id, {"value": str(value)[:40]})


def _incident(value: Any, field: Field, ask: Ask) -> Any:
    known = isinstance(value, str) and value in ask.others
    return value if known else Refusal("field_incident", field.id, {"value": str(value)[:40]})


def _orders(value: Any, field: Field, ask: Ask) -> Any:
    if not isinstance(value, list | tuple) or len(value) > LIST_MAX:
        return Refusal("field_type", field.id, {"type": field.type})
    open_orders = {order.code for order in ask.incident.orders if order.in_force}
    for item in value:
        if not isinstance(item, str) or item not in open_orders:
            return Refusal("field_order", field.id, {"value": str(item)[:40]})
    return list(dict.fromkeys(value))


def _parts(value: Any, field: Field, ask: Ask) -> Any:
    if not isinstance(value, list | tuple) or not 1 <= len(value) <= LIST_MAX:
        return Refusal("field_type", field.id, {"type": field.type})
    for part in value:
        if not isinstance(part, Mapping):
            return Refusal("field_type", field.id, {"type": field.type})
        if unknown := sorted(str(name) for name in part if name not in PART_FIELDS):
            return Refusal("unknown_field", f"{field.id}.{unknown[0][:40]}")
        what = part.get("what")
        if not isinstance(what, str) or not what.strip():
            return Refusal("field_missing", f"{field.id}.what")
        if len(what) > LONG_TEXT_MAX:
            return Refusal("field_long", f"{field.id}.what", {"most": str(LONG_TEXT_MAX)})
        category = _category(part.get("category"), field, ask)
        if isinstance(category, Refusal):
            return category
    return [{"what": p["what"].strip(), "category": p["category"]} for p in value]


_CHECKS: dict[str, Callable[[Any, Field, Ask], Any]] = {
    "text": _text,
    "long_text": _text,
    "evidence": _text,
    "position": _position,
    "choice": _choice,
    "choices": _choices,
    "bool": _bool,
    "number": _number,
    "time": _time,
    "department": _department,
    "departments": _departments,
    "category": _category,
    "sla_class": _sla_class,
    "area": _area,
    "incident": _incident,
    "orders": _orders,
    "parts": _parts,
}
