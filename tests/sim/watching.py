"""What must hold at every moment, looked at whenever something is acknowledged, committed, shown, started."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.commands.loading import fold_incident
from app.domain.kinds import incident_in, incident_subject
from app.log.following.pending import read_after
from app.log.port import Written
from app.projections.cases import read_case
from tests.sim import bounds
from tests.sim.desk_node import DeskNode
from tests.sim.ledger import hold
from tests.sim.node import Node

if TYPE_CHECKING:
    from tests.sim.world import World

LOOKED_AT = 0.5
"""Share of a desk's commits behind which a case that waits is folded from the log and compared."""


class Watcher:
    """One world's. Raises BrokenError from wherever the world is at that moment."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._ledger = world.ledger
        self._chance = world.around.chance("watcher")
        world.around.after_commit = self._committed
        world.around.acknowledged = self._acknowledged

    def shown(self, desk: DeskNode) -> None:
        """What a desk shows must be true whenever it shows it."""
        assert desk.end is not None
        ledger, hub, origin = self._ledger, self._world.hub, desk.replica.origin
        acked = desk.end.link._window.acked
        if acked > ledger.acked.get(origin, 0):
            ledger.acked[origin] = acked
            if hub.up and not ledger.lost_disk:
                hold(hub.store.pushed(origin) >= acked, "shown as at the hub and is not", desk.name)
        bounds.of_desk(desk.end)
        if self._world.tower is not None:
            self._world.tower.shown_at(desk, desk.end.status())
        for alarm in desk.end.alarms:
            hold(alarm.code in self._world.faults.alarms, "alarm without a cause", alarm)

    def desk_started(self, desk: DeskNode) -> None:
        """Own entries that were acknowledged are there after any death, to be read and to be sent."""
        replica = desk.replica
        for eid, promise in self._ledger.of(replica.origin):
            found = replica.get(eid)
            hold(found is not None and found.raw == promise.raw, "saved and lost", (desk.name, promise.oseq))

    def hub_started(self) -> None:
        """Everything that desks were told it has is there, and so is its own."""
        ledger, store = self._ledger, self._world.hub.store
        if ledger.lost_disk:
            # What came back since is not all there is yet.
            return
        for origin, acked in ledger.acked.items():
            hold(store.pushed(origin) >= acked, "at the hub and lost", origin)
        for eid, promise in ledger.of(store.origin):
            hold(store.get(eid) is not None, "saved at the hub and lost", promise.oseq)

    def _acknowledged(self, node: Node, outcome: object) -> None:
        if isinstance(outcome, Written) and node in self._world.nodes:
            self._ledger.written(node.name, outcome, self._world.hub.pc.now())
            self._world.around.log(node.name, "saved", *(n.hash or n.entry.eid for n in outcome.entries))

    def _committed(self, node: Node) -> None:
        ledger, head = self._ledger, node.core.head
        if isinstance(node, DeskNode):
            if node.refolding:
                return
            if self._chance.random() < LOOKED_AT:
                self._shows_what_it_decides_on(node)
        known = head.hash in ledger.digests or node is self._world.hub
        if known and head.hash != node.looked_at:
            node.looked_at = head.hash
            ledger.state(head, node.projector.state_digest(node.directory.connection))

    def _shows_what_it_decides_on(self, desk: DeskNode) -> None:
        """A case with entries that wait: what people see of it is what the log's own entries make of it."""
        waiting = read_after(desk.directory.connection, 0, 1)
        incident = incident_in(waiting[0].entry.subjects) if waiting else ""
        if incident:
            history = desk.replica.history(incident_subject(incident))
            folded = fold_incident(history, desk.projector.hall.history, incident, desk.replica.history)
            seen = read_case(desk.directory.connection, incident)
            hold(folded == seen, "shown is not what is decided on", (desk.name, incident))
