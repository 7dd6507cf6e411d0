"""How the line stands, kept up as things are heard: phase, cut, the numbers of the three levels."""

from __future__ import annotations

from app.base.clock import Instant
from app.sync.frames import PAGE_ENTRIES_MAX
from app.sync.status import LinkPhase, LinkStatus

BEHIND_MAX = 2 * PAGE_ENTRIES_MAX
"""A live line that is this far behind is catching up again; less is the ordinary coming and going."""


class Standing:
    """All times are of the boot clock in ms: the wall clock may be set while the line is cut."""

    def __init__(self, hub: str, gseq: int) -> None:
        self._hub = hub
        self._phase: LinkPhase = "connecting"
        self._since: int | None = None
        self._heard: int | None = None
        self._hub_gseq = 0
        self._upper = 0
        self.gseq = gseq
        self.rtt_ms = 0
        self.trouble = ""

    def status(self, now: int, hall: Instant, pending: int, differs: str) -> LinkStatus:
        """`hall` is the hall's time at `now`; `differs` is said when nothing worse is."""
        return LinkStatus(
            phase=self._phase,
            hub=self._hub,
            since=_hall(self._since, now, hall),
            heard_at=_hall(self._heard, now, hall),
            pending=pending,
            gseq=self.gseq,
            hub_gseq=max(self._hub_gseq, self.gseq),
            upper_gseq=self._upper,
            rtt_ms=self.rtt_ms,
            trouble=self.trouble or differs,
        )

    def heard(self, now: int) -> None:
        self._heard = now

    def welcome(self, gseq: int, upper: int, now: int) -> None:
        """The hub took this desk in; its word on where it stands replaces all that was heard before."""
        self._hub_gseq, self._upper = gseq, upper
        self._turn("live" if self.gseq >= gseq else "catching_up", now)
        self._settled()

    def held(self, trouble: str, now: int) -> None:
        """The line is up, and work waits until the hub is done with what it lost."""
        self.trouble = trouble
        self._turn("catching_up", now)

    def at(self, gseq: int, upper: int | None = None) -> None:
        """The hub stands at `gseq`."""
        self._hub_gseq = max(self._hub_gseq, gseq)
        if upper is not None:
            self._upper = upper

    def took(self, gseq: int, now: int, up: bool) -> None:
        """The log here stands at `gseq`; `up` while the line is."""
        self.gseq = gseq
        if not up:
            return
        if gseq >= self._hub_gseq:
            self._turn("live", now)
        elif self._hub_gseq - gseq > BEHIND_MAX:
            self._turn("catching_up", now)
        self._settled()

    def unreached(self, now: int, refused: str = "") -> None:
        """No line came up; `refused` when the hub's door said why."""
        if refused:
            self.cut(now, refused)
        else:
            self._turn("cut_off", now)

    def cut(self, now: int, refused: str = "") -> None:
        """The line is down; a reason that the hub gave stands while the hub is there."""
        if refused:
            self.trouble = refused
            self._turn("refused", now)
        elif self._phase != "refused":
            self._turn("cut_off", now)

    def _settled(self) -> None:
        """What was wrong with the line is over when it is up and nothing is left to fetch."""
        if self._phase == "live":
            self.trouble = ""

    def _turn(self, phase: LinkPhase, now: int) -> None:
        if phase != self._phase:
            self._phase, self._since = phase, now


def _hall(at: int | None, now: int, hall: Instant) -> Instant:
    return 0 if at is None else hall - (now - at)
