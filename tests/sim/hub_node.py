"""The simulated hub: its log, read models, clerk and commands, the follower of its log, its lines."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from app.base.clock import SECOND_MS
from app.base.ids import IdMaker
from app.clerk.clerk import Clerk
from app.commands.commander import Commander
from app.commands.desk import Desk
from app.commands.judging import make_judge
from app.log.entries import Head
from app.log.files.directory import Directory
from app.log.files.schema import HUB, read_tail
from app.log.numbering.committer import Committer
from app.log.numbering.reclaiming import Recovering
from app.log.numbering.recovery import Recovery
from app.log.proving.rebuild import bring_up
from app.log.store import Store
from app.log.vault import Sealer
from app.projections.paging import cases_after
from app.sync.hub.announcer import Announcer
from app.sync.ports import Moment
from tests.sim import backup, bounds
from tests.sim.disk import Death
from tests.sim.hub_end import HubEnd
from tests.sim.levels.up_end import UpEnd, WayUp
from tests.sim.levels.upper_end import UpperEnd
from tests.sim.line_end import LineEnd
from tests.sim.network import Wire
from tests.sim.node import Node
from tests.sim.pc_clock import PcClock
from tests.sim.surroundings import Surroundings

POLL_MS = 1_000
"""Slower than the service's own, which is four times that and finds as much: announcements come besides."""

GATHER_MS = 20
BEAT_MS = 2_500
CALM = 30
LETTERS = "A1"
LOOK_MS = 250
RECLAIM_S = (2, 15, 60)
"""How long a restored hub waits for its desks at most."""

SILENT_SHARE = 0.3
"""How many announcements are lost where they are: they are never needed."""


class HubNode(Node):
    """Numbers what it is given. `quiet` keeps the clerk from working; `restored`: the files come from a
    backup."""

    role = HUB

    def __init__(self, around: Surroundings, template: Path, clock: PcClock, name: str = "hub") -> None:
        super().__init__(around, name, template, clock)
        self.ends: dict[int, LineEnd] = {}
        self.wires: list[Wire] = []
        self.delivered: dict[str, int] = {}
        self.quiet = False
        self.deaf = False
        self.desks_known: set[str] = set()
        self._lines = 0
        self.restored = False
        self.epoch_began: Callable[[], None] = lambda: None
        self.one_line = around.chance(f"{name}/lines").random() < 0.5
        self.way_up: WayUp | None = None
        self.up_end: UpEnd | None = None

    def make_core(self, directory: Directory) -> Recovering:
        about, connection = directory.about, directory.connection
        head = read_tail(connection, about).head
        bring_up(connection, self.projector, head.gseq)
        judge = make_judge(lambda: self.projector.hall, self._origin_of)
        committer = Committer(connection, about, self.pc, self.projector, directory.vault, judge)
        return Recovering(committer, connection, about, self.pc, directory.vault)

    def began(self, directory: Directory) -> None:
        writer: Any = self.writer
        core: Any = self.core
        self.store = Store(
            directory.about, directory.folder, writer, directory.readers, directory.vault, self._held, core
        )
        self.projector.load(self.store.reader())
        random_bytes = self.life_chance.randbytes
        self.desk = Desk(
            self.store,
            lambda: self.projector.hall,
            self.pc,
            letters=LETTERS,
            ids=IdMaker(random_bytes),
            sealer=Sealer(random_bytes),
            hall_of=lambda home: self.projector.halls.of(home),
        )
        self.commander = Commander(self.desk)
        self.clerk = Clerk(self.commander, lambda row, most: cases_after(self.store.reader(), row, most))
        self.announcer = Announcer(self.store, self._upper)
        self.ends = {}
        self.store.subscribe(self._announced)
        self._gave_back: set[str] = set()
        if self.recovery.reclaiming:
            self._reclaim_until = self.pc.boot() + self.chance.choice(RECLAIM_S) * SECOND_MS
            self.later(LOOK_MS, self._reclaim)
        self.later(POLL_MS, self._poll)
        self.later(BEAT_MS, self._beat)
        if self.way_up is not None:
            self.up_end = UpEnd(self, self.way_up)

    def ended(self, death: Death) -> None:
        self.ends = {}
        end, self.up_end = self.up_end, None
        if end is not None:
            end.died(death)
        for wire in self.wires:
            # A system that lives on says that its program is gone; one without power says nothing.
            if death is Death.KILLED:
                wire.cut()
            else:
                wire.mute()
        self.wires = []

    def moment(self) -> Moment:
        return Moment(self.pc.boot(), self.pc.now())

    def accept(self, wire: Wire, kind: type[HubEnd] | type[UpperEnd] = HubEnd) -> None:
        """A connection is up: a desk's, or a lower hub's."""
        self._lines += 1
        end = kind(self, wire, self._lines)
        wire.to_hub.target = wire.to_desk.source = end
        self.ends[self._lines] = end
        self.wires = [*self.wires[-20:], wire]

    @property
    def recovery(self) -> Recovery:
        assert self.store.recovery is not None
        return self.store.recovery

    def entered(self, end: LineEnd, origin: str) -> None:
        """A device has one line at a service; at two services of one hub it may have two for a while."""
        if self.one_line:
            for other in [e for e in self.ends.values() if e is not end and e.line.origin == origin]:
                other.close("again", tell=True)

    def prepare(self) -> None:
        if self.restored:
            self.restored = False
            backup.take_up(self.disk.folder, self.life_chance)

    def _reclaim(self) -> None:
        """As app.hub.desks.reclaiming does: all desks are heard or time is up, then the next epoch begins."""
        self._gave_back |= {end.line.origin for end in self.ends.values() if end.gave_back}
        if self.desks_known - self._gave_back and self.pc.boot() < self._reclaim_until:
            self.later(LOOK_MS, self._reclaim)
            return
        head = self.recovery.begin_epoch()
        if head.exception() is not None:
            self.later(LOOK_MS, self._reclaim)
            return
        self.around.log(self.name, "epoch", head.result().epoch, "after", head.result().gseq)
        # The old backup must not be restored once more: a second epoch of the same number would begin.
        self.epoch_began()
        for end in list(self.ends.values()):
            end.line.refuse("began")
            end.wake()

    def reached(self, origin: str, gseq: int) -> None:
        self.delivered[origin] = max(self.delivered.get(origin, 0), gseq)

    def _origin_of(self, eid: str) -> str | None:
        there = self.store.get(eid)
        return None if there is None else there.entry.origin

    def _upper(self) -> int:
        return self.up_end.link.upper if self.up_end is not None else 0

    def _announced(self, _head: Head) -> None:
        if not (self.deaf and self.chance.random() < SILENT_SHARE):
            self.later(GATHER_MS, self._follow)

    def _poll(self) -> None:
        self._follow()
        self.announcer._wake()
        bounds.of_hub(self)
        self.later(POLL_MS * self._slower, self._poll)

    @property
    def _slower(self) -> int:
        """What is looked at all the time is looked at more seldom while nothing happens."""
        return CALM if self.around.calm else 1

    def _follow(self) -> None:
        """Announcer's own step; it only ever yields to the loop."""
        step = self.announcer._catch_up()
        try:
            while True:
                step.send(None)
        except StopIteration:
            return

    def _beat(self) -> None:
        now = self.pc.now()
        if not self.quiet and not self.clerk.idle(now):
            self.clerk.beat(now)
        self.later(BEAT_MS * self._slower, self._beat)
