"""Drives one desk's line at the hub over a WebSocket: does what its messages want of the hall."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Sequence

from aiohttp import web

from app.base.errors import MusterError
from app.base.logs import Logger
from app.log.entries import Parcel
from app.log.files.failpoints import hit
from app.log.port import Pushed
from app.sync.hub.effects import (
    Adopt,
    KeepBack,
    Look,
    Number,
    Reached,
    Read,
    Show,
    TakeBack,
    Wish,
)
from app.sync.hub.line import HubLine
from app.sync.hub.line_pump import LinePump
from app.sync.ports import LineHall, Moment

PUSHES_MAX = 2
"""While one push is written the next is read: the writer need not wait for the line, and what several desks
bring at a time goes to the disk together."""

_log = Logger(__name__)


class HubPump(LinePump):
    """One desk's line from its first message to its end."""

    def __init__(self, socket: web.WebSocketResponse, line: HubLine, hall: LineHall) -> None:
        super().__init__(socket, line)
        self._line = line
        self._hall = hall
        self._numbering: deque[asyncio.Future[Pushed]] = deque()

    def moment(self) -> Moment:
        return self._hall.moment()

    async def grant(self, wish: Wish) -> None:
        line, hall = self._line, self._hall
        try:
            match wish:
                case Look():
                    line.examined(await hall.look(wish.hello), hall.moment())
                case Number():
                    await self._number(wish.parcels)
                case Show():
                    line.shown(await hall.show(line.origin, wish.refs), hall.moment())
                case TakeBack():
                    taken = asyncio.wrap_future(hall.take_back(wish.lines))
                    line.took_back(await asyncio.shield(taken), hall.moment())
                case Adopt():
                    await asyncio.shield(hall.adopt(wish.parcels))
                    line.adopted(hall.moment())
                case KeepBack():
                    await asyncio.shield(asyncio.wrap_future(hall.keep_back(wish.secrets)))
                    line.kept_back(hall.moment())
                case Reached():
                    hall.reached(line.origin, wish.gseq, wish.units)
        except MusterError as error:
            _log.warning("sync.wish_failed", error, wish=type(wish).__name__.lower(), origin=line.origin)
            line.failed()

    async def _number(self, parcels: Sequence[Parcel]) -> None:
        """Begin a push, and wait for the oldest when there are enough."""
        pushed = asyncio.wrap_future(self._hall.push(self._line.origin, parcels))
        self._numbering.append(pushed)
        pushed.add_done_callback(self._numbered)
        while len(self._numbering) >= PUSHES_MAX:
            # A line that ends meanwhile takes nothing back of what the log is writing: this cancels nothing.
            await asyncio.wait((self._numbering[0],))

    def _numbered(self, pushed: asyncio.Future[Pushed]) -> None:
        self._numbering.remove(pushed)
        if pushed.cancelled():
            return
        error = pushed.exception()
        if error is None:
            hit("before_push_acked")
            self._line.pushed(pushed.result(), self._hall.moment())
        else:
            tell = _log.warning if isinstance(error, MusterError) else _log.error
            tell("sync.wish_failed", error, wish="number", origin=self._line.origin)
            self._line.failed()
        self.wake()

    def read(self, step: Read) -> None:
        self._line.page(self._hall.read_after(step.after, step.limit))
