"""Drives a lower hub's line at the hub above it over a WebSocket."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from concurrent.futures import Future
from typing import Protocol

from aiohttp import web

from app.base.errors import MusterError
from app.base.logs import Logger
from app.log.entries import Numbered
from app.log.following.taking import Mismatch
from app.log.numbering.relaying import Relayed
from app.sync.hub.effects import Read
from app.sync.hub.line_pump import LinePump
from app.sync.ports import Moment
from app.sync.relay.frames import HelloUp
from app.sync.relay.upper_line import FoundLower, LookUp, TakeUp, UpperLine, UpperWish

_log = Logger(__name__)


class UpperHall(Protocol):
    """What a lower hub's line asks of the hub above. Called on the service's loop."""

    def moment(self) -> Moment: ...

    async def look_up(self, hello: HelloUp) -> FoundLower: ...

    def relay(self, origin: str, stream: str, lines: Sequence[Numbered]) -> Future[Relayed | Mismatch]: ...

    def requests_after(self, stream: str, gseq: int, limit: int) -> list[Numbered]:
        """The next entries addressed to the hub of `stream`."""
        ...


class UpperPump(LinePump):
    """One lower hub's line from its first message to its end."""

    def __init__(self, socket: web.WebSocketResponse, line: UpperLine, hall: UpperHall) -> None:
        super().__init__(socket, line)
        self._line = line
        self._hall = hall

    def moment(self) -> Moment:
        return self._hall.moment()

    async def grant(self, wish: UpperWish) -> None:
        line, hall = self._line, self._hall
        try:
            match wish:
                case LookUp():
                    line.examined(await hall.look_up(wish.hello), hall.moment())
                case TakeUp():
                    # Shielded: a line that ends meanwhile must not take back what the log is writing.
                    relayed = asyncio.wrap_future(hall.relay(line.origin, line.stream, wish.lines))
                    line.relayed(await asyncio.shield(relayed), hall.moment())
        except MusterError as error:
            _log.warning("sync.wish_failed", error, wish=type(wish).__name__.lower(), origin=line.origin)
            line.failed()

    def read(self, step: Read) -> None:
        self._line.requests(self._hall.requests_after(self._line.stream, step.after, step.limit))
