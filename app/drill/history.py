"""A month of history as fast as it goes: the clock is set from event to event and the hall lives each."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Protocol

import msgspec

from app.base.clock import DAY_MS, MINUTE_MS, SECOND_MS, Instant
from app.drill.world import World

BEAT_MS = 5 * MINUTE_MS
"""How often in the hall's time the clerk hears the news; between beats it is woken for what it knows of."""

REST_MS = 10 * SECOND_MS
"""The clerk's beats are bounded: what one leaves is done so much later, a delay nobody will see."""

TOLD_EVERY_S = 0.25
"""How often progress is told: smooth to the eye, free of cost."""


class SettableClock(Protocol):
    """A clock that stands until it is set."""

    def now(self) -> Instant: ...

    def set(self, now: Instant) -> None: ...


class Keeper(Protocol):
    """app.clerk.clerk.Clerk is one."""

    def beat(self, now: Instant) -> int: ...

    def next_at(self) -> Instant | None: ...


class Progress(msgspec.Struct, frozen=True):
    """`done` of about `total` reports so far, `per_second` of them; `at` is the hall's time reached."""

    done: int
    total: int
    per_second: float
    at: Instant


def live_through(
    world: World,
    clock: SettableClock,
    until: Instant,
    days: int,
    *,
    progress: Callable[[Progress], None] = lambda _: None,
    clerk: Keeper | None = None,
    seconds: Callable[[], float] = time.monotonic,
) -> Progress:
    """Live the `days` before `until` and leave the clock there; open cases stay in the world's agenda.

    `clerk` does what falls due by time, at its time. Returns the last progress.
    """
    now = until - days * DAY_MS
    total = round(world.arrivals.rhythm.per_day * days)
    began = told = seconds()
    beat_at = now if clerk is not None else until + 1
    arrival = world.arrivals.next_after(now)
    while True:
        plan_at = world.agenda.next_at
        at = min(arrival.at, beat_at, arrival.at if plan_at is None else plan_at)
        if at > until:
            break
        # Only forward: a plan made for a past instant is taken now.
        now = max(now, at)
        clock.set(now)
        if clerk is not None and at == beat_at:
            clerk.beat(now)
            waits = clerk.next_at()
            beat_at = now + BEAT_MS if waits is None else min(now + BEAT_MS, max(now + REST_MS, waits))
        elif at == plan_at:
            world.act(now)
        else:
            world.receive(arrival, now)
            arrival = world.arrivals.next_after(arrival.at)
        if seconds() - told >= TOLD_EVERY_S:
            told = seconds()
            progress(_progress(world, total, told - began, now))
    clock.set(until)
    last = _progress(world, total, seconds() - began, until)
    progress(last)
    return last


def _progress(world: World, total: int, taken_s: float, at: Instant) -> Progress:
    done = world.tally.reports
    return Progress(done, max(total, done), done / taken_s if taken_s > 0 else 0.0, at)
