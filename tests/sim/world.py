"""A hub and its desks in one thread: lived through from one seed, with troubles, then healed."""

from __future__ import annotations

from pathlib import Path

from app.base.clock import HOUR_MS, MINUTE_MS, SECOND_MS
from app.log.rows import read_after
from tests.helpers.halls import MONDAY_9
from tests.sim import backup, final
from tests.sim.desk_end import DeskEnd
from tests.sim.desk_node import DeskNode
from tests.sim.disk import Death
from tests.sim.failing import DiedError
from tests.sim.faults import YEARS_MS, Faults
from tests.sim.hub_node import HubNode
from tests.sim.ledger import Ledger, hold
from tests.sim.levels.asking import Asking
from tests.sim.levels.tower import Tower, has_levels
from tests.sim.levels.troubles import Troubles
from tests.sim.network import WIRE_BYTES, Wire
from tests.sim.node import Node
from tests.sim.pc_clock import PcClock
from tests.sim.people import People
from tests.sim.surroundings import Surroundings
from tests.sim.template import DESKS_MAX, NEW
from tests.sim.watching import Watcher

BEGIN = MONDAY_9 + HOUR_MS
STEPS_MAX = 60_000
"""A run takes some thousands: beyond this something goes round in circles."""

HEAL_MS = 4 * MINUTE_MS
"""Eight times the longest pause between two calls: within this all must stand alike."""


COVERED = 0.4
"""How often a disk that breaks is one whose entries some desk has as far as the hub above has them: what
nobody gives back parts the two logs for good, and most lives should go on together."""


