"""Who of several processes passes the hall's log up: one at a time, and another when that one fails."""

from __future__ import annotations

from collections.abc import Callable

from app.base.errors import WorldError
from app.base.logs import Condition, Logger
from app.bootstrap.loop_thread import Failed, LoopThread
from app.sync.ports import NotesPort
from app.sync.relay.up_client import HubUplink

BEAT_MS = 500
"""How often it is asked who has the office; the upper hub misses the hall for no longer when it changes."""

UPPER = "upper"
"""The note, for all processes, of how far the upper hub has the log."""

_log = Logger(__name__)


class RelayOffice:
    """Holds the line while this process has the office. `leads` says whether it has; `begin` makes and starts
    the line, None while the hall has no hub above it. The office may change without warning: what two pass up
    at once the upper hub takes in once."""

    def __init__(
        self,
        leads: Callable[[], bool],
        begin: Callable[[], HubUplink | None],
        notes: NotesPort,
        failed: Failed,
    ) -> None:
        self._leads = leads
        self._begin = begin
        self._notes = notes
        self._link: HubUplink | None = None
        self._upper = self._told = 0
        self._trouble = Condition(_log, "uplink.office")
        self._thread = LoopThread("muster-relay-office", failed)
        self._thread.every(BEAT_MS, self._beat)

    @property
    def upper(self) -> int:
        """How far the upper hub has the log, whoever passes it up; elsewhere known a moment later."""
        link = self._link
        return max(self._upper, link.upper if link is not None else 0)

    def close(self) -> None:
        """Give up the line, if it is here."""
        self._thread.close()
        self._hang_up()

    def _beat(self) -> None:
        try:
            if not self._leads():
                self._hang_up()
            elif self._link is None:
                self._link = self._begin()
                if self._link is not None:
                    _log.info("uplink.office_taken")
            self._share()
        except WorldError as error:
            # The server or the disk is away: the next beat looks again.
            self._trouble.failed(error, cause=error.key)
        else:
            self._trouble.recovered()

    def _share(self) -> None:
        if self._link is None:
            self._upper = int(self._notes.get(UPPER) or b"0")
        elif self._link.upper > self._told:
            upper = self._link.upper
            self._notes.put(UPPER, str(upper).encode()).result()
            self._told = self._upper = upper

    def _hang_up(self) -> None:
        link, self._link = self._link, None
        if link is not None:
            link.stop().result()
            _log.info("uplink.office_left")
