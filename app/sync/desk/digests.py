"""Comparing this replica's state with the hub's, at the numbers at which both keep a digest."""

from __future__ import annotations

from app.sync.desk.effects import Alarm, Compare


class Digests:
    """One comparison is open at a time: a desk that is catching up comes to its number before the next."""

    def __init__(self) -> None:
        self._open: tuple[int, str] | None = None
        self._asked = False
        self._compared = 0
        self.differs = False

    def begin(self) -> None:
        """A new line: what the hub said on the last one may be of numbers it lost since and gave anew."""
        self._open, self._asked = None, False

    def heard(self, gseq: int, digest: str) -> None:
        """The hub's digest at `gseq`; 0 when it says none."""
        if self._open is None and gseq > self._compared and digest:
            self._open = (gseq, digest)

    def wanted(self, here: int) -> Compare | None:
        """What to compare, when the log stands at `here`."""
        if self._open is None or self._asked or self._open[0] > here:
            return None
        self._asked = True
        return Compare(self._open[0])

    def compared(self, gseq: int, own: str | None) -> Alarm | None:
        """The own digest at `gseq`, None when none was kept: a desk that began with a snapshot behind it."""
        if self._open is None or self._open[0] != gseq:
            return None
        theirs = self._open[1]
        self._open, self._asked, self._compared = None, False, gseq
        if own is None:
            return None
        before, self.differs = self.differs, own != theirs
        return Alarm("digest_differs", gseq) if self.differs and not before else None
