"""A hub, its desks and their lines in one thread: every frame, commit and cut is a step from outside.

Nothing here knows chance or the time of day: whoever drives it says what happens next, so that the same
steps make the same world again.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable

from app.base.clock import ManualClock
from app.log.entries import Numbered
from app.sync.desk.effects import (
    Alarm,
    Close,
    Compare,
    DeskEffect,
    Join,
    Keep,
    Offer,
    Send,
    Take,
    Tell,
    Unanswered,
)
from app.sync.desk.link import DeskLink
from app.sync.frames import write_frame
from app.sync.hub.effects import End, Look, Number, Read, SendBytes, Show, Wish
from app.sync.hub.fan_out import FanOut
from app.sync.hub.line import HubLine
from app.sync.hub_clock import HubClock
from app.sync.ports import Moment
from app.sync.status import LinkStatus
from tests.helpers.line_logs import DIGEST_EVERY_HERE, MemoryHub, MemoryReplica

NOON = 1_767_240_000_000
PROGRAM = "0.1.0"
WIRE_MAX = 3
"""Frames that fit into the sockets of one direction: then the sender waits."""


class Wire:
    """One connection: what is on its way, and the hub's end of it."""

    def __init__(self, line: HubLine) -> None:
        self.line = line
        self.to_hub: deque[bytes] = deque()
        self.to_desk: deque[bytes] = deque()
        self.wish: Wish | None = None
        self.ended = False


class SimDesk:
    """One desk: its disk (`replica`), its program (`link`, `clock`), and what its disk has not done yet."""

    def __init__(self, name: str, own: ManualClock) -> None:
        self.own = own
        self.replica = MemoryReplica(name)
        self.alarms: list[Alarm] = []
        self.answers: dict[int, int | None] = {}
        self.closes: list[str] = []
        self.acked = 0
        self.start()

    def start(self, kept: bytes | None = None) -> None:
        """A fresh program over what is on the disk."""
        replica = self.replica
        waiting = len(replica.pending)
        self.link = DeskLink(replica.origin, PROGRAM, "hub", replica.head(), replica.sealed(), waiting)
        self.clock = HubClock(self.own, kept)
        self.takes: deque[tuple[Numbered, ...]] = deque()
        self.offers: deque[Offer] = deque()
        self.wire: Wire | None = None
        self.out: deque[bytes] = deque()

    def status(self) -> LinkStatus:
        return self.link.status(self.own.boot(), self.clock.now())


