"""What a hub's sides of all lines have in common in the simulated time: one message at a time, slow sends."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections import deque
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Protocol

from app.base.errors import MusterError
from app.sync import sockets
from app.sync.hub.effects import End, Read, SendBytes, Step
from app.sync.ports import Moment
from tests.sim.network import Wire

if TYPE_CHECKING:
    from tests.sim.hub_node import HubNode


class Line(Protocol):
    """A core that judges what comes in and knows what goes out."""

    origin: str
    ending: str

    def received(self, data: bytes, now: Moment) -> Any: ...

    def next(self, now: Moment) -> Step | None: ...

    def refuse(self, code: str, detail: str = "") -> None: ...

    def failed(self) -> None: ...


class LineEnd(ABC):
    """Implements network.End. One message is worked on at a time; those behind it wait in the socket."""

    line: Line

    def __init__(self, node: HubNode, wire: Wire, number: int) -> None:
        self._node = node
        self._wire = wire
        self._number = number
        self._inbox: deque[bytes] = deque()
        self._busy = False
        self._stalls = 0
        self._stalled = False
        self.open = True
        self._waking = node.announcer.waking(self.wake)
        self._waking.__enter__()

    @abstractmethod
    def _grant(self, wish: Any) -> None:
        """Begin what the line wants."""

    @abstractmethod
    def _found(self, after: int, limit: int) -> None:
        """Read for the sending side."""

    @property
    def gave_back(self) -> bool:
        """Whether a restored hub has everything that the other side holds."""
        return False

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
        while self.open and not self._stalled:
            if not self._wire.to_desk.has_room:
                self._stall()
                return
            step = self.line.next(self._node.moment())
            match step:
                case SendBytes(data=data):
                    self._wire.to_desk.send(data)
                case Read(after=after, limit=limit):
                    self._found(after, limit)
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
        self._node.around.log(self._node.name, "line", self._number, "ends", why)
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

    def _try(self, work: Callable[[], None]) -> None:
        try:
            work()
        except MusterError:
            self.line.failed()

    def _done(self) -> None:
        self._busy = False
        self._node.later(0, self._read)