class World:
    """Made from a seed; `live` and `heal` move it, and raise BrokenError when an invariant does not hold."""

    def __init__(self, seed: int, folder: Path, templates: Path, *, keep_trace: bool = False) -> None:
        self.around = Surroundings(seed, folder, BEGIN, keep_trace=keep_trace)
        self.time = self.around.time
        self.chance = self.around.chance("world")
        self.ledger = Ledger()
        self.latency_ms = self.chance.choice((1, 10, 60, 400))
        self._wire_bytes = self.chance.choice((600, 5_000, WIRE_BYTES))
        self._templates = templates
        self._parted: dict[str, int] = {}
        self._backup = folder / "backup"
        self.hub = HubNode(self.around, templates / "hub", PcClock(self.time, "hub"))
        self.hub.deaf = self.chance.random() < 0.5
        kinds = self.chance.choices((NEW, "desk"), (15, 85), k=self.chance.choice((2, 2, 2, DESKS_MAX)))
        self.desks = [self._desk(number, kind) for number, kind in enumerate(kinds)]
        self.nodes: list[Node] = [self.hub, *self.desks]
        self.tower = Tower(self, templates) if has_levels(seed) else None
        self.faults = Faults(self, self.around.chance("faults"))
        self.watcher = Watcher(self)
        self.people = People(self)
        if self.tower is not None:
            self.troubles = Troubles(self, self.around.chance("troubles"))
            self.asking = Asking(self, self.tower)

    def _desk(self, number: int, kind: str) -> DeskNode:
        wrong = self.chance.choice((0, 2 * SECOND_MS, HOUR_MS, YEARS_MS))
        clock = PcClock(
            self.time, f"desk-{number}", self.chance.randint(-wrong, wrong), self.chance.randint(-50, 50)
        )
        return DeskNode(self, number, self._templates / f"{kind}-{number}", clock)

    # Living.

    def live(self) -> None:
        """Some hours with troubles: busy minutes, and long pauses in which the desks are cut off."""
        for node in self.nodes:
            self._start(node)
            self.people.work_later(node)
        if self.tower is not None:
            for upper in self.tower.uppers:
                self._start(upper)
            self.asking.begin()
        self.back_up()
        self.hub.epoch_began = self.back_up
        self.hub.desks_known = {desk.replica.origin for desk in self.desks}
        for episode in range(self.chance.choice((1, 1, 2))):
            if episode:
                self._pause()
            self._trouble(begins=True)
            self.run(self.chance.randint(45, 90) * SECOND_MS)
            self._trouble(begins=False)
        self._look_at_waiting()

    def _trouble(self, *, begins: bool) -> None:
        makers = [self.faults, self.troubles] if self.tower is not None else [self.faults]
        for maker in makers:
            maker.begin() if begins else maker.end()

    @property
    def every(self) -> list[Node]:
        """All nodes, those above included."""
        return [*self.nodes, *self.tower.uppers] if self.tower is not None else self.nodes

    def _look_at_waiting(self) -> None:
        """What a desk shows with entries that wait is what a fold from nothing shows."""
        desks = [d for d in self.desks if d.up and d.replica.pending_count() and not d.refolding]
        if desks:
            final.rebuilt(max(desks, key=lambda desk: desk.replica.pending_count()), self.around.folder)

    def _pause(self) -> None:
        ms = self.chance.choice((10 * MINUTE_MS, HOUR_MS, 5 * HOUR_MS))
        for desk in self.desks:
            self.part(desk, ms - self.chance.choice((0, 0, 30 * SECOND_MS)))
        if self.tower is not None:
            self.tower.part_all(ms)
        self.around.calm = True
        self.run(ms)
        self.around.calm = False

    def heal(self) -> None:
        """No more troubles and nothing new; until all stand alike, or they never do."""
        self._trouble(begins=False)
        self.people.working = False
        for hub in [node for node in self.every if isinstance(node, HubNode)]:
            hub.quiet, hub.deaf = True, False
        self._parted.clear()
        if self.tower is not None:
            self.tower.join()
        for node in self.every:
            node.frozen_until = 0
            node.wake()
            node.disarm()
            if node.up:
                node.fill_disk(full=False)
        self._rest()
        self._one_more()
        if self.hub.recovery.missing:
            # Whoever calls is asked for personal data that a hub lost with its disk.
            for wire in [desk.end.wire for desk in self.desks if desk.end is not None]:
                if wire is not None:
                    wire.cut()
            self.run(2 * SECOND_MS)
            self._rest()
            # The answers may be on their way yet.
            self.run(20 * SECOND_MS)
        for wire in [desk.end.wire for desk in self.desks if desk.end is not None]:
            hold(wire is not None, "line is down in the end")

    def _one_more(self) -> None:
        """A new PC takes the whole log, whatever the hall has been through."""
        desk = self._desk(DESKS_MAX, NEW)
        self.desks.append(desk)
        self.nodes.append(desk)
        self._start(desk)
        self._rest()

    def _rest(self) -> None:
        deadline = self.time.now + HEAL_MS
        while not self.settled():
            hold(self.time.now < deadline, "does not come to rest", self._standing())
            self.run(2 * SECOND_MS)

    def settled(self) -> bool:
        if not all(node.up for node in self.every) or (self.tower is not None and not self.tower.settled()):
            return False
        head = self.hub.store.head()
        for desk in self.desks:
            assert desk.end is not None
            status = desk.end.status()
            here = desk.replica.head()
            # A hub may have begun an epoch in which it has numbered nothing: nobody has heard of that yet.
            if (
                (here.gseq, here.hash) != (head.gseq, head.hash)
                or desk.replica.pending_count()
                or status.pending
            ):
                return False
            if status.phase != "live" or status.hub_gseq != head.gseq:
                return False
        return True

    def _standing(self) -> list[object]:
        return [
            (desk.name, desk.up, desk.up and (desk.replica.head().gseq, desk.end and desk.end.status()))
            for desk in self.desks
        ] + [self.hub.up and self.hub.store.head().gseq, self.tower and self.tower.standing()]

    def run(self, ms: int) -> None:
        until = self.time.now + ms
        while True:
            try:
                self.time.run(until, STEPS_MAX)
                return
            except DiedError as died:
                self._buried(died.who)

    def end(self) -> None:
        for node in self.every:
            node.bury()

    # The network.

    def dial(self, desk: DeskNode, end: DeskEnd) -> None:
        """A desk calls: it is answered after a while, with a wire or without one."""
        answer_ms = 2 * self.latency_ms
        if self._parted.get(desk.name, 0) > self.time.now:
            desk.later(self.chance.randint(20, 9_000), lambda: end.answered(None))
            return

        def arrived() -> None:
            if not self.hub.up or self._parted.get(desk.name, 0) > self.time.now:
                end.answered(None)
                return
            wire = Wire(self.time, self.chance, self.latency_ms, self._wire_bytes)
            self.hub.accept(wire)
            end.answered(wire)

        desk.later(answer_ms, arrived)

    def part(self, desk: DeskNode, ms: int) -> None:
        """Nothing goes between the desk and the hub for so long."""
        self.around.log("fault part", desk.name, ms)
        self._parted[desk.name] = self.time.now + ms
        wire = desk.end.wire if desk.end is not None else None
        if wire is not None:
            wire.mute()

    # Dying and starting.

    def kill(self, node: Node, death: Death) -> None:
        node.kill(death)
        self._buried(node)

    def _buried(self, node: Node) -> None:
        node.bury()
        self.ledger.count("deaths")
        if isinstance(node, DeskNode) and self.chance.random() < 0.5:
            wrong = self.chance.choice((0, YEARS_MS))
            node.pc.reboot(self.chance.randint(-wrong, wrong) if wrong else None)
        down = self.chance.choice((300, 3 * SECOND_MS, 30 * SECOND_MS))
        self.time.after(self.chance.randint(down // 2, down), lambda: self._start(node))

    def _start(self, node: Node) -> None:
        node.start()
        if node is self.hub:
            self.watcher.hub_started()

    # Losing a disk.

    @property
    def backed_up(self) -> bool:
        return self._backup.exists()

    def back_up(self) -> None:
        self.around.log("hub", "backup", self.hub.core.head.gseq)
        backup.make(self.hub, self._backup)

    def lose_disk(self) -> None:
        """The hub's disk is gone and the backup takes its place. What nobody else had is lost."""
        hub = self.hub
        if not (hub.up and self.faults.going):
            return
        if self.tower is not None and not self.tower.covered() and self.chance.random() < COVERED:
            return
        old = hub.store.origin
        with_desks = {
            numbered.entry.eid
            for desk in self.desks
            if desk.up
            for numbered in read_after(desk.directory.connection, 0, 1 << 30)
        }
        self.ledger.lose(old, with_desks)
        self.around.log("fault disk lost", hub.core.head.gseq)
        hub.kill(Death.POWER)
        hub.disk.replace(self._backup)
        hub.restored = True
        self._buried(hub)
