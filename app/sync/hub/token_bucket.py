"""How often something may be asked: so many a second over time, and some more at once."""

from __future__ import annotations


class TokenBucket:
    """`now` is a clock that is never set, in ms."""

    def __init__(self, per_s: int, burst: int, now: int) -> None:
        self._per_s = per_s
        self._most = burst * 1_000
        # Thousandths, so that a rate a second adds up in whole numbers a millisecond.
        self._left = self._most
        self._at = now

    def take(self, now: int) -> bool:
        """Whether one more is allowed now."""
        self._left = min(self._most, self._left + max(0, now - self._at) * self._per_s)
        self._at = max(self._at, now)
        if self._left < 1_000:
            return False
        self._left -= 1_000
        return True
