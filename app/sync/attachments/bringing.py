"""From the desk to the hub: what this desk attached, one content after the other, until the hub has them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from msgspec.structs import replace

from app.base.errors import WorldError
from app.base.logs import Logger
from app.domain.refusal import Refusal
from app.sync.attachments.calls import AttachmentCalls, HubAwayError
from app.sync.attachments.carrying import AWAY, Carriage, Lane
from app.sync.attachments.content_moves import bring, on_disk
from app.sync.calling.backoff import LONGEST_MS, Backoff

_log = Logger(__name__)


class Bringing:
    """Belongs to the carrier's loop. `say` hears how it stands."""

    def __init__(self, carriage: Carriage, say: Callable[[Lane], None]) -> None:
        self._carriage = carriage
        self._say = say
        self._lane = Lane()
        self._refused: dict[str, str] = {}
        self.woken = asyncio.Event()

    async def run(self, calls: AttachmentCalls) -> None:
        """Until cancelled."""
        carriage, backoff = self._carriage, Backoff(self._carriage.random)
        await self._sweep()
        while True:
            self.woken.clear()
            try:
                await self._bring_each(calls)
            except HubAwayError as error:
                carriage.reached.failed(error)
                self._tell(replace(self._lane, trouble=AWAY))
                await carriage.pause(backoff.pause_ms())
                continue
            except WorldError as error:
                # The marks themselves cannot be read.
                _log.warning("sync.attachments_unreadable", error)
                self._tell(Lane(trouble=error.key))
            except Exception as error:
                # A fault of ours must not keep pictures here for good.
                _log.error("sync.attachments_failed", error)
                await carriage.pause(LONGEST_MS)
                continue
            backoff = Backoff(carriage.random)
            await self.woken.wait()

    async def _bring_each(self, calls: AttachmentCalls) -> None:
        due = await on_disk(self._due)
        for place, sha256 in enumerate(due):
            refused = await self._bring(calls, sha256, len(due) - place)
            if refused is not None:
                # Not tried again before the next start: neither side will have changed its mind.
                self._refused[sha256] = refused.code
                _log.warning("sync.attachment_refused", sha256=sha256, rule=refused.code)
        # Said as long as there is one that stays here.
        self._tell(Lane(trouble=next(reversed(self._refused.values()), "")))

    async def _bring(self, calls: AttachmentCalls, sha256: str, waiting: int) -> Refusal | None:
        carriage = self._carriage

        def told(done: int, pieces: int) -> None:
            carriage.reached.recovered()
            self._tell(Lane(waiting, sha256, done, pieces))

        self._tell(Lane(waiting, sha256, trouble=self._lane.trouble))
        try:
            refused = await bring(calls, carriage.contents, sha256, carriage.turn, told)
        except WorldError as error:
            return Refusal(error.key)
        if refused is None:
            await on_disk(lambda: carriage.contents.went_out(sha256))
        return refused

    def _due(self) -> list[str]:
        going = self._carriage.contents.outgoing()
        return [s for s in going if s not in self._refused and self._carriage.named(s, True)]

    async def _sweep(self) -> None:
        contents, named = self._carriage.contents, self._carriage.named
        try:
            await on_disk(lambda: contents.sweep(lambda sha256: named(sha256, False)))
        except WorldError as error:
            _log.warning("sync.attachments_unreadable", error)

    def _tell(self, lane: Lane) -> None:
        self._lane = lane
        self._say(lane)
