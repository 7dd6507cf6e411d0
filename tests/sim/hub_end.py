"""The hub's side of one connection: what HubPump does with sockets, on the simulated time."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Future
from typing import TYPE_CHECKING, Any

from app.log.entries import Parcel
from app.sync.frames import Hello
from app.sync.hub import adopting
from app.sync.hub.effects import (
    Adopt,
    KeepBack,
    Look,
    Number,
    Reached,
    Show,
    TakeBack,
    Wish,
)  # fmt: skip
from app.sync.hub.examining import look_up
from app.sync.hub.line import HubLine
from tests.sim import bounds
from tests.sim.line_end import LineEnd
from tests.sim.network import Wire

if TYPE_CHECKING:
    from tests.sim.hub_node import HubNode

LOOK_MS = (0, 15)
"""How long a look into the log takes beside other work."""


class HubEnd(LineEnd):
    """Of one desk's line."""

    line: HubLine

    def __init__(self, node: HubNode, wire: Wire, number: int) -> None:
        super().__init__(node, wire, number)
        self.line = HubLine(node.announcer.fan, "sim", node.moment())

    @property
    def gave_back(self) -> bool:
        return self.line.gave_back

    def wake(self) -> None:
        bounds.of_line(self)
        super().wake()

    def _found(self, after: int, limit: int) -> None:
        self.line.page(self._node.store.read_after(after, limit))

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
