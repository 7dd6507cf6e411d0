"""Clocks: whole milliseconds, and a made-up one that moves only when told."""

from __future__ import annotations

import time

import pytest

from app.base import clock as clock_module
from app.base.clock import DAY_MS, Clock, ManualClock, SystemClock

NOON = 1_767_240_000_000


def test_the_pc_clock_counts_milliseconds_since_the_epoch() -> None:
    clock: Clock = SystemClock()
    before = int(time.time() * 1_000) - 1
    now = clock.now()
    assert isinstance(now, int)
    assert before <= now <= before + DAY_MS


def test_boot_time_does_not_go_back_and_is_named() -> None:
    clock = SystemClock()
    assert 0 < clock.boot() <= clock.boot()
    assert clock.boot_id
    assert clock.boot_id == clock.boot_id == SystemClock().boot_id


def test_without_boot_time_the_monotonic_clock_serves(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(time, "CLOCK_BOOTTIME", raising=False)
    assert 0 < SystemClock().boot() <= time.monotonic_ns() // 1_000_000


def test_where_the_system_names_no_boot_each_clock_names_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    class Missing:
        def __init__(self, _: str) -> None: ...

        def read_text(self, encoding: str) -> str:
            raise FileNotFoundError(encoding)

    monkeypatch.setattr(clock_module, "Path", Missing)
    assert SystemClock().boot_id != SystemClock().boot_id


def test_a_manual_clock_moves_only_when_told() -> None:
    clock = ManualClock(NOON, "b")
    assert (clock.now(), clock.boot(), clock.boot_id) == (NOON, 0, "b")
    clock.advance(250)
    assert (clock.now(), clock.boot()) == (NOON + 250, 250)
    clock.set(NOON - 10)
    assert clock.now() == NOON - 10
