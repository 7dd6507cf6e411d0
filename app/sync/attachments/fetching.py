"""From the hub to the desk: contents that somebody here opened, the newest wish first."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import Future

from msgspec.structs import replace

from app.base.errors import MusterError, WorldError
from app.base.logs import Logger
from app.domain.refusal import Refusal
from app.log.attachments.port import Standing
from app.sync.attachments.calls import AttachmentCalls, HubAwayError
from app.sync.attachments.carrying import AWAY, Carriage, Lane
from app.sync.attachments.content_moves import fetch, on_disk
from app.sync.calling.backoff import Backoff
from app.sync.desk.questions import not_reached

FETCH_TRIES = 5
"""Somebody looks at a case and waits: after these, some seconds, they are told that the hub is away."""

Fetched = Standing | Refusal

_log = Logger(__name__)


class Fetching:
    """Belongs to the carrier's loop. `say` hears how it stands."""

    def __init__(self, carriage: Carriage, say: Callable[[Lane], None]) -> None:
        self._carriage = carriage
        self._say = say
        self._lane = Lane()
        self._wanted: dict[str, list[Future[Fetched]]] = {}
        self._looks: set[asyncio.Task[None]] = set()
        self._woken = asyncio.Event()

    def want(self, sha256: str, future: Future[Fetched]) -> None:
        """Answer `future` when the content is here, or will not come."""
        look = asyncio.create_task(self._look(sha256, future))
        self._looks.add(look)
        look.add_done_callback(self._looks.discard)

    def drop(self) -> None:
        """Nobody will fetch any more."""
        for look in tuple(self._looks):
            look.cancel()
        for sha256 in tuple(self._wanted):
            self._answer(sha256, not_reached(self._carriage.hub))

    async def run(self, calls: AttachmentCalls) -> None:
        """Until cancelled."""
        while True:
            while not self._wanted:
                self._tell(Lane(trouble=self._lane.trouble))
                self._woken.clear()
                await self._woken.wait()
            # The newest first: that is the case somebody looks at now.
            sha256 = next(reversed(self._wanted))
            answer = await self._fetch(calls, sha256)
            if isinstance(answer, Standing):
                self._lane = replace(self._lane, trouble="")
            elif isinstance(answer, Refusal):
                self._lane = replace(self._lane, trouble=answer.code)
            else:
                key = answer.key if isinstance(answer, MusterError) else "fault"
                self._lane = replace(self._lane, trouble=AWAY if key == "hub_not_reached" else key)
            self._answer(sha256, answer)

    async def _fetch(self, calls: AttachmentCalls, sha256: str) -> Fetched | Exception:
        carriage = self._carriage

        def told(done: int, pieces: int) -> None:
            carriage.reached.recovered()
            self._tell(Lane(len(self._wanted), sha256, done, pieces))

        backoff = Backoff(carriage.random)
        for _ in range(FETCH_TRIES):
            try:
                found = await fetch(calls, carriage.contents, sha256, carriage.turn, told)
                await on_disk(lambda: carriage.contents.shrink(carriage.most_bytes, sha256))
                return found
            except HubAwayError as error:
                carriage.reached.failed(error)
                self._tell(replace(self._lane, trouble=AWAY))
                await carriage.pause(backoff.pause_ms())
            except WorldError as error:
                return error
            except Exception as error:
                # One content that cannot be had must not keep the others away.
                _log.error("sync.attachments_failed", error)
                return error
        return not_reached(carriage.hub)

    async def _look(self, sha256: str, future: Future[Fetched]) -> None:
        """What is here already waits behind nothing."""
        self._wanted.setdefault(sha256, []).append(future)
        try:
            known = await on_disk(lambda: self._carriage.contents.standing(sha256))
        except WorldError as error:
            self._answer(sha256, error)
            return
        if known is not None and known.whole:
            self._answer(sha256, known)
        elif sha256 in self._wanted:
            self._wanted[sha256] = self._wanted.pop(sha256)
            self._woken.set()

    def _answer(self, sha256: str, answer: Fetched | Exception) -> None:
        for future in self._wanted.pop(sha256, []):
            if not future.set_running_or_notify_cancel():
                continue
            if isinstance(answer, WorldError):
                # One for each asker: raising an error adds to its traceback.
                future.set_exception(WorldError(answer.key, **answer.params))
            elif isinstance(answer, Exception):
                future.set_exception(answer)
            else:
                future.set_result(answer)

    def _tell(self, lane: Lane) -> None:
        self._lane = lane
        self._say(lane)
