"""The clock of a demo: it stands in the past while a history is made, and is the PC's clock from then on."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable

import msgspec

from app.base.clock import Clock, Instant, ManualClock


class Reading(msgspec.Struct, frozen=True):
    """What a clock showed at one moment: see app.base.clock.Clock."""

    now: Instant
    boot: int
    boot_id: str


def read(clock: Clock) -> Reading:
    """All a clock shows, at once."""
    return Reading(clock.now(), clock.boot(), clock.boot_id)


class Tape:
    """First it shows what `past` shows, after `go_live` what the PC's clock shows.

    Readings laid on it go before either: each call of `now` takes the next, with its `boot` and `boot_id`.
    The store asks for the time once for each append, so a history can be written in large transactions
    and every entry still gets the time at which it was made.
    """

    def __init__(self, live: Clock, start: Instant) -> None:
        self.past = ManualClock(start, boot_id="history")
        self._shown: Clock = self.past
        self._live = live
        self._laid: deque[Reading] = deque()
        self._playing: Reading | None = None

    def go_live(self) -> None:
        """From now on it is the PC's clock."""
        self._shown = self._live

    def lay(self, readings: Iterable[Reading]) -> None:
        """Put readings behind those that wait."""
        self._laid.extend(readings)

    def now(self) -> Instant:
        self._playing = self._laid.popleft() if self._laid else None
        return self._shown.now() if self._playing is None else self._playing.now

    def boot(self) -> int:
        return self._shown.boot() if self._playing is None else self._playing.boot

    @property
    def boot_id(self) -> str:
        return self._shown.boot_id if self._playing is None else self._playing.boot_id
