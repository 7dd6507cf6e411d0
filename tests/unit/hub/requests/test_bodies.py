"""Reading requests: limits before parsing, faults by field and rule."""

from __future__ import annotations

import re
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.hub.requests.bodies import check_form, depth, read_body, read_query
from app.hub.requests.problems import ProblemError
from app.hub.resources.incidents import IncidentsAsked
from app.hub.resources.reports import ReportAsked

JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=12,
)

DECODER = msgspec.json.Decoder(ReportAsked)


def nested(value: Any) -> int:
    if isinstance(value, dict):
        return 1 + max((nested(inner) for inner in value.values()), default=0)
    return 1 + max((nested(inner) for inner in value), default=0) if isinstance(value, list) else 0


@given(JSON)
def test_depth_is_that_of_the_value_whatever_its_strings_hold(value: Any) -> None:
    assert depth(msgspec.json.encode(value)) == nested(value)


@given(st.binary(max_size=60))
def test_depth_of_anything_is_a_number(raw: bytes) -> None:
    assert depth(raw) >= 0


def test_depth_takes_no_time_by_the_square() -> None:
    # Half a million quotes that never end: tried anew at each, this would take minutes.
    assert depth(b'"' + b'\\"' * 500_000) == 0


def problem(body: bytes) -> ProblemError:
    with pytest.raises(ProblemError) as caught:
        read_body(body, DECODER)
    return caught.value


@pytest.mark.parametrize(
    ("body", "code", "rule"),
    [
        (b"", "malformed", "json"),
        (b"{", "malformed", "json"),
        (b'{"channel": "phone", "text": "\xff"}', "malformed", "json"),
        (b'{"channel": "phone", "text": "\\ud800"}', "malformed", "json"),
        (b"[" * 9 + b"]" * 9, "malformed", "depth"),
        (b"[" * 200_000, "malformed", "depth"),
    ],
)
def test_what_is_no_json_is_malformed(body: bytes, code: str, rule: str) -> None:
    found = problem(body)
    assert (found.code, found.rule, found.status) == (code, rule, 400)


@pytest.mark.parametrize(
    ("body", "field", "rule"),
    [
        (b'{"text": "x"}', "channel", "key.missing"),
        (b'{"channel": "phone"}', "text", "key.missing"),
        (b'{"channel": "smoke", "text": "x"}', "channel", "value.not_allowed"),
        (b'{"channel": "phone", "text": 1}', "text", "value.wrong_type"),
        (b'{"channel": "phone", "text": ""}', "text", "value.wrong"),
        (b'{"channel": "phone", "text": "a\\u0000b"}', "text", "value.wrong"),
        (b'{"channel": "phone", "text": "x", "colour": 1}', "colour", "key.unknown"),
        (b'{"channel": "phone", "text": "x", "place": {"lon": 999}}', "place.lon", "value.wrong"),
        (b'{"channel": "phone", "text": "x", "place": {"lng": 9}}', "place.lng", "key.unknown"),
        (b'{"channel": "phone", "text": "x", "occurred_at": "2026-03-01T00:00:00"}', "occurred_at", None),
        (b"[]", "", None),
    ],
)
def test_a_fault_names_its_field_and_rule(body: bytes, field: str, rule: str | None) -> None:
    found = problem(body)
    assert (found.code, found.status, found.field) == ("field", 422, field)
    assert rule is None or found.rule.startswith(rule)


def test_a_query_is_read_strictly() -> None:
    assert read_query({"limit": "7", "q": "灯"}, IncidentsAsked) == IncidentsAsked(q="灯", limit=7)
    for given_ in ({"limit": "0"}, {"limit": "x"}, {"limit": "1.5"}, {"colour": "1"}, {"q": "a\x00"}):
        with pytest.raises(ProblemError):
            read_query(given_, IncidentsAsked)


@pytest.mark.parametrize(
    "form",
    [
        {"a": "x" * 4_001},
        {"a": "\x00"},
        {"a": 2**60},
        {"a": 10**400},
        {"a": [["x" * 4_001]]},
        {"a": {"b": 2**60}},
        {"a": list(range(200))},
        {str(number): 1 for number in range(60)},
        {"x" * 300: 1},
    ],
)
def test_a_form_no_rule_could_mean_is_refused(form: dict[str, Any]) -> None:
    with pytest.raises(ProblemError):
        check_form(form)


def test_a_plain_form_passes() -> None:
    check_form({"a": "说明", "b": [1, 2.5], "c": None, "d": True, "e": [{"what": "x", "category": "0102"}]})


def test_every_text_of_a_request_has_its_length() -> None:
    """No struct of a request takes a string without an end."""
    schema = msgspec.json.encode(msgspec.json.schema(ReportAsked)).decode()
    strings = re.findall(r"\{[^{}]*\"type\":\"string\"[^{}]*\}", schema)
    assert strings
    assert [s for s in strings if "maxLength" not in s and "enum" not in s and "date-time" not in s] == []
