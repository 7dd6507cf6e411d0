"""The hubs above a world's own: one or two, each with its line down, its network, what it holds."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from app.base.clock import MINUTE_MS, SECOND_MS
from app.domain.requests import ADDRESSED
from app.log.entries import Numbered
from app.sync.status import LinkStatus
from tests.sim.hub_node import HubNode
from tests.sim.ledger import hold
from tests.sim.levels.up_end import UpEnd
from tests.sim.levels.upper_end import UpperEnd
from tests.sim.network import WIRE_BYTES, Wire
from tests.sim.pc_clock import PcClock
from tests.sim.template import UPPERS

if TYPE_CHECKING:
    from tests.sim.desk_node import DeskNode
    from tests.sim.world import World

EVERY = 8
"""One life in so many has hubs above: one in half of these, two in the other half."""

PARTED = ("diverged", "ahead")
"""What a lower hub that lost its disk may hear for good: what nobody gave back stands above under numbers
that are another entry's below now, and a person has to look at that."""


def has_levels(seed: int) -> bool:
    return seed % EVERY == EVERY - 1


class Tower:
    """`uppers` lowest first; `floors` are pairs of a lower hub and the one above it."""

    def __init__(self, world: World, templates: Path) -> None:
        self._world = world
        self._around = world.around
        self._chance = world.around.chance("tower")
        self._latency_ms = self._chance.choice((1, 60, 400))
        self._wire_bytes = self._chance.choice((5_000, WIRE_BYTES))
        self._parted: dict[str, int] = {}
        self._seen: dict[str, int] = {}
        self._checked: set[tuple[str, str]] = set()
        names = list(UPPERS)[: self._chance.choice((1, 2))]
        self.uppers = [
            HubNode(world.around, templates / name, PcClock(world.time, name), name) for name in names
        ]
        self.floors = list(zip([world.hub, *self.uppers], self.uppers, strict=False))
        for lower, _ in self.floors:
            lower.way_up = self

    def above(self, lower: HubNode) -> HubNode:
        return next(upper for below, upper in self.floors if below is lower)

    # The network between hubs.

    def dial(self, end: UpEnd) -> None:
        """A lower hub calls: it is answered after a while, with a wire or without one."""
        lower = end.node
        upper = self.above(lower)
        if self._parted.get(lower.name, 0) > self._around.time.now:
            lower.later(self._chance.randint(20, 9_000), lambda: end.answered(None))
            return

        def arrived() -> None:
            if not upper.up or self._parted.get(lower.name, 0) > self._around.time.now:
                end.answered(None)
                return
            wire = Wire(self._around.time, self._chance, self._latency_ms, self._wire_bytes)
            upper.accept(wire, UpperEnd)
            end.answered(wire)

        lower.later(2 * self._latency_ms, arrived)

    def part(self, lower: HubNode, ms: int) -> None:
        """Nothing goes between this hub and the one above for so long."""
        self._parted[lower.name] = self._around.time.now + ms
        wire = lower.up_end.wire if lower.up_end is not None else None
        if wire is not None:
            wire.mute()

    def part_all(self, ms: int) -> None:
        for lower, _ in self.floors:
            self.part(lower, ms)

    def join(self) -> None:
        self._parted.clear()

    # What is shown.

    def shown(self, node: HubNode) -> None:
        """The third level is never said to be reached before the upper hub has it."""
        end = node.up_end
        if end is not None and end.link.upper:
            self._has(node.name, node, end.link.upper)

    def shown_at(self, desk: DeskNode, status: LinkStatus) -> None:
        if status.upper_gseq > 0:
            self._has(desk.name, desk, min(status.upper_gseq, desk.replica.head().gseq))

    def _has(self, who: str, node: HubNode | DeskNode, gseq: int) -> None:
        upper = self.above(node if isinstance(node, HubNode) else self._world.hub)
        log = node.store if isinstance(node, HubNode) else node.replica
        found = log.read_after(gseq - 1, 1)
        if not found or not upper.up or (who, found[0].hash) in self._checked:
            return
        self._checked.add((who, found[0].hash))
        hold(_stands(found[0], upper), "shown as above and is not", (who, gseq))

    # Coming to rest.

    def parted(self, lower: HubNode, upper: HubNode) -> bool:
        """Whether this lower hub lost what the upper one has, and says so."""
        end = lower.up_end
        if end is None or not self._world.ledger.lost_disk or lower is not self._world.hub:
            return False
        stands = upper.store.relayed(lower.store.head().stream)
        there = lower.store.read_after(stands.gseq - 1, 1) if stands.gseq else []
        same = stands.gseq == 0 or (bool(there) and there[0].hash == stands.hash)
        return not same and end.status().trouble in PARTED and not end.link.upper

    def settled(self) -> bool:
        for lower, upper in self.floors:
            if not (lower.up and upper.up) or lower.up_end is None:
                return False
            if self.parted(lower, upper):
                continue
            head = lower.store.head()
            status = lower.up_end.status()
            if status.phase != "live" or status.pending or lower.up_end.link.upper != head.gseq:
                return False
            if upper.store.relayed(head.stream).gseq != head.gseq:
                return False
            asked = [n.gseq for n in upper.store.history(ADDRESSED + head.stream) if not n.home]
            if asked and lower.up_end.link.above < asked[-1]:
                return False
        return True

    def standing(self) -> list[object]:
        return [
            (low.name, low.up and low.up_end and low.up_end.status(), up.up and up.store.head().gseq)
            for low, up in self.floors
        ]

    def covered(self) -> bool:
        """Whether some desk that is up has all that the first upper hub has of the log."""
        world, (_, upper) = self._world, self.floors[0]
        if not upper.up or not world.hub.up:
            return False
        have = upper.store.relayed(world.hub.store.head().stream).gseq
        return any(desk.up and desk.replica.head().gseq >= have for desk in world.desks)


def _stands(numbered: Numbered, upper: HubNode) -> bool:
    found = upper.store.get(numbered.entry.eid)
    return found is not None and found.raw == numbered.raw


PARTED_MS = (3 * SECOND_MS, 40 * SECOND_MS, 5 * MINUTE_MS)
"""How long two hubs are kept from each other, at most."""
