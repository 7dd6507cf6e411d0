"""The simulated network: bytes in order and late, or never; ends that are told of a cut, or are not."""

from __future__ import annotations

import random
from collections import deque
from collections.abc import Callable
from typing import Protocol

from tests.sim.timeline import Timeline

WIRE_BYTES = 64 * 1024
"""What the sockets of one direction hold: behind that the sender waits."""


class End(Protocol):
    """One side of a connection."""

    def arrive(self, data: bytes) -> None: ...

    def room(self) -> None:
        """Something was taken off the line."""
        ...

    def gone(self) -> None:
        """The other side closed, or the system says that the line is dead."""
        ...


class Pipe:
    """One direction."""

    def __init__(self, time: Timeline, latency: Callable[[], int], most_bytes: int) -> None:
        self._time = time
        self._latency = latency
        self._most = most_bytes
        self._last = 0
        self._held_until = 0
        self._flying: deque[bytes] = deque()
        self._bytes = 0
        self.source: End | None = None
        self.target: End | None = None
        self.muted = False
        self.change: Callable[[bytes], bytes] | None = None

    @property
    def has_room(self) -> bool:
        return not self._flying or self._bytes < self._most

    def send(self, data: bytes) -> None:
        self._flying.append(data)
        self._bytes += len(data)
        self._last = max(self._last, self._time.now + self._latency())
        self._time.after(self._last - self._time.now, self._deliver)

    def stall(self, ms: int) -> None:
        """Nothing gets through for so long; then all of it does."""
        self._held_until = self._time.now + ms

    def finish(self) -> None:
        """The target hears the end behind all that is on its way."""
        self._last = max(self._last, self._time.now + self._latency())
        self._time.after(self._last - self._time.now, self._end)

    def drop(self) -> None:
        """What is on its way is lost, and the target hears of it."""
        self._flying.clear()
        self._time.after(self._latency(), self._end)

    def _deliver(self) -> None:
        if self._held_until > self._time.now:
            self._time.after(self._held_until - self._time.now, self._deliver)
            return
        if self.muted or not self._flying:
            return
        data = self._flying.popleft()
        self._bytes -= len(data)
        if self.target is not None:
            self.target.arrive(self.change(data) if self.change is not None else data)
        if self.source is not None:
            self.source.room()

    def _end(self) -> None:
        if self._held_until > self._time.now:
            self._time.after(self._held_until - self._time.now, self._end)
            return
        target, self.target = self.target, None
        if target is not None and not self.muted:
            target.gone()


class Wire:
    """One connection between a desk and its hub."""

    def __init__(self, time: Timeline, chance: random.Random, latency_ms: int, most_bytes: int) -> None:
        def latency() -> int:
            spike = chance.random() < 0.01
            return latency_ms + int(chance.expovariate(1 / (2_000 if spike else latency_ms / 2 + 1)))

        self.to_hub = Pipe(time, latency, most_bytes)
        self.to_desk = Pipe(time, latency, most_bytes)

    def left_by_desk(self) -> None:
        """The desk closed: it hears nothing more, and the hub hears of it behind what is on its way."""
        self.to_desk.target = self.to_hub.source = None
        self.to_hub.finish()

    def left_by_hub(self) -> None:
        self.to_hub.target = self.to_desk.source = None
        self.to_desk.finish()

    def cut(self) -> None:
        """Both ends hear that it is gone; what was on its way is lost."""
        self.to_hub.drop()
        self.to_desk.drop()

    def mute(self, *, to_hub: bool = True, to_desk: bool = True) -> None:
        """Half open: nothing arrives any more and nobody is told."""
        self.to_hub.muted |= to_hub
        self.to_desk.muted |= to_desk