class LineWorld:
    """All of it. Every method is one step; those that find nothing to do do nothing."""

    def __init__(self, desks: int) -> None:
        self.time = ManualClock(NOON)
        self.hub = MemoryHub()
        self.fan = FanOut(self.hub.head())
        self.desks = [SimDesk(f"desk-{number}", self.time) for number in range(desks)]
        # Ends of cut lines at the hub that have not noticed yet, with what they are at.
        self.orphans: list[tuple[SimDesk, Wire]] = []

    def moment(self) -> Moment:
        return Moment(self.time.boot(), self.time.now())

    def write(self, desk: SimDesk) -> None:
        desk.replica.write(desk.clock.claim())
        self._do(desk, desk.link.held(desk.replica.sealed()))

    def connect(self, desk: SimDesk) -> None:
        if desk.wire is None and not desk.takes:
            desk.wire = Wire(HubLine(self.fan, PROGRAM, self.moment()))
            desk.out.clear()
            replica = desk.replica
            self._do(desk, desk.link.connected(replica.head(), replica.sealed(), self.time.boot()))

    def cut(self, desk: SimDesk) -> None:
        """The line is gone with all that is on it; the hub goes on with what it had begun."""
        if desk.wire is not None:
            self.orphans.append((desk, desk.wire))
            desk.wire = None
            self._do(desk, desk.link.lost(self.time.boot()))

    def to_wire(self, desk: SimDesk) -> None:
        """The desk's sender puts one frame on the line."""
        if desk.wire is not None and desk.out and len(desk.wire.to_hub) < WIRE_MAX:
            desk.wire.to_hub.append(desk.out.popleft())

    def to_hub(self, desk: SimDesk) -> None:
        """One frame comes in at the hub, when it is not at another."""
        wire = desk.wire
        if wire is not None and wire.to_hub and wire.wish is None:
            wire.wish = wire.line.received(wire.to_hub.popleft(), self.moment())

    def commit(self, desk: SimDesk) -> None:
        """The hub does what the desk's line wished for."""
        if desk.wire is not None:
            self._grant(desk, desk.wire)

    def commit_orphan(self, desk: SimDesk) -> None:
        """The hub does what a line had wished for that is cut meanwhile."""
        for index, (owner, wire) in enumerate(self.orphans):
            if owner is desk:
                del self.orphans[index]
                self._grant(desk, wire)
                return

    def from_hub(self, desk: SimDesk) -> None:
        """The hub's sender puts one frame on the line."""
        wire = desk.wire
        if wire is None or len(wire.to_desk) >= WIRE_MAX or wire.ended:
            return
        match wire.line.next(self.moment()):
            case SendBytes(data=data):
                wire.to_desk.append(data)
            case Read(after=after, limit=limit):
                wire.line.page(self.hub.read_after(after, limit))
            case End():
                wire.ended = True

    def to_desk(self, desk: SimDesk) -> None:
        """One frame comes in at the desk, or the end of the line does."""
        wire = desk.wire
        if wire is not None and wire.to_desk:
            self._do(desk, desk.link.received(wire.to_desk.popleft(), self.time.boot()))
        elif wire is not None and wire.ended:
            self.cut(desk)

    def take(self, desk: SimDesk) -> None:
        """The desk's disk does the oldest page."""
        if desk.takes:
            outcome = desk.replica.take(desk.takes.popleft())
            self._do(desk, desk.link.taken(outcome, self.time.boot()))

    def offer(self, desk: SimDesk) -> None:
        """The desk's disk reads what waits, maybe for a line that is gone by now."""
        if desk.offers:
            wish = desk.offers.popleft()
            found = desk.replica.waiting(wish.after_oseq, wish.limit, wish.most_bytes)
            self._do(desk, desk.link.offered(wish.after_oseq, found))

    def announce(self, _desk: SimDesk | None = None) -> None:
        """The hub's reader follows the log."""
        self.fan.add(self.hub.read_after(self.fan.head.gseq, 3))
        mark = self.fan.head.gseq // DIGEST_EVERY_HERE * DIGEST_EVERY_HERE
        if mark > self.fan.digest_gseq:
            self.fan.digest_gseq, self.fan.digest = mark, self.hub.digest_at(mark) or ""

    def crash_desk(self, desk: SimDesk) -> None:
        """The desk's program dies; its disk has what was committed."""
        self.cut(desk)
        desk.start(desk.clock.kept())

    def crash_hub(self, _desk: SimDesk | None = None) -> None:
        """The hub's program dies: every line, and every wish not granted yet."""
        for desk in self.desks:
            self.cut(desk)
        self.orphans.clear()
        self.fan = FanOut(self.hub.head())

    def tick(self, desk: SimDesk) -> None:
        self.time.advance(700)
        self._do(desk, desk.link.tick(self.time.boot()))

    def heal(self, rounds: int = 400) -> None:
        """Everything works from now on; until nothing moves any more."""
        while self.orphans:
            self.commit_orphan(self.orphans[0][0])
        steps: tuple[Callable[[SimDesk], None], ...] = (
            self.connect, self.offer, self.to_wire, self.to_hub, self.commit, self.announce,
            self.from_hub, self.to_desk, self.take, self.tick,
        )  # fmt: skip
        for _ in range(rounds):
            for desk in self.desks:
                for step in steps:
                    step(desk)
            if all(self.settled(desk) for desk in self.desks):
                return
        raise AssertionError([desk.status() for desk in self.desks])

    def settled(self, desk: SimDesk) -> bool:
        status = desk.status()
        whole = len(desk.replica.confirmed) == len(self.hub.entries) and not desk.replica.pending
        return whole and status.phase == "live" and status.pending == 0 and not desk.takes

    def _grant(self, desk: SimDesk, wire: Wire) -> None:
        wish, wire.wish = wire.wish, None
        match wish:
            case Look(hello=hello):
                wire.line.examined(self.hub.found(hello), self.moment())
            case Number(parcels=parcels):
                outcome = self.hub.push(desk.replica.origin, parcels, self.time.now())
                wire.line.pushed(outcome, self.moment())
            case Show(refs=refs):
                found = [self.hub.vault[ref] for ref in refs if ref in self.hub.vault]
                wire.line.shown(found, self.moment())

    def _do(self, desk: SimDesk, effects: list[DeskEffect]) -> None:
        for effect in effects:
            self._do(desk, self._one(desk, effect))
        desk.acked = desk.replica.sealed() - desk.status().pending

    def _one(self, desk: SimDesk, effect: DeskEffect) -> list[DeskEffect]:
        match effect:
            case Send(frame=frame):
                desk.out.append(write_frame(frame))
            case Tell(hub_time=hub_time, sent_boot=sent, received_boot=received):
                desk.clock.heard(hub_time, sent, received)
            case Join(stream=stream):
                desk.replica.stream = stream
            case Offer():
                desk.offers.append(effect)
            case Take(lines=lines):
                desk.takes.append(lines)
            case Compare(gseq=gseq):
                return desk.link.compared(gseq, desk.replica.digest_at(gseq))
            case Keep(ask=ask, secrets=secrets):
                desk.replica.kept += secrets
                desk.answers[ask] = len(secrets)
            case Unanswered(ask=ask):
                desk.answers[ask] = None
            case Alarm():
                desk.alarms.append(effect)
            case Close(code=code):
                desk.closes.append(code)
                self.cut(desk)
        return []
