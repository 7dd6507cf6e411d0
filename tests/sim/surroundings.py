"""What all nodes of a world share: the time, the chance, the trace, and who is at work."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.sim.timeline import Timeline, Trace, chance_of


class Surroundings:
    """One run's. `after_commit` hears of every node whose disk has done a piece of work, `acknowledged` of
    what a node's log has told whoever asked. `calm`: nobody works and no line is up, for long."""

    def __init__(self, seed: int, folder: Path, now: int, *, keep_trace: bool = False) -> None:
        self.seed = seed
        self.folder = folder
        self.time = Timeline(now)
        self.trace = Trace(keep_trace)
        self.after_commit: Callable[[Any], None] = lambda _node: None
        self.acknowledged: Callable[[Any, object], None] = lambda _node, _outcome: None
        self.calm = False
        self._working: list[Any] = []

    def chance(self, name: str) -> random.Random:
        return chance_of(self.seed, name)

    def log(self, *words: object) -> None:
        self.trace.add(self.time.now, *words)

    def work(self, node: Any, do: Callable[[], object]) -> None:
        """Do it as `node`: failpoints that are passed meanwhile are its own."""
        self._working.append(node)
        try:
            do()
        finally:
            self._working.pop()

    def hit(self, point: str) -> None:
        if self._working:
            self._working[-1].passes(point)
