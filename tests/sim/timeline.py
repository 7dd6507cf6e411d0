"""The simulated time: what happens when, in one order that only the seed decides."""

from __future__ import annotations

import hashlib
import heapq
import random
from collections.abc import Callable


class Timeline:
    """True time in ms since the epoch, UTC. Nothing but `run` moves it."""

    def __init__(self, now: int) -> None:
        self.now = now
        self.steps = 0
        self._heap: list[tuple[int, int, Callable[[], None]]] = []
        self._count = 0

    def after(self, ms: int, do: Callable[[], None]) -> None:
        """Do it `ms` from now, behind what was to be done at that instant already."""
        self._count += 1
        heapq.heappush(self._heap, (self.now + max(0, ms), self._count, do))

    def run(self, until: int, steps_max: int) -> None:
        """Let everything happen up to `until`. RuntimeError when that takes more than `steps_max` steps."""
        while self._heap and self._heap[0][0] <= until:
            self.now, _, do = heapq.heappop(self._heap)
            self.steps += 1
            if self.steps > steps_max:
                raise RuntimeError(f"more than {steps_max} steps: something goes round in circles")
            do()
        self.now = until


class Trace:
    """A hash over everything that happened, in order: equal for two runs of one seed."""

    def __init__(self, keep: bool = False) -> None:
        self._hash = hashlib.sha256()
        self.lines: list[str] | None = [] if keep else None

    def add(self, now: int, *words: object) -> None:
        line = f"{now} {' '.join(map(str, words))}"
        self._hash.update(line.encode())
        if self.lines is not None:
            self.lines.append(line)

    def digest(self) -> str:
        return self._hash.hexdigest()


def chance_of(seed: int, name: str) -> random.Random:
    """The source of chance for one part of the world: what others draw does not move it."""
    return random.Random(f"{seed}/{name}")
