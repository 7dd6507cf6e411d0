"""Which of the desk's own entries are on their way: a bounded number ahead of the hub's acknowledgement."""

from __future__ import annotations

from collections import deque

from app.sync.desk.effects import Offer
from app.sync.frames import PAGE_BYTES, PAGE_ENTRIES_MAX

WINDOW_ENTRIES = 2 * PAGE_ENTRIES_MAX
"""Two pages: while the hub writes one to its disk the next is on the line, and a cut repeats no more."""

WINDOW_FRAMES = 4
"""A desk that writes one entry at a time sends this many frames at once; what comes meanwhile goes together
in the next."""


class PushWindow:
    """`sealed` is the desk's last own entry, `acked` the last that the hub has on its disk."""

    def __init__(self, sealed: int, acked: int) -> None:
        self.sealed = sealed
        self.acked = acked
        self._sent = acked
        self._flying: deque[int] = deque()
        self._offering = False

    @property
    def pending(self) -> int:
        """Entries that are saved here and, as far as is known, not at the hub."""
        return max(0, self.sealed - self.acked)

    def open(self, acked: int) -> None:
        """A new line begins at what the hub says it has."""
        self.acked = self._sent = acked
        self._flying.clear()
        self._offering = False

    def wanted(self) -> Offer | None:
        """What to read next, when there is something and the window has room."""
        room = WINDOW_ENTRIES - (self._sent - self.acked)
        if self._offering or self._sent >= self.sealed or room <= 0 or len(self._flying) >= WINDOW_FRAMES:
            return None
        self._offering = True
        return Offer(self._sent, min(room, PAGE_ENTRIES_MAX), PAGE_BYTES)

    def offered(self, after_oseq: int, last_oseq: int) -> bool:
        """Whether the entries read after `after_oseq`, up to `last_oseq` (0: none), are to be sent now; they
        then are on their way. What does not follow what was sent is not: it was read for a line that is gone,
        or the hub has it meanwhile.
        """
        asked, self._offering = self._offering, False
        if not asked or after_oseq != self._sent:
            return False
        if last_oseq <= after_oseq:
            # They got their numbers meanwhile. Whatever is durable later is told of anew.
            self.sealed = self._sent
            return False
        self._sent = last_oseq
        self._flying.append(last_oseq)
        return True

    def ack(self, oseq: int) -> None:
        """The hub has everything up to `oseq` on its disk."""
        self.acked = max(self.acked, oseq)
        self._sent = max(self._sent, self.acked)
        while self._flying and self._flying[0] <= self.acked:
            self._flying.popleft()
