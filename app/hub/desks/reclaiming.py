"""A hub that was restored: it hears its desks first, takes back what it lost, then begins the next epoch."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable

from app.base.errors import WorldError
from app.base.logs import Condition, Logger
from app.hub.hall import HubHall
from app.log.entries import Head
from app.log.numbering.recovery import Recovery

LOOK_S = 0.25
"""How often it is looked whether all desks were heard; a desk waits no longer than this for nothing."""

_log = Logger(__name__)


class Reclaiming:
    """Belongs to the service's thread."""

    def __init__(self, hall: HubHall) -> None:
        self._hall = hall
        self._heard: set[str] = set()

    @property
    def missing(self) -> list[str]:
        """Enrolled desks that were not heard yet, by what the log says by now."""
        return sorted(self._hall.reading.hall.devices.keys() - self._heard)

    async def run(self, gave_back: Callable[[], Iterable[str]]) -> bool:
        """Until every enrolled desk was heard or the time is up; whether there was anything to wait for.

        `gave_back` gives the origins of those on the line that have nothing more.
        """
        recovery = self._hall.recovery
        if recovery is None or not recovery.reclaiming:
            return False
        clock = self._hall.clock
        until = clock.boot() + self._hall.reclaim_ms
        _log.info("hub.reclaiming", gseq=self._hall.log.head().gseq, desks=len(self.missing))
        while self.missing and clock.boot() < until:
            await asyncio.sleep(LOOK_S)
            self._heard.update(gave_back())
        head = await _begin(recovery)
        _log.info("hub.epoch_began", epoch=head.epoch, gseq=head.gseq, not_heard=len(self.missing))
        self._hall.began(head)
        return True


async def _begin(recovery: Recovery) -> Head:
    trouble = Condition(_log, "hub.epoch")
    while True:
        try:
            head = await asyncio.wrap_future(recovery.begin_epoch())
        except WorldError as error:
            # A full disk: somebody makes room, and until then nothing new could be kept anyway.
            trouble.failed(error)
            await asyncio.sleep(LOOK_S)
        else:
            trouble.recovered()
            return head
