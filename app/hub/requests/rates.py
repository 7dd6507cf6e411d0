"""Pace: a token bucket for each caller, so that one who runs wild waits and nobody else does."""

from __future__ import annotations

from collections import OrderedDict

from app.base.clock import SECOND_MS
from app.base.logs import Condition, Logger
from app.hub.limits import CALLERS_MAX

_log = Logger(__name__)


class Bucket:
    """Fills with `per_s` permissions a second, up to `burst`. Times are of a boot clock, in ms."""

    def __init__(self, per_s: int, burst: int, now: int) -> None:
        self._per_s = per_s
        self._burst = burst
        self._left = float(burst)
        self._at = now

    def take(self, now: int) -> int:
        """0 when there was a permission, which is gone now; else after how many ms there will be one."""
        self._left = min(self._burst, self._left + max(0, now - self._at) * self._per_s / SECOND_MS)
        self._at = now
        if self._left >= 1:
            self._left -= 1
            return 0
        return max(1, round((1 - self._left) * SECOND_MS / self._per_s))

    @property
    def rested(self) -> bool:
        """Half full again: who was refused has really slowed down, and did not just slip through."""
        return self._left >= self._burst / 2


class Rates:
    """The buckets of all callers of one sort; each one's running wild is logged once, and its end once."""

    def __init__(self, per_s: int, burst: int, most: int = CALLERS_MAX) -> None:
        self._per_s = per_s
        self._burst = burst
        self._most = most
        self._callers: OrderedDict[str, tuple[Bucket, Condition]] = OrderedDict()

    def take(self, caller: str, now: int, token: str = "") -> int:
        """0 when `caller` may go on, else the ms to wait; `token` is logged when the refusing begins."""
        found = self._callers.get(caller)
        if found is None:
            found = Bucket(self._per_s, self._burst, now), Condition(_log, "hub.rate")
            self._callers[caller] = found
            if len(self._callers) > self._most:
                self._callers.popitem(last=False)
        else:
            self._callers.move_to_end(caller)
        bucket, running_wild = found
        wait_ms = bucket.take(now)
        if wait_ms:
            running_wild.failed(token=token)
        elif running_wild.failing and bucket.rested:
            running_wild.recovered(token=token)
        return wait_ms
