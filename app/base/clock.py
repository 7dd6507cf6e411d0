"""Time as Muster counts it: instants in whole milliseconds, handed in by a clock object, never fetched."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

Instant = int
"""Milliseconds since 1970-01-01T00:00:00Z."""

SECOND_MS = 1_000
MINUTE_MS = 60 * SECOND_MS
HOUR_MS = 60 * MINUTE_MS
DAY_MS = 24 * HOUR_MS


class Clock(Protocol):
    """Tells the hall's time; replay and drill pass others."""

    def now(self) -> Instant:
        """The present of this hall in ms since the epoch, UTC."""
        ...

    def boot(self) -> int:
        """Milliseconds since this machine started, counting suspend where the system can."""
        ...

    @property
    def boot_id(self) -> str:
        """Names one start of the machine: boot times of different ids do not compare."""
        ...


def _boot_id() -> str:
    path = Path("/proc/sys/kernel/random/boot_id")
    try:
        return path.read_text(encoding="ascii").strip()
    except OSError:
        # Not Linux: a new id for each process is true, only less generous to the clock estimate.
        return str(uuid.uuid4())


def _boot_reader() -> Callable[[], int]:
    # CLOCK_MONOTONIC stops in suspend; CLOCK_BOOTTIME does not, but is not on every system.
    boottime = getattr(time, "CLOCK_BOOTTIME", None)
    if boottime is None:
        return lambda: time.monotonic_ns() // 1_000_000
    return lambda: time.clock_gettime_ns(boottime) // 1_000_000


class SystemClock:
    """The PC's own clock."""

    def __init__(self) -> None:
        self._boot = _boot_reader()
        self._boot_id = _boot_id()

    def now(self) -> Instant:
        return time.time_ns() // 1_000_000

    def boot(self) -> int:
        return self._boot()

    @property
    def boot_id(self) -> str:
        return self._boot_id


class ManualClock:
    """A clock that moves only when told: for the demo's history, for replay and for tests."""

    def __init__(self, now: Instant, boot_id: str = "manual") -> None:
        self._now = now
        self._start = now
        self._boot_id = boot_id

    def now(self) -> Instant:
        return self._now

    def boot(self) -> int:
        return self._now - self._start

    @property
    def boot_id(self) -> str:
        return self._boot_id

    def set(self, now: Instant) -> None:
        """Move to `now`; going back is allowed, as a PC's clock may."""
        self._now = now

    def advance(self, by_ms: int) -> None:
        self._now += by_ms
