"""Limits read from text, refused by the name of the rule they break, and halved for rework."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.base.clock import HOUR_MS, MINUTE_MS
from app.domain.finding import RuleError
from app.domain.limits import UNITS, Limit, Unit, check_limit, parse_limit, rework_limit
from app.domain.sla import Rework

REWORK = Rework(share=0.5, min="2 wh", min_urgent="1 h_natural")


@pytest.mark.parametrize(
    ("text", "amount", "unit"),
    [
        ("4 wh", 4.0, "wh"),
        ("0.5 wh", 0.5, "wh"),
        ("15 min_natural", 15.0, "min_natural"),
        ("0 min_natural", 0.0, "min_natural"),
        ("3 wd", 3.0, "wd"),
        ("1.5 wd", 1.5, "wd"),
        ("7 nd", 7.0, "nd"),
        ("24 h_natural", 24.0, "h_natural"),
    ],
)
def test_a_limit_is_read(text: str, amount: float, unit: Unit) -> None:
    assert parse_limit(text) == Limit(amount, unit)
    assert check_limit("stages.x", text) == ()


@pytest.mark.parametrize("text", ["", "none"])
def test_no_limit(text: str) -> None:
    assert parse_limit(text) is None
    assert check_limit("stages.x", text) == ()


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("4wh", "limit.unreadable"),
        ("four wh", "limit.unreadable"),
        ("-4 wh", "limit.unreadable"),
        ("4  wh", "limit.unreadable"),
        (" 4 wh", "limit.unreadable"),
        ("4 wh\n", "limit.unreadable"),
        ("1e3 wh", "limit.unreadable"),
        ("nan wh", "limit.unreadable"),
        ("٣ wh", "limit.unreadable"),
        ("4 h", "limit.unit_unknown"),
        ("4 days", "limit.unit_unknown"),
        ("0 wh", "limit.zero"),
        ("0.0 wd", "limit.zero"),
        ("0.25 wd", "limit.half_days"),
        ("1.5 nd", "limit.whole_days"),
        ("9999 wd", "limit.too_long"),
        ("9999999 min_natural", "limit.too_long"),
    ],
)
def test_a_wrong_limit_names_the_rule_it_breaks(text: str, rule: str) -> None:
    with pytest.raises(RuleError) as error:
        parse_limit(text)
    assert error.value.rule == rule
    (finding,) = check_limit("classes[3].sign", text)
    assert (finding.key, finding.rule, finding.params["limit"]) == ("classes[3].sign", rule, text)


@given(st.integers(1, 1000), st.sampled_from(UNITS), st.booleans())
def test_what_is_read_is_what_was_written(whole: int, unit: Unit, half: bool) -> None:
    limit = Limit(whole + (0.5 if half and unit != "nd" else 0.0), unit)
    assert parse_limit(f"{limit.amount:g} {unit}") == limit


def test_the_length_of_a_limit_in_its_own_time() -> None:
    assert Limit(0.5, "wh").ms == 30 * MINUTE_MS
    assert Limit(24.0, "h_natural").ms == 24 * HOUR_MS
    assert Limit(0.1, "min_natural").ms == 6_000


@pytest.mark.parametrize(
    ("original", "rework"),
    [
        ("2 wh", "2 wh"),
        ("4 wh", "2 wh"),
        ("9 wh", "4.5 wh"),
        ("1 wd", "0.5 wd"),
        ("3 wd", "1.5 wd"),
        ("20 wd", "10 wd"),
        ("5 wd", "2.5 wd"),
        ("7 nd", "4 nd"),
        ("1 nd", "1 nd"),
        ("24 h_natural", "12 h_natural"),
        ("1 h_natural", "1 h_natural"),
        ("30 min_natural", "60 min_natural"),
    ],
)
def test_rework_has_half_the_limit_and_a_floor(original: str, rework: str) -> None:
    limit = parse_limit(original)
    assert limit is not None
    assert rework_limit(limit, REWORK) == parse_limit(rework)


def test_the_rework_rule_is_data() -> None:
    rule = Rework(share=0.25, min="3 wh", min_urgent="none")
    assert rework_limit(Limit(8.0, "wh"), rule) == Limit(3.0, "wh")
    assert rework_limit(Limit(24.0, "h_natural"), rule) == Limit(6.0, "h_natural")
    assert rework_limit(Limit(15.0, "wd"), rule) == Limit(4.0, "wd")
