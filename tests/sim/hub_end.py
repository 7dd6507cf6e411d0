"""The hub's side of one connection: what HubPump does with sockets, on the simulated time."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from typing import TYPE_CHECKING, Any

from app.base.errors import MusterError
from app.log.entries import Parcel
from app.sync import sockets
from app.sync.frames import Hello
from app.sync.hub import adopting
from app.sync.hub.effects import (
    Adopt,
    End,
    KeepBack,
    Look,
    Number,
    Reached,
    Read,
    SendBytes,
    Show,
    TakeBack,
    Wish,
)  # fmt: skip
from app.sync.hub.examining import look_up
from app.sync.hub.line import HubLine
from tests.sim import bounds
from tests.sim.network import Wire

if TYPE_CHECKING:
    from tests.sim.hub_node import HubNode

LOOK_MS = (0, 15)
"""How long a look into the log takes beside other work."""


class HubEnd:
    """Implements network.End. One message is worked on at a time; those behind it wait in the socket."""

    def __init__(self, node: HubNode, wire: Wire, number: int) -> None:
        self._node = node
        self._wire = wire
        self._number = number
        self._inbox: deque[bytes] = deque()
        self._busy = False
        self._stalls = 0
        self._stalled = False
        self.line = HubLine(node.announcer.fan, "sim", node.moment())
        self.open = True
        self._waking = node.announcer.waking(self.wake)
        self._waking.__enter__()

    def arrive(self, data: bytes) -> None:
        self._inbox.append(data)
        self._node.hear(self._read)

    def room(self) -> None:
        self._stalled = False
        self._node.hear(self.wake)

    def gone(self) -> None:
        self.close("left", tell=False)

    def wake(self) -> None:
        """Send what there is to send while the line takes it."""
        bounds.of_line(self)
        while self.open and not self._stalled:
            if not self._wire.to_desk.has_room:
                self._stall()
                return
            step = self.line.next(self._node.moment())
            match step:
                case SendBytes(data=data):
                    self._wire.to_desk.send(data)
                case Read(after=after, limit=limit):
                    self.line.page(self._node.store.read_after(after, limit))
                case End(code=code):
                    self.close(code, tell=True)
                case None:
                    return

    def close(self, why: str, *, tell: bool) -> None:
        if not self.open:
            return
        self.open = False
        self._waking.__exit__(None, None, None)
        self._node.ends.pop(self._number, None)
        self._node.around.log("hub", "line", self._number, "ends", why)
        if tell:
            self._wire.left_by_hub()

    def _stall(self) -> None:
        """A send that is not done after some time ends the line."""
        self._stalled = True
        self._stalls += 1
        stall = self._stalls

        def still() -> None:
            if self._stalled and self._stalls == stall:
                self.close("slow", tell=True)

        self._node.later(sockets.SEND_S * 1_000, still)

    def _read(self) -> None:
        while self._inbox and not self._busy and self.open and not self.line.ending:
            wish = self.line.received(self._inbox.popleft(), self._node.moment())
            if wish is not None:
                self._grant(wish)
        self.wake()

    def _grant(self, wish: Wish) -> None:
        node = self._node
        match wish:
            case Look(hello=hello):
                self._busy = True
                node.later(node.chance.randint(*LOOK_MS), lambda: self._look(hello))
            case Number(parcels=parcels):
                self._busy = True
                with node.writer.waiting():
                    future = node.store.push(self.line.origin, parcels)
                future.add_done_callback(self._pushed)
            case Show(refs=refs):
                self._try(lambda: self.line.shown(node.store.secrets(refs), node.moment()))
            case TakeBack(lines=lines):
                self._busy = True
                with node.writer.waiting():
                    node.recovery.take_back(lines).add_done_callback(self._took_back)
            case Adopt(parcels=parcels):
                self._busy = True
                self._adopt(parcels)
            case KeepBack(secrets=secrets):
                self._busy = True
                with node.writer.waiting():
                    node.recovery.give_back(secrets).add_done_callback(self._kept_back)
            case Reached():
                node.reached(self.line.origin, wish.gseq)

    def _took_back(self, future: Future[Any]) -> None:
        self._try(lambda: self.line.took_back(future.result(), self._node.moment()))
        self._done()

    def _kept_back(self, future: Future[Any]) -> None:
        def kept() -> None:
            future.result()
            self.line.kept_back(self._node.moment())

        self._try(kept)
        self._done()

    def _adopt(self, parcels: Sequence[Parcel]) -> None:
        """As app.sync.hub.adopting does: those of one origin that follow each other go together."""
        node = self._node
        with node.writer.waiting():
            pushes = [node.store.push(origin, run) for origin, run in adopting._runs(parcels)]

        def adopted(_future: Future[Any]) -> None:
            if all(push.done() for push in pushes):
                with node.writer.waiting():
                    node.recovery.missed(parcels).add_done_callback(missed)

        def missed(future: Future[Any]) -> None:
            def done() -> None:
                for one in (*pushes, future):
                    one.result()
                self.line.adopted(node.moment())

            self._try(done)
            self._done()

        for push in pushes:
            push.add_done_callback(adopted)

    def _look(self, hello: Hello) -> None:
        node = self._node
        if self.open:
            node.entered(self, hello.origin)
            self._try(
                lambda: self.line.examined(look_up(node.store, hello, "", node.recovery), node.moment())
            )
            self._done()

    def _pushed(self, future: Future[Any]) -> None:
        # The line may be gone meanwhile: what the log wrote stays written.
        self._try(lambda: self.line.pushed(future.result(), self._node.moment()))
        self._done()

    def _try(self, work: Callable[[], None]) -> None:
        try:
            work()
        except MusterError:
            self.line.failed()

    def _done(self) -> None:
        self._busy = False
        self._node.later(0, self._read)
