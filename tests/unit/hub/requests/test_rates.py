"""Pace: nobody gets more than their share, whoever waits as told gets on, and others are unharmed."""

from __future__ import annotations

import logging

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.hub.requests.rates import Bucket, Rates


@given(st.lists(st.integers(0, 400), max_size=200))
def test_never_more_than_burst_and_rate(pauses: list[int]) -> None:
    bucket, now, passed = Bucket(10, 5, 0), 0, 0
    for pause in pauses:
        now += pause
        passed += bucket.take(now) == 0
    assert passed <= 5 + now * 10 / 1000


@given(st.integers(0, 60), st.integers(1, 50), st.integers(1, 20))
def test_who_waits_as_told_gets_on(rushed: int, per_s: int, burst: int) -> None:
    bucket = Bucket(per_s, burst, 0)
    for _ in range(rushed):
        bucket.take(0)
    wait_ms = bucket.take(0)
    assert wait_ms == 0 or bucket.take(wait_ms) <= 1


def test_one_runs_wild_and_no_other_is_harmed(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    rates = Rates(100, 200)
    refused = sum(rates.take("wild", now // 10, token="wild") > 0 for now in range(10_000))
    assert 9_600 < refused < 9_800
    assert rates.take("calm", 1_000) == 0
    assert [r.message for r in caplog.records] == ["hub.rate.failed"]
    # Slow again for a while: that is told once too.
    for now in range(3_000, 5_000, 100):
        assert rates.take("wild", now) == 0
    assert [r.message for r in caplog.records] == ["hub.rate.failed", "hub.rate.recovered"]


def test_the_callers_remembered_are_bounded() -> None:
    rates = Rates(1, 1, most=3)
    for number in range(50):
        rates.take(str(number), 0)
    assert len(rates._callers) == 3


def test_a_clock_that_goes_back_gives_nothing() -> None:
    bucket = Bucket(10, 1, 1_000)
    assert bucket.take(1_000) == 0
    assert bucket.take(0) > 0
