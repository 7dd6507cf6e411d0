"""A simulated desk: its replica, read models and commands, what it believes of the time, its link."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from app.base.ids import IdMaker
from app.commands.commander import Commander
from app.commands.desk import Desk
from app.log.entries import Head, TimeClaim
from app.log.files.directory import Directory
from app.log.files.notes import read_note
from app.log.files.schema import DESK, read_tail
from app.log.following.follower import Follower
from app.log.following.overlaying import bring_up_all
from app.log.replica import Replica
from app.log.vault import Sealer
from app.sync.desk.client import KEPT_CLOCK
from app.sync.hub_clock import HubClock
from tests.sim.desk_end import DeskEnd
from tests.sim.disk import Death
from tests.sim.node import Node
from tests.sim.pc_clock import PcClock

if TYPE_CHECKING:
    from tests.sim.world import World


class DeskNode(Node):
    """Works whether its hub can be reached or not."""

    role = DESK

    def __init__(self, world: World, number: int, template: Path, clock: PcClock) -> None:
        super().__init__(world.around, f"desk-{number}", template, clock)
        self.world = world
        self.letters = f"{'BCDE'[number]}1"
        self.end: DeskEnd | None = None

    def make_core(self, directory: Directory) -> Follower:
        about, connection = directory.about, directory.connection
        head = read_tail(connection, about).head
        bring_up_all(connection, self.projector, head.gseq)
        self.clock = HubClock(self.pc, read_note(connection, KEPT_CLOCK))
        return Follower(connection, about, self._claim, self.projector, directory.vault)

    def began(self, directory: Directory) -> None:
        writer: Any = self.writer
        assert isinstance(self.core, Follower)
        self.replica = Replica(directory, self.core, writer, self._held)
        self.projector.load(self.replica.reader())
        random_bytes = self.life_chance.randbytes
        self.desk = Desk(
            self.replica,
            lambda: self.projector.hall,
            self.clock,
            letters=self.letters,
            ids=IdMaker(random_bytes),
            sealer=Sealer(random_bytes),
        )
        self.commander = Commander(self.desk)
        self.end = DeskEnd(self)
        self.replica.subscribe(self._committed)
        self.world.watcher.desk_started(self)
        self.later(0, self.end.call)

    def ended(self, death: Death) -> None:
        end, self.end = self.end, None
        wire = end.wire if end is not None else None
        if wire is None:
            return
        # What was sent comes in, perhaps late. Only a system that lives on says that its program is gone.
        wire.to_hub.stall(self.chance.choice((0, 1_000, 7_000)))
        wire.to_desk.muted = True
        if death is Death.KILLED:
            wire.left_by_desk()

    @property
    def refolding(self) -> bool:
        """Whether it was cut back and its read models are not made anew yet: nothing is taken or held before
        that is done."""
        return isinstance(self.core, Follower) and self.core._projections_half

    def _claim(self) -> TimeClaim:
        return self.clock.claim()

    def _committed(self, _head: Head) -> None:
        if self.end is not None:
            self.end.held()
