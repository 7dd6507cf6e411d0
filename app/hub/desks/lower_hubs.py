"""The hall as one lower hub's line asks it: who calls, how far its log is here, what is asked of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Future

from app.domain.requests import ADDRESSED
from app.hub.desks.hall import Pushing, standing_of
from app.hub.hall import HubHall
from app.log.entries import Numbered
from app.log.following.taking import Mismatch
from app.log.numbering.relaying import Relayed, UpperLog
from app.sync.ports import Moment
from app.sync.relay.frames import HelloUp
from app.sync.relay.upper_line import FoundLower


class LowerHub:
    """Implements UpperHall for one line. `log` takes lower hubs' logs in; `key` is the fingerprint of the
    certificate's key, empty on a line without certificates; `let_in` hears of the origin when it is known and
    live."""

    def __init__(
        self, hall: HubHall, log: UpperLog, pushing: Pushing, key: str, let_in: Callable[[str], None]
    ) -> None:
        self._hall = hall
        self._log = log
        self._pushing = pushing
        self._key = key
        self._let_in = let_in

    def moment(self) -> Moment:
        clock = self._hall.clock
        return Moment(clock.boot(), clock.now())

    async def look_up(self, hello: HelloUp) -> FoundLower:
        standing = standing_of(self._hall, hello.origin, self._key)
        lower = self._log.relayed(hello.stream)
        if not standing and lower.device not in ("", hello.origin):
            # A restored hub comes with a new certificate; the one before must have been put out first, so
            # that no device passes on what another's hall is said to have done.
            devices = self._hall.reading.hall.devices
            standing = "stream" if lower.device in devices else ""
        if not standing:
            self._let_in(hello.origin)
        return FoundLower(self._hall.log.head().stream, lower, standing)

    def relay(self, origin: str, stream: str, lines: Sequence[Numbered]) -> Future[Relayed | Mismatch]:
        future = self._log.relay(origin, stream, lines)
        self._pushing.begin(future)
        return future

    def requests_after(self, stream: str, gseq: int, limit: int) -> list[Numbered]:
        found = self._hall.log.history(ADDRESSED + stream)
        mine = (numbered for numbered in found if numbered.gseq > gseq)
        return [numbered for numbered in mine if not numbered.verdict and not numbered.home][:limit]
