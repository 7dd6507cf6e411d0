"""One side of a conflict in words: who, at which desk, when, and what was to be done, field by field."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from app.domain.contested import Contested
from app.domain.moves import CaseMerged, CaseUnmerged, OrdersIssued
from app.log.entries import Numbered
from app.viewmodels.codes import said_code
from app.viewmodels.context import Context
from app.viewmodels.outcomes import action_words
from app.viewmodels.timeline import body_of, value_words, who_words


class Field(msgspec.Struct, frozen=True):
    """A label and a value, named by `id` so that the two sides are laid beside each other."""

    id: str
    label: str
    value: str


class Version(msgspec.Struct, frozen=True):
    """One side: `action` is its name, `fields` all that it says."""

    action: str
    fields: tuple[Field, ...]


class Compared(msgspec.Struct, frozen=True):
    """One line of the two sides; `differs` when they do not say the same."""

    label: str
    first: str
    second: str
    differs: bool


def version_of(context: Context, numbered: Numbered) -> Version:
    """What an entry of the log wanted."""
    entry, body = numbered.entry, body_of(numbered)
    action = str(getattr(body, "action", ""))
    fields = [
        *_who(context, numbered),
        *_body(context, body),
        *_form(context, action, getattr(body, "form", {})),
    ]
    return Version(action_words(context, action) if action else entry.kind, tuple(fields))


def version_withheld(context: Context, contested: Contested) -> Version:
    """The same from what the case keeps of it, where the entry itself is not at hand."""
    at = Field("at", context.text("conflict.at"), context.formats.near(contested.at, context.now()))
    fields = [
        Field("who", context.text("conflict.who"), who_words(context, contested.actor)),
        Field("desk", context.text("conflict.desk"), _desk(context, contested.origin, contested.desk)),
        at,
        *_form(context, contested.action, contested.form),
    ]
    return Version(action_words(context, contested.action), tuple(fields))


def compare(context: Context, first: Version, second: Version) -> tuple[Compared, ...]:
    """The two sides line by line in the order of the first, what only the second says behind it."""
    nothing = context.text("conflict.unsaid")
    by_id = {field.id: field for field in second.fields}
    lines = [
        Compared(context.text("conflict.what"), first.action, second.action, first.action != second.action)
    ]
    for field in first.fields:
        other = by_id.pop(field.id, None)
        value = other.value if other is not None else nothing
        lines.append(Compared(field.label, field.value, value, _differ(field.id, field.value, value)))
    lines += [Compared(field.label, nothing, field.value, True) for field in by_id.values()]
    return tuple(lines)


_ALWAYS_DIFFERENT = frozenset({"who", "desk", "at"})
"""Of two desks these differ by nature: saying so of each line would hide what matters."""


def _differ(field: str, first: str, second: str) -> bool:
    return field not in _ALWAYS_DIFFERENT and first != second


def _who(context: Context, numbered: Numbered) -> tuple[Field, ...]:
    entry = numbered.entry
    return (
        Field("who", context.text("conflict.who"), who_words(context, entry.actor)),
        Field("desk", context.text("conflict.desk"), _desk(context, entry.origin, entry.desk)),
        Field("at", context.text("conflict.at"), context.formats.near(numbered.at, context.now())),
    )


def _desk(context: Context, origin: str, letters: str) -> str:
    """A desk by its letters and, where it was enrolled, by its name."""
    device = context.reading.hall.devices.get(origin)
    return context.text("list.dot").join((letters, context.label(device.label))) if device else letters


def _body(context: Context, body: msgspec.Struct | None) -> tuple[Field, ...]:
    """What entries say beside their form: the orders they issued, the case they merged into."""
    if isinstance(body, OrdersIssued):
        fields = []
        for role in ("lead", "co", "sub"):
            units = [context.unit(issue.unit) for issue in body.orders if issue.role == role]
            if units:
                words = context.text("list.comma").join(units)
                fields.append(Field(f"units.{role}", context.text(f"order.{role}"), words))
        return tuple(fields)
    if isinstance(body, CaseMerged | CaseUnmerged):
        return (Field("master", context.text("case.master"), _code(context, body.master)),)
    order = str(getattr(body, "order", ""))
    return (Field("order", context.text("case.orders"), order[-2:]),) if order else ()


_IN_BODY = frozenset({"department", "departments", "incident", "orders", "parts"})
"""Types of fields that the body says better than the form does."""


def _form(context: Context, action: str, form: Mapping[str, Any]) -> list[Field]:
    book = context.book
    transition = book.transitions.get(action) if book is not None else None
    if transition is None:
        return []
    return [
        Field(field.id, context.label(field.label), _value(context, field, form[field.id]))
        for field in transition.fields
        if field.id in form and field.type not in _IN_BODY
    ]


def _value(context: Context, field: Any, value: Any) -> str:
    if isinstance(value, bool):
        return context.text("form.yes" if value else "conflict.no")
    return value_words(context, field, value)


def _code(context: Context, incident: str) -> str:
    row = context.reading.row_of(incident)
    return said_code(context.reading.texts([row])[row].code, context.now()) if row is not None else incident
