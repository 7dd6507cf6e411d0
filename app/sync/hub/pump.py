"""Drives one desk's line at the hub over a WebSocket: does what its messages want of the hall."""

from __future__ import annotations

import asyncio

from aiohttp import web

from app.base.errors import MusterError
from app.base.logs import Logger
from app.log.files.failpoints import hit
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

_log = Logger(__name__)


class HubPump(LinePump):
    """One desk's line from its first message to its end."""

    def __init__(self, socket: web.WebSocketResponse, line: HubLine, hall: LineHall) -> None:
        super().__init__(socket, line)
        self._line = line
        self._hall = hall

    def moment(self) -> Moment:
        return self._hall.moment()

    async def grant(self, wish: Wish) -> None:
        line, hall = self._line, self._hall
        try:
            match wish:
                case Look():
                    line.examined(await hall.look(wish.hello), hall.moment())
                case Number():
                    # Shielded: a line that ends meanwhile must not take back what the log is writing.
                    pushed = asyncio.wrap_future(hall.push(line.origin, wish.parcels))
                    outcome = await asyncio.shield(pushed)
                    hit("before_push_acked")
                    line.pushed(outcome, hall.moment())
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

    def read(self, step: Read) -> None:
        self._line.page(self._hall.read_after(step.after, step.limit))
