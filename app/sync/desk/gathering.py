"""Pages on their way to the disk: each at once while little comes, several together while much does."""

from __future__ import annotations

from collections.abc import Sequence

from app.log.entries import Numbered
from app.sync.frames import PAGE_ENTRIES_MAX

GATHER_LINES = 8 * PAGE_ENTRIES_MAX
"""Written together, in some tenths of a second that a desk's own appends wait for."""

GATHER_S = 0.4
"""How long a page waits for others at most: among thousands of news nobody misses one for so long."""

OWN_MANY = PAGE_ENTRIES_MAX
"""Own entries that wait in such numbers are laid anew over their cases at every page taken: the more lines
at a time, the less often."""

Page = Sequence[Numbered]


class Gathering:
    """Belongs to the pump of one connection."""

    def __init__(self) -> None:
        self._pages: list[Page] = []
        self._lines = 0

    def add(self, page: Page, own: int) -> bool:
        """Whether to wait for more pages before these are given to the disk; `own` entries of this desk have
        no number yet. A page that is not full, at a desk with few of those, is the last for now."""
        self._pages.append(page)
        self._lines += len(page)
        much = own >= OWN_MANY or len(page) >= PAGE_ENTRIES_MAX
        return much and self._lines < GATHER_LINES

    def all(self) -> list[Page]:
        """What was gathered, in order, and begin anew."""
        pages, self._pages, self._lines = self._pages, [], 0
        return pages
