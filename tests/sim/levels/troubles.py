"""Troubles of the hubs above and of the lines to them; those of the hall below come besides."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import TYPE_CHECKING

from app.base.clock import SECOND_MS
from tests.sim.disk import Death
from tests.sim.levels.tower import PARTED_MS

if TYPE_CHECKING:
    from tests.sim.hub_node import HubNode
    from tests.sim.network import Wire
    from tests.sim.world import World


class Troubles:
    """Draws them and makes them, between `begin` and `end`."""

    def __init__(self, world: World, chance: random.Random) -> None:
        assert world.tower is not None
        self._world = world
        self._tower = world.tower
        self._chance = chance
        self._round = 0
        self._going = False
        every: dict[str, Callable[[], None]] = {
            "cut": self._cut,
            "mute": self._mute,
            "stall": self._stall,
            "partition": self._partition,
            "kill": lambda: self._die(Death.KILLED),
            "power": lambda: self._die(Death.POWER),
            "killed_within": lambda: self._arm(Death.KILLED),
            "power_within": lambda: self._arm(Death.POWER),
            "disk_full": self._disk_full,
            "disk_fails": self._disk_fails,
        }
        # Few kinds at a time find more than all of them always: they get in each other's way.
        self._do = [do for do in every.values() if chance.random() < 0.5]
        self._pause_ms = chance.choice((4, 9, 20)) * SECOND_MS

    def begin(self) -> None:
        self._round += 1
        self._going = bool(self._do)
        self._later()

    def end(self) -> None:
        self._going = False

    def _later(self) -> None:
        round_ = self._round

        def due() -> None:
            if self._going and self._round == round_:
                self._chance.choice(self._do)()
                self._later()

        self._world.time.after(int(self._chance.expovariate(1 / self._pause_ms)), due)

    def _lower(self) -> HubNode:
        return self._chance.choice(self._tower.floors)[0]

    def _upper(self) -> HubNode:
        return self._chance.choice(self._tower.uppers)

    def _wire(self) -> Wire | None:
        end = self._lower().up_end
        return end.wire if end is not None else None

    def _cut(self) -> None:
        wire = self._wire()
        if wire is not None:
            wire.cut()

    def _mute(self) -> None:
        wire = self._wire()
        if wire is not None:
            both = self._chance.random() < 0.5
            up = both or self._chance.random() < 0.5
            wire.mute(to_hub=up, to_desk=both or not up)

    def _stall(self) -> None:
        """What was sent up comes in late, beside what the next line brings."""
        end = self._lower().up_end
        wire = end.wire if end is not None else None
        if wire is not None:
            wire.to_hub.stall(self._chance.choice((1, 7, 18)) * SECOND_MS)
            wire.to_desk.drop()

    def _partition(self) -> None:
        ms = self._chance.choice(PARTED_MS)
        self._tower.part(self._lower(), self._chance.randint(ms // 2, ms))

    def _die(self, death: Death) -> None:
        node = self._upper()
        if node.up:
            self._world.kill(node, death)

    def _arm(self, death: Death) -> None:
        node = self._upper()
        if node.up:
            node.arm(self._chance.randint(1, 14), death)

    def _disk_full(self) -> None:
        node = self._upper()
        if node.up:
            node.fill_disk(full=True)
            node.later(self._chance.randint(2, 30) * SECOND_MS, lambda: node.fill_disk(full=False))

    def _disk_fails(self) -> None:
        node = self._upper()
        if node.up:
            node.fail(self._chance.randint(1, 10))
