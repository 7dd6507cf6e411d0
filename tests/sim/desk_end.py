"""A desk's side of its line: what HubLink and DeskPump do with sockets and loops, on the simulated time."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from typing import TYPE_CHECKING, Any

from app.base.errors import WorldError
from app.sync.calling.backoff import Backoff
from app.sync.calling.caller import UNREACHED
from app.sync.desk import pump as desk_pump
from app.sync.desk.client import KEEP_CLOCK_MS, KEPT_CLOCK
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
)  # fmt: skip
from app.sync.desk.link import DeskLink
from app.sync.frames import Push, write_frame
from app.sync.status import LinkStatus
from tests.sim.network import Wire

if TYPE_CHECKING:
    from tests.sim.desk_node import DeskNode

TICK_MS = (400, 4_000)
"""Up to eight times slower than the driver's: most ticks of a quiet line find nothing to do."""


class Connection:
    """Implements network.End for one connection of the desk; what comes in on an old one is not heard."""

    def __init__(self, end: DeskEnd, wire: Wire) -> None:
        self.wire = wire
        self._end = end

    def arrive(self, data: bytes) -> None:
        self._end.arrive(self, data)

    def room(self) -> None:
        self._end.send_on(self)

    def gone(self) -> None:
        self._end.left(self)


class DeskEnd:
    """One program's link, over all its connections."""

    def __init__(self, node: DeskNode) -> None:
        self._node = node
        replica = node.replica
        self.link = DeskLink(
            replica.origin, "sim", "hub", replica.head(), replica.sealed(), replica.pending_count()
        )
        self._backoff = Backoff(node.life_chance.random)
        self._now: Connection | None = None
        self._inbox: deque[bytes] = deque()
        self.out: deque[bytes] = deque()
        self._close: Close | None = None
        self._began = 0
        self._kept_at: int | None = None
        self._drops: tuple[int, ...] = ()
        self.alarms: list[Alarm] = []

    @property
    def wire(self) -> Wire | None:
        """The line that is up, as far as this side knows."""
        return None if self._now is None else self._now.wire

    def status(self) -> LinkStatus:
        return self.link.status(self._boot(), self._node.clock.now())

    # Calling.

    def call(self) -> None:
        """Ask the network for a connection; `answered` hears of it."""
        self._began = self._boot()
        self._node.world.dial(self._node, self)

    def answered(self, wire: Wire | None) -> None:
        if wire is None:
            self.link.failed(self._boot())
            self._pause(0, UNREACHED)
            return
        self._now = Connection(self, wire)
        wire.to_hub.source = wire.to_desk.target = self._now
        self._close = None
        self._inbox.clear()
        self.out.clear()
        replica = self._node.replica
        self.do(self.link.connected(replica.head(), replica.sealed(), self._boot()))
        self._tick_later(self._now)

    def _pause(self, lived: int, end: Close) -> None:
        self._node.later(self._backoff.pause_ms(lived, slow=end.slow), self.call)

    # The line.

    def arrive(self, connection: Connection, data: bytes) -> None:
        if connection is self._now:
            self._inbox.append(data)
            self._node.hear(self._read)

    def left(self, connection: Connection) -> None:
        if connection is self._now:
            self._node.hear(lambda: self._finish(desk_pump.LEFT) if connection is self._now else None)

    def send_on(self, connection: Connection) -> None:
        while connection is self._now and self.out and connection.wire.to_hub.has_room:
            connection.wire.to_hub.send(self.out.popleft())

    def drop_with_next_push(self, stall_ms: int) -> None:
        """Lose the connection right behind the next push, without a word to the hub, which gets the push
        `stall_ms` later: the program calls again beside it."""
        self._drops = (stall_ms,)

    def _drop(self, stall_ms: int) -> None:
        wire = self.wire
        if wire is not None:
            wire.to_desk.muted = True
            wire.to_hub.stall(stall_ms)
            self._finish(desk_pump.LEFT, tell=False)

    def held(self) -> None:
        """Something is durable in the replica."""
        self.do(self.link.held(self._node.replica.sealed()))

    def do(self, effects: Sequence[DeskEffect]) -> None:
        waiting = deque(effects)
        while waiting:
            waiting.extend(self._one(waiting.popleft()))
        self._keep_clock()
        self._node.world.watcher.shown(self._node)
        if self._close is not None and self._now is not None:
            self._finish(self._close)
        elif self._now is not None:
            self.send_on(self._now)

    def _read(self) -> None:
        while self._inbox and self._now is not None and self.link.taking < desk_pump.TAKES_MAX:
            self.do(self.link.received(self._inbox.popleft(), self._boot()))

    def _tick_later(self, connection: Connection) -> None:
        def tick() -> None:
            if connection is self._now:
                self.do(self.link.tick(self._boot()))
                self._tick_later(connection)

        self._node.later(self._node.life_chance.randint(*TICK_MS), tick)

    def _finish(self, close: Close, *, tell: bool = True) -> None:
        """The connection is over; the next call waits until the disk has done what it was given."""
        connection, self._now = self._now, None
        if connection is None:
            return
        if tell:
            connection.wire.left_by_desk()
        self._node.around.log(self._node.name, "line ends", close.code)
        lived = self._boot() - self._began
        self.do(self.link.lost(self._boot()))
        self._close = None
        self._rest(lambda: self._pause(lived, close))

    def _rest(self, then: Callable[[], None]) -> None:
        if self.link.taking:
            self._node.later(5, lambda: self._rest(then))
        else:
            then()

    # Effects.

    def _one(self, effect: DeskEffect) -> list[DeskEffect]:
        match effect:
            case Send():
                self.out.append(write_frame(effect.frame))
                if self._drops and isinstance(effect.frame, Push):
                    (stall_ms,), self._drops = self._drops, ()
                    self._node.later(1, lambda: self._drop(stall_ms))
            case Tell():
                self._node.clock.heard(effect.hub_time, effect.sent_boot, effect.received_boot)
            case Alarm():
                self.alarms.append(effect)
            case Close():
                self._close = self._close or effect
            case Unanswered():
                return []
            case Recall() | Retrace() | Gather() | CutBack() | Return():
                return self._give_back(effect)
            case _:
                return self._on_disk(effect)
        return []

    def _give_back(self, effect: Back) -> list[DeskEffect]:
        """What a hub that was restored wants of the replica."""
        replica, back = self._node.replica, self.link.back
        if back is None:
            return []
        match effect:
            case Recall():
                return back.recalled(replica.read_after(effect.after_gseq, effect.limit))
            case Retrace():
                common = replica.parting(effect.epochs, effect.hub_gseq)
                self._node.around.log(self._node.name, "astray", replica.head().gseq, common)
                return self.link.retraced(common, self._boot())
            case Gather():
                return back.gathered(replica.strays(effect.after_gseq, effect.limit, effect.most_bytes))
            case CutBack():
                with self._node.writer.waiting():
                    replica.cut(effect.gseq).add_done_callback(self._was_cut)
            case Return():
                return back.returned(replica.secrets(effect.refs))
        return []

    def _was_cut(self, future: Future[Any]) -> None:
        failed = future.exception() is not None
        self.do(self.link.disk_failed() if failed else self.link.was_cut(self._boot()))

    def _on_disk(self, effect: Join | Offer | Take | Compare | Keep) -> list[DeskEffect]:
        replica, link = self._node.replica, self.link
        match effect:
            case Offer():
                parcels = replica.waiting(effect.after_oseq, effect.limit, effect.most_bytes)
                return link.offered(effect.after_oseq, parcels)
            case Compare():
                return link.compared(effect.gseq, replica.digest_at(effect.gseq))
            case Keep():
                replica.keep_secrets(effect.secrets)
                return []
        with self._node.writer.waiting():
            if isinstance(effect, Take):
                replica.take(effect.lines).add_done_callback(self._took)
            else:
                replica.join(effect.stream, effect.epoch).add_done_callback(self._joined)
        return []

    def _took(self, future: Future[Any]) -> None:
        error = future.exception()
        if error is None:
            self.do(self.link.taken(future.result(), self._boot()))
        else:
            self.do(self.link.not_taken())
        self._node.later(0, self._read)

    def _joined(self, future: Future[Any]) -> None:
        if future.exception() is not None:
            self.do(self.link.not_joined(self._boot()))

    def _keep_clock(self) -> None:
        clock = self._node.clock
        if not clock.verified:
            return
        if self._kept_at is None or self._boot() - self._kept_at >= KEEP_CLOCK_MS:
            self._kept_at = self._boot()
            try:
                self._node.replica.notes.put(KEPT_CLOCK, clock.kept())
            except WorldError:
                # A full disk: it is kept with the next minute's.
                return

    def _boot(self) -> int:
        return self._node.pc.boot()
