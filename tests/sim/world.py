"""A hub and its desks in one thread: lived through from one seed, with troubles, then healed."""

from __future__ import annotations

from pathlib import Path

from app.base.clock import HOUR_MS, MINUTE_MS, SECOND_MS
from app.base.errors import WorldError
from app.commands.loading import fold_incident
from app.domain.kinds import incident_in, incident_subject
from app.log.pending import read_after
from app.log.port import Written
from app.log.rows import read_after as read_confirmed
from app.projections.cases import read_case
from app.projections.reading import Reading
from tests.helpers.halls import MONDAY_9
from tests.sim import backup, bounds, final
from tests.sim.desk_end import DeskEnd
from tests.sim.desk_node import DeskNode
from tests.sim.disk import Death
from tests.sim.failing import DiedError
from tests.sim.faults import YEARS_MS, Faults
from tests.sim.hub_node import LETTERS, HubNode
from tests.sim.ledger import Ledger, hold
from tests.sim.network import WIRE_BYTES, Wire
from tests.sim.node import Node
from tests.sim.operators import Operators
from tests.sim.pc_clock import PcClock
from tests.sim.surroundings import Surroundings
from tests.sim.template import NEW

BEGIN = MONDAY_9 + HOUR_MS
STEPS_MAX = 60_000
"""A run takes some thousands: beyond this something goes round in circles."""

WORK_MS = 7_000
"""What one node's people need for one deed in a busy hour."""

LOOKED_AT = 0.5
"""Share of a desk's commits behind which a case that waits is folded from the log and compared."""

WORK_CALM_MS = 40 * MINUTE_MS

HEAL_MS = 4 * MINUTE_MS
"""Eight times the longest pause between two calls: within this all must stand alike."""


