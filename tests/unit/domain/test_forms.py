"""Forms: what is required, of which type, from which list; nothing unknown gets in, whatever is thrown at
them."""

from __future__ import annotations

import inspect
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from app.domain.forms import LIST_MAX, LONG_TEXT_MAX, TEXT_MAX, TIME_MAX, TIME_MIN, check_form
from app.domain.label import Choice, Label
from app.domain.refusal import Refusal
from app.domain.sealed import Sealed
from app.domain.workflow import Field
from tests.helpers.lives import DISPATCHER, INTAKE, SZ, Life

WORLD = Life()
CASE = WORLD.handling("SZ", ("JD",))
ASK = WORLD.ask(CASE, "urge", DISPATCHER)
NAME = Label("字段", "Field")
CHOICES = (Choice("a", NAME), Choice("b", NAME))
SEALED = Sealed("ref", "138****1234", "hash")


def check(field: Field, form: dict[str, Any], **ask: Any) -> Any:
    transition = replace(ASK.transition, fields=(field,))
    return check_form(replace(ASK, transition=transition, form=form, **ask))


def one(kind: str, value: Any, **more: Any) -> Any:
    """What becomes of one value of this type: the cleaned value, or the refusal's code."""
    result = check(Field("x", NAME, kind, **more), {"x": value})  # type: ignore[arg-type]
    return result.code if isinstance(result, Refusal) else result["x"]


GOOD = [
    ("text", " 说明 ", "说明"),
    ("text", "x" * TEXT_MAX, "x" * TEXT_MAX),
    ("long_text", "x" * LONG_TEXT_MAX, "x" * LONG_TEXT_MAX),
    ("evidence", "照片两张", "照片两张"),
    ("text", SEALED, {"ref": "ref", "mask": "138****1234", "hash": "hash"}),
    ("position", " 117.0,30.0", "117.0,30.0"),
    ("choice", "a", "a"),
    ("choices", ["b", "a", "b"], ["b", "a"]),
    ("bool", True, True),
    ("number", 2, 2),
    ("number", 0.5, 0.5),
    ("time", TIME_MIN, TIME_MIN),
    ("department", "CG", "CG"),
    ("department", "JD", "JD@990101001"),
    ("department", "SQ", "SQ@990101001001"),
    ("department", "JD@990101002", "JD@990101002"),
    ("departments", ["JD", "JD@990101001", "CG"], ["JD@990101001", "CG"]),
    ("category", "0602", "0602"),
    ("sla_class", "W3", "W3"),
    ("area", "990101001", "990101001"),
    ("orders", [CASE.orders[0].code] * 2, [CASE.orders[0].code]),
]

BAD = [
    ("text", "x" * (TEXT_MAX + 1), "field_long"),
    ("long_text", "x" * (LONG_TEXT_MAX + 1), "field_long"),
    ("text", 7, "field_type"),
    ("text", {"mask": "13800001234", "ref": "r", "hash": "h"}, "field_type"),
    ("position", "路口", "field_position"),
    ("position", 7, "field_position"),
    ("choice", "c", "field_choice"),
    ("choice", ["a"], "field_choice"),
    ("choices", "a", "field_type"),
    ("choices", ["a", ["b"]], "field_choice"),
    ("choices", ["a"] * (LIST_MAX + 1), "field_type"),
    ("bool", "true", "field_type"),
    ("bool", 1, "field_type"),
    ("number", True, "field_type"),
    ("number", "1", "field_type"),
    ("number", float("nan"), "field_type"),
    ("number", float("inf"), "field_type"),
    ("time", 1.5, "field_time"),
    ("time", True, "field_time"),
    ("time", "2026-03-09", "field_time"),
    ("time", TIME_MIN - 1, "field_time"),
    ("time", TIME_MAX, "field_time"),
    ("department", "XX", "field_department"),
    ("department", "JD@nowhere", "field_department"),
    ("department", "CG@990101001", "field_department"),
    ("department", None, "field_missing"),
    ("departments", "CG", "field_type"),
    ("departments", ["CG", "XX"], "field_department"),
    ("departments", ["CG"] * (LIST_MAX + 1), "field_type"),
    ("category", "06", "field_category"),
    ("category", ["0602"], "field_category"),
    ("sla_class", "U7", "field_choice"),
    ("area", "990102", "field_area"),
    ("incident", "i99", "field_incident"),
    ("orders", ["nothing"], "field_order"),
    ("orders", [{}], "field_order"),
    ("orders", CASE.orders[0].code, "field_type"),
]


