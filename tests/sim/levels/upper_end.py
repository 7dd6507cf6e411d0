"""The upper hub's side of a lower hub's line: what UpperPump and LowerHub do, on the simulated time."""

from __future__ import annotations

from concurrent.futures import Future
from typing import TYPE_CHECKING, Any

from app.domain.requests import ADDRESSED
from app.sync.relay.frames import HelloUp
from app.sync.relay.upper_line import FoundLower, LookUp, TakeUp, UpperLine, UpperWish
from tests.sim.line_end import LineEnd
from tests.sim.network import Wire

if TYPE_CHECKING:
    from tests.sim.hub_node import HubNode

LOOK_MS = (0, 15)


class UpperEnd(LineEnd):
    """Of one lower hub's line."""

    line: UpperLine

    def __init__(self, node: HubNode, wire: Wire, number: int) -> None:
        super().__init__(node, wire, number)
        self.line = UpperLine(node.announcer.fan, "sim", node.moment())

    def _grant(self, wish: UpperWish) -> None:
        node = self._node
        self._busy = True
        match wish:
            case LookUp(hello=hello):
                node.later(node.chance.randint(*LOOK_MS), lambda: self._look(hello))
            case TakeUp(lines=lines):
                with node.writer.waiting():
                    future = node.store.relay(self.line.origin, self.line.stream, lines)
                future.add_done_callback(self._relayed)

    def _look(self, hello: HelloUp) -> None:
        node = self._node
        if self.open:
            node.entered(self, hello.origin)
            found = FoundLower(node.store.head().stream, node.store.relayed(hello.stream))
            self._try(lambda: self.line.examined(found, node.moment()))
            self._done()

    def _relayed(self, future: Future[Any]) -> None:
        # The line may be gone meanwhile: what the log wrote stays written.
        self._try(lambda: self.line.relayed(future.result(), self._node.moment()))
        self._done()

    def _found(self, after: int, limit: int) -> None:
        """As app.hub.desks.lower_hubs does."""
        found = self._node.store.history(ADDRESSED + self.line.stream)
        mine = [n for n in found if n.gseq > after and not n.verdict and not n.home]
        self.line.requests(mine[:limit])
