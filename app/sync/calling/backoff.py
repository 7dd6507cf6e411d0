"""How long a desk waits before it calls the hub again: longer each time, and never all desks together."""

from __future__ import annotations

from collections.abc import Callable

from app.base.clock import SECOND_MS

FIRST_MS = 500
"""The first pause is at most this: most cuts are over in a second."""

LONGEST_MS = 30 * SECOND_MS
"""A hub that comes back has every desk again within this, and 50 desks that call are two calls a second."""

LIVED_MS = 10 * SECOND_MS
"""A line that held this long was a line, and what cuts it a new trouble. A shorter one counts as a failed
call, or a hub that falls over at every Hello would be called twice a second."""


class Backoff:
    """Pauses between calls. `random` gives numbers from 0 up to 1, evenly."""

    def __init__(self, random: Callable[[], float]) -> None:
        self._random = random
        self._failures = 0

    def pause_ms(self, lived_ms: int = 0, *, slow: bool = False) -> int:
        """The pause after a line that lived so long, or after a call that failed (0).

        Anywhere between nothing and a limit that doubles: full jitter parts desks that were cut off together
        best. `slow` is for a hub that answered and would not: nothing will change within seconds.
        """
        if lived_ms >= LIVED_MS:
            self._failures = 0
        if slow:
            return round(LONGEST_MS * (1 + self._random()) / 2)
        limit = min(LONGEST_MS, FIRST_MS << min(self._failures, 16))
        self._failures += 1
        return round(limit * self._random())
