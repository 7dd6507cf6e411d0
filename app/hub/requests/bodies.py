"""Reading what a caller sent: limits first, then the shape; a fault names its field and its rule."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, TypeVar

import msgspec

from app.commands.findings import shape_finding
from app.hub.limits import DEPTH_MAX, LIST_MAX, LONG_TEXT_MAX, NUMBER_MAX, TEXT_MAX
from app.hub.requests.problems import ProblemError

T = TypeVar("T")

# A string that does not end runs to the end: without that, trying again at every quote inside it would take
# time by the square of its length.
_STRING = re.compile(rb'"[^"\\]*(?:\\.[^"\\]*)*(?:"|\\?\Z)', re.DOTALL)
_BRACKETS = re.compile(rb"[^\[\]{}]+")


def depth(body: bytes) -> int:
    """How deep brackets are nested in a text of JSON, read without parsing it."""
    deepest = level = 0
    for bracket in _BRACKETS.sub(b"", _STRING.sub(b"", body)):
        # The left ones are [ and {.
        level += 1 if bracket in b"[{" else -1
        deepest = max(deepest, level)
    return deepest


def read_body(body: bytes, decoder: msgspec.json.Decoder[T]) -> T:
    """The request in a body; ProblemError `malformed` for what is no JSON, `field` for what does not fit."""
    if depth(body) > DEPTH_MAX:
        raise ProblemError("malformed", rule="depth", most=DEPTH_MAX)
    try:
        return decoder.decode(body)
    except msgspec.ValidationError as error:
        raise shape_problem(error) from None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise ProblemError("malformed", rule="json") from None


def read_query(given: Mapping[str, str], wanted: type[T]) -> T:
    """The parameters of a query string; ProblemError `field` for one that is unknown or does not fit."""
    if any("\x00" in value for value in given.values()):
        raise ProblemError("field", rule="text")
    try:
        return msgspec.convert(dict(given), wanted, strict=False)
    except msgspec.ValidationError as error:
        raise shape_problem(error) from None


def shape_problem(error: msgspec.ValidationError) -> ProblemError:
    finding = shape_finding("", error)
    place = finding.key.lstrip(".")
    if finding.rule in ("key.unknown", "key.missing"):
        place = ".".join(filter(None, (place, finding.params["name"])))
    return ProblemError("field", field=place[:TEXT_MAX], rule=finding.rule)


def check_form(form: Mapping[str, Any]) -> None:
    """ProblemError `field` for a form that no rule could mean: too long, too many, no plain values. What its
    fields must be, the rules say."""
    if len(form) > LIST_MAX:
        raise ProblemError("field", rule="field_many")
    for name, value in form.items():
        rule = _fault(value)
        if rule or len(name) > TEXT_MAX:
            raise ProblemError("field", field=name[:TEXT_MAX], rule=rule or "field_long")


def _fault(value: Any) -> str:
    if isinstance(value, str):
        return "field_long" if len(value) > LONG_TEXT_MAX else "text" if "\x00" in value else ""
    if isinstance(value, bool) or value is None:
        return ""
    if isinstance(value, int | float):
        return "number" if abs(value) > NUMBER_MAX else ""
    values = [*value, *value.values()] if isinstance(value, dict) else value
    if len(values) > 2 * LIST_MAX:
        return "field_many"
    return next((rule for inner in values if (rule := _fault(inner))), "")
