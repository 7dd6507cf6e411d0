"""Forms drawn from the rules: fields with their words, choices and what is proposed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from app.domain.incident import Incident
from app.domain.order import Order
from app.domain.responsibility import Responsibility, unit_department
from app.domain.rulebook import RuleBook
from app.domain.workflow import Field, Transition
from app.viewmodels.context import Context
from app.viewmodels.moments import parse_moment


class Option(msgspec.Struct, frozen=True):
    """One choice: its id, its words, and what may be typed for it."""

    id: str
    label: str
    code: str = ""


class FormField(msgspec.Struct, frozen=True):
    """One field in finished words. `kind` is how it is filled: text, long_text, choice, multi, time, bool,
    number, area (a code of the area tree), incident (another case), parts (lines of what and category).

    `value` is what is proposed: a person changes or keeps it. `hint` says what the rules mean by it.
    """

    id: str
    label: str
    kind: str
    options: tuple[Option, ...] = ()
    required: bool = True
    value: Any = None
    hint: str = ""


_KINDS = {
    "text": "text",
    "long_text": "long_text",
    "evidence": "text",
    "position": "text",
    "choice": "choice",
    "choices": "multi",
    "bool": "bool",
    "number": "number",
    "time": "time",
    "department": "choice",
    "departments": "multi",
    "category": "choice",
    "sla_class": "choice",
    "area": "area",
    "incident": "incident",
    "orders": "multi",
    "parts": "parts",
}

CONDITIONS = {
    "filing_condition_met": "filing_condition",
    "closing_condition": "closing_condition",
    "make_safe_condition": "make_safe_when",
}
"""Fields that confirm a condition, and where the responsibility matrix says what it is."""

ANSWERED = {"extend": "ask_extension", "hold": "ask_hold", "add_co": "ask_coop"}
"""Actions that answer a unit's request: what was asked for is proposed."""


def form_fields(
    context: Context, incident: Incident, transition: Transition, order: str = ""
) -> tuple[FormField, ...]:
    """The fields of a transition as asked for in this case, on `order` when it is an order's."""
    book = context.book
    if book is None:
        return ()
    asked = _asked(incident, transition, incident.order(order) or incident.lead)
    return tuple(
        FormField(
            field.id,
            context.label(field.label),
            _KINDS[field.type],
            options_of(context, book, field, incident),
            field.required,
            asked.get(field.id, proposed(context, book, field, incident)),
            _hint(context, book, field, incident),
        )
        for field in transition.fields
        if applies(field, incident)
    )


def applies(field: Field, incident: Incident) -> bool:
    """Whether a field is asked for in this case at all."""
    if field.when == "urgent":
        return incident.urgent
    return field.when != "reporter" or any(report.wants_answer for report in incident.reports)


def needs_filling(fields: tuple[FormField, ...]) -> bool:
    """Whether an action must be asked about before it can be done."""
    return any(field.required for field in fields)


def moment_words(context: Context, at: int) -> str:
    """A time as it may also be typed: 2026-11-28 17:30."""
    return context.formats.moment(at)[:16]


def read_moment(context: Context, typed: str) -> int:
    """The instant a person typed; ValueError with finished words when it is not understood."""
    at = parse_moment(typed, context.now())
    if at is None:
        raise ValueError(context.text("form.time_wrong"))
    return at


def options_of(context: Context, book: RuleBook, field: Field, incident: Incident) -> tuple[Option, ...]:
    """What a field of choices offers; areas and cases are too many to list and are searched for."""
    if field.type in ("choice", "choices"):
        return _listed(context, book, field)
    if field.type in ("department", "departments"):
        return tuple(Option(d.code, context.label(d.label), d.code) for d in book.rules.departments)
    if field.type in ("category", "parts"):
        return category_options(context, book)
    if field.type == "sla_class":
        return tuple(Option(c.id, context.label(c.label), c.id) for c in book.rules.sla.classes)
    if field.type == "orders":
        return tuple(Option(o.code, context.unit(o.unit), o.code[-2:]) for o in incident.orders if o.in_force)
    return ()


def category_options(context: Context, book: RuleBook) -> tuple[Option, ...]:
    """Every category that a case may have."""
    return tuple(Option(c.code, context.label(c.label), c.code) for c in book.rules.categories if c.parent)


def _listed(context: Context, book: RuleBook, field: Field) -> tuple[Option, ...]:
    if field.source in ("return_reasons", "hold_reasons"):
        reasons = book.rules.return_reasons if field.source == "return_reasons" else book.rules.hold_reasons
        return tuple(Option(r.id, context.label(r.label), r.id) for r in reasons)
    choices = book.rules.lists.get(field.source, ()) if field.source else field.choices
    return tuple(Option(c.id, context.label(c.label)) for c in choices)


def _asked(incident: Incident, transition: Transition, order: Order | None) -> Mapping[str, Any]:
    """What a unit asked for, under the names the answer's form has for it."""
    kind = ANSWERED.get(transition.action, "")
    request = next((r for r in order.requests if r.kind == kind), None) if order is not None else None
    if request is None:
        return {}
    found = dict(request.form)
    if "suggested_department" in found:
        found["co_departments"] = [unit_department(str(found["suggested_department"]))]
    return found


def _hint(context: Context, book: RuleBook, field: Field, incident: Incident) -> str:
    if field.type == "time":
        return context.text("form.time_hint")
    row = book.matrix.get(incident.category)
    label = getattr(row, CONDITIONS[field.id], None) if field.id in CONDITIONS and row is not None else None
    return context.label(label) if label is not None else ""


def proposed(context: Context, book: RuleBook, field: Field, incident: Incident) -> Any:
    """What the responsibility matrix and the case itself already say; nothing is asked twice."""
    row = book.matrix.get(incident.category)
    if field.type == "category":
        return incident.category or None
    if field.type == "sla_class":
        return incident.sla_class or (row.sla_class if row is not None else None)
    if field.type == "area":
        return incident.place.area or None
    if field.type == "orders" and field.id == "orders_carried":
        return [order.code for order in incident.orders if order.in_force]
    if field.id in CONDITIONS or field.id == "place_confirmed":
        return field.type == "bool"
    return _by_matrix(context, field, incident, row)


def _by_matrix(context: Context, field: Field, incident: Incident, row: Responsibility | None) -> Any:
    lead = incident.lead
    wanted = any(report.wants_answer for report in incident.reports)
    known: dict[str, Any] = {
        "unit": unit_department(lead.unit) if lead is not None else None,
        "told_reporter": "told" if wanted else "no_reporter",
        "address": incident.place.address or None,
    }
    if row is not None:
        known["lead_department"] = row.lead
        known["co_departments"] = list(row.co) if lead is None else None
        known["check_method"] = row.verify_by or None
        if field.id == "rule_or_reason":
            return context.text("form.by_matrix", category=row.category, unit=context.unit(row.lead))
    return known.get(field.id)
