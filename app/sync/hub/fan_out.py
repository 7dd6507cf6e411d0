"""One ring of encoded news for all lines of a hub: a line is a number in it, and no line has a queue."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence

from app.log.entries import Head, Numbered
from app.sync.hub.pages import Page, encode_pages

RING_BYTES_MAX = 8 * 1024 * 1024
"""Some thousand entries: minutes of a busy hall. Who is further behind reads from the log."""

RING_PAGES_MAX = 1_024
"""Pages of a single entry are small; this bounds what their number costs."""


class FanOut:
    """Where the log stands, with its latest pages. Fed in order by one reader; asked by every line."""

    def __init__(self, head: Head) -> None:
        self.head = head
        self.upper = 0
        self.digest_gseq = 0
        self.digest = ""
        self._ring: deque[Page] = deque()
        self._by_after: dict[int, Page] = {}
        self._bytes = 0

    def add(self, entries: Sequence[Numbered]) -> None:
        """The next entries of the log. What does not follow starts the ring anew: nobody is told a gap."""
        if not entries:
            return
        if entries[0].gseq != self.head.gseq + 1:
            self._empty()
        for page in encode_pages(entries):
            self._ring.append(page)
            self._by_after[page.after] = page
            self._bytes += len(page.data)
        last = entries[-1]
        self.head = Head(last.stream, last.epoch, last.gseq, last.hash)
        while len(self._ring) > 1 and (self._bytes > RING_BYTES_MAX or len(self._ring) > RING_PAGES_MAX):
            gone = self._ring.popleft()
            del self._by_after[gone.after]
            self._bytes -= len(gone.data)

    def page_after(self, gseq: int) -> Page | None:
        """The page that goes on exactly after `gseq`, when the ring has it."""
        return self._by_after.get(gseq)

    def missing_after(self, gseq: int) -> int:
        """How many entries after `gseq` a line must read from the log before the ring can go on with it."""
        for page in self._ring:
            if page.after > gseq:
                return page.after - gseq
        return max(0, self.head.gseq - gseq)

    def _empty(self) -> None:
        self._ring.clear()
        self._by_after.clear()
        self._bytes = 0