class World:
    """Made from a seed; `live` and `heal` move it, and raise BrokenError when an invariant does not hold."""

    def __init__(self, seed: int, folder: Path, templates: Path, *, keep_trace: bool = False) -> None:
        self.around = Surroundings(seed, folder, BEGIN, keep_trace=keep_trace)
        self.around.after_commit = self._committed
        self.around.acknowledged = self._acknowledged
        self.time = self.around.time
        self.chance = self.around.chance("world")
        self.ledger = Ledger()
        self.latency_ms = self.chance.choice((1, 10, 60, 400))
        self._wire_bytes = self.chance.choice((600, 5_000, WIRE_BYTES))
        self._parted: dict[str, int] = {}
        self._working = True
        self._backup = folder / "backup"
        self.hub = HubNode(self.around, templates / "hub", PcClock(self.time, "hub"))
        self.hub.deaf = self.chance.random() < 0.5
        self.desks = [self._desk(number, templates) for number in range(self.chance.choice((2, 2, 2, 3)))]
        self.nodes: list[Node] = [self.hub, *self.desks]
        self.faults = Faults(self, self.around.chance("faults"))
        self._operators: dict[str, tuple[int, Operators]] = {}

    def _desk(self, number: int, templates: Path) -> DeskNode:
        wrong = self.chance.choice((0, 2 * SECOND_MS, HOUR_MS, YEARS_MS))
        clock = PcClock(
            self.time, f"desk-{number}", self.chance.randint(-wrong, wrong), self.chance.randint(-50, 50)
        )
        kind = NEW if self.chance.random() < 0.15 else "desk"
        return DeskNode(self, number, templates / f"{kind}-{number}", clock)

    # Living.

    def live(self) -> None:
        """Some hours with troubles: busy minutes, and long pauses in which the desks are cut off."""
        for node in self.nodes:
            self._start(node)
            self._work_later(node)
        self.back_up()
        self.hub.epoch_began = self.back_up
        self.hub.desks_known = {desk.replica.origin for desk in self.desks}
        for episode in range(self.chance.choice((1, 1, 2))):
            if episode:
                self._pause()
            self.faults.begin()
            self.run(self.chance.randint(35, 75) * SECOND_MS)
            self.faults.end()
        self._look_at_waiting()

    def _look_at_waiting(self) -> None:
        """What a desk shows with entries that wait is what a fold from nothing shows."""
        desks = [d for d in self.desks if d.up and d.replica.pending_count() and not d.core._projections_half]
        if desks:
            final.rebuilt(max(desks, key=lambda desk: desk.replica.pending_count()), self.around.folder)

    def _pause(self) -> None:
        ms = self.chance.choice((10 * MINUTE_MS, HOUR_MS, 5 * HOUR_MS))
        for desk in self.desks:
            self.part(desk, ms - self.chance.choice((0, 0, 30 * SECOND_MS)))
        self.around.calm = True
        self.run(ms)
        self.around.calm = False

    def heal(self) -> None:
        """No more troubles and nothing new; until all stand alike, or they never do."""
        self.faults.end()
        self._working = False
        self.hub.quiet = True
        self.hub.deaf = False
        self._parted.clear()
        for node in self.nodes:
            node.frozen_until = 0
            node.wake()
            node.disarm()
            if node.up:
                node.fill_disk(full=False)
        self._rest()
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

    def _rest(self) -> None:
        deadline = self.time.now + HEAL_MS
        while not self.settled():
            hold(self.time.now < deadline, "does not come to rest", self._standing())
            self.run(2 * SECOND_MS)

    def settled(self) -> bool:
        if not all(node.up for node in self.nodes):
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
        ] + [self.hub.up and self.hub.store.head().gseq]

    def run(self, ms: int) -> None:
        until = self.time.now + ms
        while True:
            try:
                self.time.run(until, STEPS_MAX)
                return
            except DiedError as died:
                self._buried(died.who)

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
        if node is not self.hub and self.chance.random() < 0.5:
            wrong = self.chance.choice((0, YEARS_MS))
            node.pc.reboot(self.chance.randint(-wrong, wrong) if wrong else None)
        down = self.chance.choice((300, 3 * SECOND_MS, 30 * SECOND_MS))
        self.time.after(self.chance.randint(down // 2, down), lambda: self._start(node))

    def _start(self, node: Node) -> None:
        node.start()
        if node is self.hub:
            self._check_hub()

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
        if not hub.up:
            return
        old = hub.store.origin
        with_desks = {
            numbered.entry.eid
            for desk in self.desks
            if desk.up
            for numbered in read_confirmed(desk.directory.connection, 0, 1 << 30)
        }
        self.ledger.lose(old, with_desks)
        self.around.log("fault disk lost", hub.core.head.gseq)
        hub.kill(Death.POWER)
        hub.disk.replace(self._backup)
        hub.restored = True
        self._buried(hub)

    # People.

    def _work_later(self, node: Node) -> None:
        def due() -> None:
            if not self._working:
                return
            if node.up and node.frozen_until <= self.time.now:
                self.around.work(node, lambda: self._deed(node))
            self._work_later(node)

        pause_ms = WORK_CALM_MS if self.around.calm else WORK_MS
        self.time.after(int(self.chance.expovariate(1 / pause_ms)), due)

    def _deed(self, node: Node) -> None:
        life, operators = self._operators.get(node.name, (0, None))
        if operators is None or life != node.life:
            operators = self._people(node)
            self._operators[node.name] = (node.life, operators)
        try:
            outcome = operators.work()
        except WorldError as error:
            outcome = error.key
        self.ledger.count(type(outcome).__name__)
        self.around.log(node.name, "deed", outcome if isinstance(outcome, str) else type(outcome).__name__)

    def _people(self, node: Node) -> Operators:
        chance = self.around.chance(f"{node.name}/people/{node.life}")
        if isinstance(node, DeskNode):
            reading = Reading(node.replica, node.projector)
            return Operators(chance, node.commander, reading, node.clock, may_err=True)
        assert isinstance(node, HubNode)
        reading = Reading(node.store, node.projector)
        return Operators(chance, node.commander, reading, node.pc, may_err=False)

    # What is looked at all the time.

    def _acknowledged(self, node: Node, outcome: object) -> None:
        if isinstance(outcome, Written):
            self.ledger.written(node.name, outcome, self.hub.pc.now())
            self.around.log(node.name, "saved", *(n.hash or n.entry.eid for n in outcome.entries))

    def _committed(self, node: Node) -> None:
        head = node.core.head
        if isinstance(node, DeskNode):
            if node.core._projections_half:
                # Cut back and not folded anew yet: nothing is taken or held before that is done.
                return
            if self.chance.random() < LOOKED_AT:
                self._shows_what_it_decides_on(node)
        if head.hash == node.looked_at or (node is not self.hub and head.hash not in self.ledger.digests):
            return
        node.looked_at = head.hash
        digest = node.projector.state_digest(node.directory.connection)
        self.ledger.state(head, digest)

    def _shows_what_it_decides_on(self, desk: DeskNode) -> None:
        """A case with entries that wait: what people see of it is what the log's own entries make of it."""
        waiting = read_after(desk.directory.connection, 0, 1)
        incident = incident_in(waiting[0].entry.subjects) if waiting else ""
        if incident:
            history = desk.replica.history(incident_subject(incident))
            folded = fold_incident(history, desk.projector.hall.history, incident, desk.replica.history)
            seen = read_case(desk.directory.connection, incident)
            hold(folded == seen, "shown is not what is decided on", (desk.name, incident))

    def watch(self, desk: DeskNode) -> None:
        """What a desk shows must be true whenever it shows it."""
        assert desk.end is not None
        link, origin = desk.end.link, desk.replica.origin
        acked = link._window.acked
        if acked > self.ledger.acked.get(origin, 0):
            self.ledger.acked[origin] = acked
            if self.hub.up and not self.ledger.lost_disk:
                hold(self.hub.store.pushed(origin) >= acked, "shown as at the hub and is not", desk.name)
        bounds.of_desk(desk.end)
        for alarm in desk.end.alarms:
            hold(alarm.code in self.faults.alarms, "alarm without a cause", alarm)

    def check_restart(self, desk: DeskNode) -> None:
        """Own entries that were acknowledged are there after any death, to be read and to be sent."""
        replica = desk.replica
        for eid, promise in self.ledger.of(replica.origin):
            found = replica.get(eid)
            hold(found is not None and found.raw == promise.raw, "saved and lost", (desk.name, promise.oseq))

    def _check_hub(self) -> None:
        if self.ledger.lost_disk:
            # What came back since is not all there is yet.
            return
        for origin, acked in self.ledger.acked.items():
            hold(self.hub.store.pushed(origin) >= acked, "at the hub and lost", origin)
        for eid, promise in self.ledger.of(self.hub.store.origin):
            hold(self.hub.store.get(eid) is not None, "saved at the hub and lost", promise.oseq)


__all__ = ["LETTERS", "World"]
