"""A lower hub's side of its line to the hub above: what HubUplink and UpPump do, on the simulated time."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Protocol

import msgspec

from app.base.errors import WorldError
from app.commands.hearing import hear_request
from app.log.entries import Head, Numbered
from app.sync.calling.backoff import Backoff
from app.sync.calling.caller import UNREACHED
from app.sync.desk import pump as desk_pump
from app.sync.desk.effects import Close
from app.sync.relay import up_client
from app.sync.relay.up_effects import HearRequest, ReadOn, SendUp, UpEffect
from app.sync.relay.up_link import UpLink
from app.sync.status import LinkStatus
from tests.sim.disk import Death
from tests.sim.network import Wire

if TYPE_CHECKING:
    from tests.sim.hub_node import HubNode

TICK_MS = (400, 4_000)
"""As a desk's: most ticks of a quiet line find nothing to do."""

HEAR_MS = (0, 60)
"""How long a request waits for the thread that commands run on."""


class WayUp(Protocol):
    """The network, and who looks on."""

    def dial(self, end: UpEnd) -> None: ...

    def shown(self, node: HubNode) -> None: ...


class Connection:
    """Implements network.End for one connection; what comes in on an old one is not heard."""

    def __init__(self, end: UpEnd, wire: Wire) -> None:
        self.wire = wire
        self._end = end

    def arrive(self, data: bytes) -> None:
        self._end.arrive(self, data)

    def room(self) -> None:
        self._end.send_on(self)

    def gone(self) -> None:
        self._end.left(self)


class UpEnd:
    """One program's link to the hub above, over all its connections."""

    def __init__(self, node: HubNode, way: WayUp) -> None:
        self.node = node
        self._way = way
        store = node.store
        kept = self._kept = up_client._read(store.notes.get(up_client.KEPT))
        self.link = UpLink(store.origin, "sim", "upper", store.head(), kept.upper, kept.above)
        self._backoff = Backoff(node.life_chance.random)
        self._now: Connection | None = None
        self._out: deque[bytes] = deque()
        self._close: Close | None = None
        self._began = 0
        store.subscribe(self._committed)
        self._told = False
        node.later(0, self.call)

    @property
    def wire(self) -> Wire | None:
        return None if self._now is None else self._now.wire

    def status(self) -> LinkStatus:
        return self.link.status(self._boot(), self.node.pc.now())

    # Calling.

    def call(self) -> None:
        self._began = self._boot()
        self._way.dial(self)

    def answered(self, wire: Wire | None) -> None:
        if wire is None:
            self.link.failed(self._boot())
            self._pause(0, UNREACHED)
            return
        self._now = Connection(self, wire)
        wire.to_hub.source = wire.to_desk.target = self._now
        self._close = None
        self._out.clear()
        self._do(self.link.connected(self.node.store.head(), self._boot()))
        self._tick_later(self._now)

    def _pause(self, lived: int, end: Close) -> None:
        self._keep()
        self.node.later(self._backoff.pause_ms(lived, slow=end.slow), self.call)

    # The line.

    def arrive(self, connection: Connection, data: bytes) -> None:
        def read() -> None:
            if connection is self._now:
                self._do(self.link.received(data, self._boot()))

        self.node.hear(read)

    def left(self, connection: Connection) -> None:
        self.node.hear(lambda: self._finish(desk_pump.LEFT) if connection is self._now else None)

    def send_on(self, connection: Connection) -> None:
        while connection is self._now and self._out and connection.wire.to_hub.has_room:
            connection.wire.to_hub.send(self._out.popleft())

    def died(self, death: Death) -> None:
        """The program is gone: what was sent comes in, and only a system that lives on says so."""
        wire, self._now = self.wire, None
        if wire is not None:
            wire.to_desk.muted = True
            if death is Death.KILLED:
                wire.left_by_desk()

    def _committed(self, _head: Head) -> None:
        if not self._told:
            self._told = True
            self.node.later(0, self._moved)

    def _moved(self) -> None:
        self._told = False
        self._do(self.link.moved(self.node.store.head()))

    def _do(self, effects: Sequence[UpEffect]) -> None:
        waiting = deque(effects)
        while waiting:
            waiting.extend(self._one(waiting.popleft()))
        self._way.shown(self.node)
        if self._close is not None and self._now is not None:
            self._finish(self._close)
        elif self._now is not None:
            self.send_on(self._now)

    def _one(self, effect: UpEffect) -> list[UpEffect]:
        match effect:
            case SendUp():
                self._out.append(effect.data)
            case Close():
                self._close = self._close or effect
            case ReadOn():
                return self.link.page(self.node.store.read_after(effect.after, effect.limit), self._boot())
            case HearRequest():
                stream, numbered = self.link.upper_stream, effect.numbered
                self._later(HEAR_MS, lambda: self._hear(stream, numbered))
        return []

    def _hear(self, stream: str, numbered: Numbered) -> None:
        try:
            hear_request(self.node.desk, stream, numbered)
        except WorldError:
            self._do(self.link.not_heard(self._boot()))
        else:
            self._do(self.link.heard(numbered.gseq))

    def _tick_later(self, connection: Connection) -> None:
        def tick() -> None:
            if connection is self._now:
                self._do(self.link.tick(self._boot()))
                self._tick_later(connection)

        self._later(TICK_MS, tick)

    def _finish(self, close: Close) -> None:
        connection, self._now = self._now, None
        if connection is None:
            return
        connection.wire.left_by_desk()
        self.node.around.log(self.node.name, "line up ends", close.code)
        self.link.lost(self._boot())
        self._close = None
        self._pause(self._boot() - self._began, close)

    def _keep(self) -> None:
        kept = up_client._Kept(self.link.upper, self.link.above)
        if kept != self._kept:
            try:
                self.node.store.notes.put(up_client.KEPT, msgspec.json.encode(kept))
                self._kept = kept
            except WorldError:
                # A full disk: it is kept with the next line's end.
                return

    def _later(self, between: tuple[int, int], do: Callable[[], None]) -> None:
        self.node.later(self.node.life_chance.randint(*between), do)

    def _boot(self) -> int:
        return self.node.pc.boot()
