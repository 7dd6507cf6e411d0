"""Drives the desk's side of one connection: the socket, the replica's futures, the tick."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from typing import Any

from aiohttp import ClientWebSocketResponse, WSMsgType

from app.base.errors import WorldError
from app.base.logs import Logger
from app.log.entries import Secret
from app.log.files.failpoints import hit
from app.sync.desk.effects import (
    Alarm,
    Back,
    Close,
    Compare,
    CutBack,
    DeskEffect,
    Gather,
    Join,
    Keep,
    Offer,
    Recall,
    Retrace,
    Return,
    Send,
    Take,
    Tell,
    Unanswered,
)
from app.sync.desk.gathering import GATHER_S, Gathering
from app.sync.desk.link import DeskLink
from app.sync.frames import FromDesk, Push, write_frame
from app.sync.hub_clock import HubClock
from app.sync.ports import ReplicaPort
from app.sync.sockets import send_within, until_one_ends

TICK_S = 0.5
TAKES_MAX = 16
"""Pages heard and not yet on disk: as many again as are written together. Then the line is not read, and the
hub waits."""

LEFT = Close("left")
"""How a line ends that the hub or the network closed."""

Answered = Callable[[int, Sequence[Secret] | None], None]

_log = Logger(__name__)


class DeskPump:
    """One connection from its Hello to its end, on one loop. `changed` is called after whatever happened."""

    def __init__(
        self,
        socket: ClientWebSocketResponse,
        link: DeskLink,
        replica: ReplicaPort,
        clock: HubClock,
        changed: Callable[[], None],
        answered: Answered,
        alarmed: Callable[[Alarm], None],
    ) -> None:
        self._socket = socket
        self._link = link
        self._replica = replica
        self._clock = clock
        self._changed = changed
        self._answered = answered
        self._alarmed = alarmed
        self._loop = asyncio.get_running_loop()
        # Bounded by what the link sends ahead of the hub: its window, its questions, a ping in seconds.
        self._out: deque[FromDesk] = deque()
        self._something = asyncio.Event()
        self._room = asyncio.Event()
        self._room.set()
        self._ended = asyncio.Event()
        self._gathering = Gathering()
        self._given: asyncio.TimerHandle | None = None
        self._close = LEFT

    async def run(self) -> Close:
        """Until the line is down and the replica has done every page it was given."""
        self.do(self._link.connected(self._replica.head(), self._replica.sealed(), self._clock.boot()))
        try:
            await until_one_ends(self._socket, self._read, self._send, self._tick, self._ended.wait)
        finally:
            self._give()
            self.do(self._link.lost(self._clock.boot()))
        while self._link.taking:
            self._room.clear()
            await self._room.wait()
        return self._close

    def do(self, effects: Sequence[DeskEffect]) -> None:
        """Carry out what the link wants, and what it wants because of that. On the loop's thread."""
        waiting = deque(effects)
        while waiting:
            waiting.extend(self._one(waiting.popleft()))
        self._changed()

    def _one(self, effect: DeskEffect) -> list[DeskEffect]:
        match effect:
            case Send():
                self._out.append(effect.frame)
                self._something.set()
            case Tell():
                self._clock.heard(effect.hub_time, effect.sent_boot, effect.received_boot)
            case Alarm():
                self._alarmed(effect)
            case Close():
                self._close = effect
                self._ended.set()
            case Unanswered():
                self._answered(effect.ask, None)
            case Recall() | Retrace() | Gather() | CutBack() | Return():
                return self._give_back(effect)
            case _:
                return self._on_disk(effect)
        return []

    def _give_back(self, effect: Back) -> list[DeskEffect]:
        """What a hub that was restored wants of the replica."""
        replica, back = self._replica, self._link.back
        if back is None:
            return []
        try:
            match effect:
                case Recall():
                    return back.recalled(replica.read_after(effect.after_gseq, effect.limit))
                case Retrace():
                    common = replica.parting(effect.epochs, effect.hub_gseq)
                    _log.warning("sync.astray", head=replica.head().gseq, common=common)
                    return self._link.retraced(common, self._clock.boot())
                case Gather():
                    return back.gathered(replica.strays(effect.after_gseq, effect.limit, effect.most_bytes))
                case CutBack():
                    self._when_done(replica.cut(effect.gseq), self._was_cut)
                case Return():
                    return back.returned(replica.secrets(effect.refs))
        except WorldError as error:
            _log.warning("sync.disk", error)
            return self._link.disk_failed()
        return []

    def _was_cut(self, future: Future[Any]) -> None:
        error = future.exception()
        if error is None:
            self.do(self._link.was_cut(self._clock.boot()))
        else:
            _log.warning("sync.not_cut", error)
            self.do(self._link.disk_failed())

    def _on_disk(self, effect: Join | Offer | Take | Compare | Keep) -> list[DeskEffect]:
        """What the replica does, here or on its own thread."""
        replica, link = self._replica, self._link
        try:
            match effect:
                case Offer():
                    parcels = replica.waiting(effect.after_oseq, effect.limit, effect.most_bytes)
                    return link.offered(effect.after_oseq, parcels)
                case Compare():
                    return link.compared(effect.gseq, replica.digest_at(effect.gseq))
                case Take():
                    self._gather(effect)
                case Join():
                    self._when_done(replica.join(effect.stream, effect.epoch), self._joined)
                case Keep():
                    ask, secrets = effect.ask, effect.secrets
                    self._when_done(
                        replica.keep_secrets(secrets), lambda future: self._kept(ask, secrets, future)
                    )
        except WorldError as error:
            _log.warning("sync.disk", error)
            return link.not_taken() if isinstance(effect, Take) else link.disk_failed()
        return []

    def _gather(self, page: Take) -> None:
        more = self._gathering.add(page.lines, self._replica.pending_count())
        if not more or self._link.taking >= TAKES_MAX:
            self._give()
        elif self._given is None:
            self._given = self._loop.call_later(GATHER_S, self._give)

    def _give(self) -> None:
        """What was gathered goes to the disk."""
        if self._given is not None:
            self._given.cancel()
            self._given = None
        for lines in self._gathering.all():
            self._when_done(self._replica.take(lines), self._took)

    def _when_done(self, future: Future[Any], then: Callable[[Future[Any]], None]) -> None:
        def done(future: Future[Any]) -> None:
            try:
                self._loop.call_soon_threadsafe(then, future)
            except RuntimeError:
                # The loop ended before the disk did; a new start reads what is there.
                return

        future.add_done_callback(done)

    def _took(self, future: Future[Any]) -> None:
        error = future.exception()
        if error is None:
            self.do(self._link.taken(future.result(), self._clock.boot()))
        else:
            _log.warning("sync.not_taken", error)
            self.do(self._link.not_taken())
        self._room.set()

    def _joined(self, future: Future[Any]) -> None:
        error = future.exception()
        if error is not None:
            _log.warning("sync.not_joined", error)
            self.do(self._link.not_joined(self._clock.boot()))

    def _kept(self, ask: int, secrets: Sequence[Secret], future: Future[Any]) -> None:
        error = future.exception()
        if error is None:
            self._answered(ask, secrets)
        else:
            self._answered(ask, None)
            self.do(self._link.disk_failed())

    async def _read(self) -> None:
        while True:
            while self._link.taking >= TAKES_MAX:
                self._room.clear()
                await self._room.wait()
            message = await self._socket.receive()
            if message.type is not WSMsgType.BINARY:
                return
            self.do(self._link.received(message.data, self._clock.boot()))

    async def _send(self) -> None:
        while True:
            while self._out:
                frame = self._out.popleft()
                if isinstance(frame, Push):
                    hit("before_push_sent")
                await send_within(self._socket, write_frame(frame))
                if isinstance(frame, Push):
                    hit("after_push_sent")
            self._something.clear()
            await self._something.wait()

    async def _tick(self) -> None:
        while True:
            await asyncio.sleep(TICK_S)
            self.do(self._link.tick(self._clock.boot()))
