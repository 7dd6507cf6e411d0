"""The running demo: reports trickle in by the wall clock, work goes faster than life, to be watched."""

from __future__ import annotations

import random

from app.base.clock import SECOND_MS, Instant
from app.drill.world import Event, World

ARRIVAL_S = 30.0
"""A report about every half minute: enough to watch, few enough to read."""

SPEED = 60.0
"""A minute of the simulated operators' time goes by in a second."""

SHORTEST, LONGEST = 0.3, 2.5
"""A gap between two reports stays between these multiples of the mean: neither a burst nor a silence."""

EVENTS_MAX = 20
"""Steps taken in one call: the thread that drives the demo has other work; the rest comes next time."""


class LiveWorld:
    """Drives a world along the hall's real clock. `start` is where the agenda stands: where history ended."""

    def __init__(
        self,
        world: World,
        start: Instant,
        *,
        seed: int = 0,
        speed: float = SPEED,
        arrival_s: float = ARRIVAL_S,
    ) -> None:
        self._world = world
        self._start = start
        self._speed = speed
        self._arrival_s = arrival_s
        self._rng = random.Random(f"live:{seed}")
        self._next_arrival = start + self._gap_ms()
        world.pace.live = True

    def agenda_now(self, now: Instant) -> Instant:
        """Where the agenda stands at `now`: it runs `speed` times as fast as the hall's clock."""
        return self._start + int(max(0, now - self._start) * self._speed)

    def step(self, now: Instant) -> list[Event]:
        """Let happen what is due by `now`, at most EVENTS_MAX of it; call it a few times a second."""
        world, agenda_now = self._world, self.agenda_now(now)
        events: list[Event] = []
        if now >= self._next_arrival:
            # One at a time: after a sleep of the PC the missed ones do not fall in all at once.
            events.append(world.receive(world.arrivals.at(now), agenda_now))
            self._next_arrival = now + self._gap_ms()
        while len(events) < EVENTS_MAX:
            at = world.agenda.next_at
            if at is None or at > agenda_now:
                break
            event = world.act(agenda_now)
            if event is not None:
                events.append(event)
        return events

    def _gap_ms(self) -> int:
        factor = min(LONGEST, max(SHORTEST, self._rng.expovariate(1.0)))
        return int(self._arrival_s * factor * SECOND_MS)