@pytest.mark.parametrize(("kind", "value", "cleaned"), GOOD)
def test_what_fits_is_cleaned(kind: str, value: Any, cleaned: Any) -> None:
    assert one(kind, value, choices=CHOICES) == cleaned


@pytest.mark.parametrize(("kind", "value", "code"), BAD)
def test_what_does_not_fit_is_refused(kind: str, value: Any, code: str) -> None:
    assert one(kind, value, choices=CHOICES) == code


@pytest.mark.parametrize("empty", [None, "", [], ()])
def test_empty_is_missing_when_required_and_left_out_otherwise(empty: Any) -> None:
    assert check(Field("x", NAME, "text"), {"x": empty}) == Refusal("field_missing", "x")
    assert check(Field("x", NAME, "text", required=False), {"x": empty}) == {}
    assert check(Field("x", NAME, "text"), {"x": "  "}) == Refusal("field_type", "x", {"type": "text"})


def test_a_required_tick_must_be_set() -> None:
    assert check(Field("x", NAME, "bool"), {"x": False}) == Refusal("not_confirmed", "x")
    assert check(Field("x", NAME, "bool", required=False), {"x": False}) == {"x": False}


def test_unknown_fields_are_refused_by_name() -> None:
    assert check(Field("x", NAME, "text"), {"x": "a", "y": "b"}) == Refusal("unknown_field", "y")


def test_some_fields_are_asked_in_some_cases_only() -> None:
    for when, incident in (
        ("urgent", replace(CASE, urgent=True)),
        ("reporter", replace(CASE, reports=(replace(CASE.reports[0], wants_answer=True),))),
    ):
        field = Field("x", NAME, "text", when=when)  # type: ignore[arg-type]
        other = replace(CASE, urgent=False, reports=())
        assert check(field, {}, incident=incident) == Refusal("field_missing", "x")
        assert check(field, {}, incident=other) == {}


def test_what_waits_for_a_second_person_was_sealed_already() -> None:
    sealed = {"ref": "ref", "mask": "***", "hash": "hash"}
    assert check(Field("x", NAME, "text"), {"x": sealed}, confirms="e1") == {"x": sealed}


def test_lists_of_the_rules_are_where_choices_come_from() -> None:
    for source, known in (
        ("return_reasons", "R01"),
        ("hold_reasons", "H01"),
        ("roles", "intake"),
        ("faults", "centre"),
    ):
        assert one("choice", known, source=source) == known
        assert one("choice", "nothing", source=source) == "field_choice"


JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8) | st.binary(max_size=4),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=6,
)


NAMED = set(inspect.signature(Life.try_).parameters) | set(inspect.signature(Life.ask).parameters)
"""What the helper takes besides a form's fields."""


@settings(max_examples=150)
@given(
    action=st.sampled_from(sorted(WORLD.book.transitions)),
    form=st.dictionaries(st.text(max_size=6), JUNK, max_size=2),
    data=st.data(),
)
def test_no_junk_breaks_a_form_or_changes_a_case(
    action: str, form: dict[str, Any], data: st.DataObject
) -> None:
    before = dict(WORLD.cases)
    fields = WORLD.book.transitions[action].fields
    for field in fields:
        if data.draw(st.booleans()):
            form[field.id] = data.draw(JUNK)
    ask = WORLD.ask(CASE, action, INTAKE)
    result = check_form(replace(ask, form=form, order=CASE.orders[0]))
    if not isinstance(result, Refusal):
        assert set(result) <= {field.id for field in fields}
        assert set(result) <= set(form)
    WORLD.try_(CASE, action, SZ, **{k: v for k, v in form.items() if k not in NAMED})
    if WORLD.cases != before:
        WORLD.cases.clear()
        WORLD.cases.update(before)
