"""From the rules' fields to a form's, and from what was typed back to what the rules expect."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from app.viewmodels.context import Context
from app.viewmodels.finding import MOST, Findable, Finder
from app.viewmodels.form_fields import FormField, Option, moment_words, read_moment
from widgets.form import Choice, FieldSpec, FormWords, Picked

PARTS_FIRST = 2
"""Lines a split begins with: one matter is no split."""

PARTS_MOST = 9
"""More matters in one report are taken down as reports of their own."""

WHAT, CATEGORY = "what", "category"

_PLAIN = {"text", "long_text", "choice", "multi", "bool", "number"}

Search = Callable[[str], Sequence[Findable]]
"""Hits for what was typed."""


class _Held:
    """A list of choices with its search; holding the list keeps its identity its own."""

    def __init__(self, choices: Sequence[Choice], search: Search) -> None:
        self.choices = choices
        self.search = search
        self.by_id = {choice.id: choice for choice in choices}


class Matcher:
    """Which choices fit what was typed: by code, initials or words. Each list is indexed once.

    `searches` answer for lists too long to hold here, by the identity of the choices they stand for.
    """

    def __init__(self) -> None:
        self._lists: dict[int, _Held] = {}

    def add(self, choices: Sequence[Choice], search: Search) -> None:
        """Ask `search` for this list instead of looking through it; its hits' ids are the choices'."""
        self._lists[id(choices)] = _Held(choices, search)

    def __call__(self, typed: str, choices: Sequence[Choice]) -> Sequence[Choice]:
        held = self._lists.get(id(choices))
        if held is None or held.choices is not choices:
            finder = Finder(Findable(c.id, c.label, c.code) for c in choices)
            held = self._lists[id(choices)] = _Held(choices, lambda wanted: _look(finder, wanted))
        return [held.by_id[hit.id] for hit in held.search(typed) if hit.id in held.by_id]


def _look(finder: Finder, typed: str) -> Sequence[Findable]:
    return finder.find(typed, MOST) if typed.strip() else finder.first(len(finder))


def choices_of(options: Sequence[Option]) -> tuple[Choice, ...]:
    return tuple(Choice(o.id, o.label, o.code) for o in options)


def form_specs(
    context: Context, fields: Sequence[FormField], areas: Sequence[Choice], parts: int = PARTS_FIRST
) -> tuple[FieldSpec, ...]:
    """The specifications of a form; `areas` are the choices of every area field."""
    specs: list[FieldSpec] = []
    for field in fields:
        specs += _parts(context, field, parts) if field.kind == "parts" else [_spec(context, field, areas)]
    return tuple(specs)


def form_words(context: Context, submit: str) -> FormWords:
    """The words of a form's own buttons; `submit` names what it does."""
    return FormWords(submit, context.text("form.leave"), context.text("form.missing"))


def _spec(context: Context, field: FormField, areas: Sequence[Choice]) -> FieldSpec:
    kind, value = field.kind, field.value
    common: dict[str, Any] = {
        "id": field.id,
        "label": field.label,
        "required": field.required,
        "hint": field.hint,
    }
    if kind == "time":
        shown = moment_words(context, value) if isinstance(value, int) else None
        return FieldSpec(kind="time", value=shown, parse=lambda typed: read_moment(context, typed), **common)
    if kind == "area":
        error = context.text("form.choose")
        return FieldSpec(kind="choice", choices=tuple(areas), value=value, error=error, **common)
    if kind == "incident":
        return FieldSpec(kind="suggest", placeholder=context.text("form.case_hint"), value=value, **common)
    if kind == "bool":
        error = context.text("form.confirm")
        return FieldSpec(
            kind="bool", placeholder=context.text("form.yes"), value=value, error=error, **common
        )
    if kind in ("choice", "multi"):
        error = context.text("form.choose")
        choices = choices_of(field.options)
        return FieldSpec(kind=kind, choices=choices, value=value, error=error, **common)  # type: ignore[arg-type]
    assert kind in _PLAIN, kind
    return FieldSpec(kind=kind, value=value, **common)  # type: ignore[arg-type]


def _parts(context: Context, field: FormField, parts: int) -> list[FieldSpec]:
    choices = choices_of(field.options)
    specs: list[FieldSpec] = []
    for number in range(1, parts + 1):
        first = number <= 1 and field.required
        what, category = part_ids(field.id, number)
        label = context.text("form.part", part=field.label, number=number)
        specs.append(FieldSpec(what, label, "text", required=first))
        specs.append(
            FieldSpec(
                category,
                context.text("form.part_category"),
                "choice",
                choices,
                required=first,
                error=context.text("form.choose"),
            )
        )
    return specs


def part_ids(field: str, number: int) -> tuple[str, str]:
    """The form's ids of one line of parts."""
    return f"{field}.{number}.{WHAT}", f"{field}.{number}.{CATEGORY}"


def filled(fields: Sequence[FormField], values: Mapping[str, Any]) -> dict[str, Any]:
    """What the rules expect, from a form's values; empty optional ones are left out."""
    found: dict[str, Any] = {}
    for field in fields:
        value = _parts_value(field.id, values) if field.kind == "parts" else values.get(field.id)
        if isinstance(value, Picked):
            value = value.id
        elif isinstance(value, tuple):
            value = list(value)
        if value in (None, "", []) or (value is False and not field.required):
            continue
        found[field.id] = value
    return found


def _parts_value(field: str, values: Mapping[str, Any]) -> list[dict[str, Any]]:
    found = []
    for number in range(1, PARTS_MOST + 1):
        what, category = part_ids(field, number)
        if values.get(what):
            found.append({WHAT: values[what], CATEGORY: values.get(category)})
    return found


def wrong_field(fields: Sequence[FormField], refused: str) -> str:
    """The form's id of the field a refusal speaks of, or empty when the form has none of that name."""
    for field in fields:
        if field.id == refused:
            return part_ids(field.id, 1)[0] if field.kind == "parts" else field.id
    return ""
