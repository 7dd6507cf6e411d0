"""Troubles: which there are in a run, and when they come. Every seed draws its own mixture."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import TYPE_CHECKING

from app.base.clock import DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS
from tests.sim.desk_node import DeskNode
from tests.sim.disk import Death
from tests.sim.forging import forge
from tests.sim.node import Node

if TYPE_CHECKING:
    from tests.sim.world import World

YEARS_MS = 3_000 * DAY_MS


class Faults:
    """Draws troubles and makes them, between `begin` and `end`."""

    def __init__(self, world: World, chance: random.Random) -> None:
        self._world = world
        self._chance = chance
        self._round = 0
        self.going = False
        every: dict[str, tuple[int, Callable[[], None]]] = {
            "cut": (6, self._cut),
            "mute": (4, self._mute),
            "drop": (9, self._drop),
            "partition": (3, self._partition),
            "kill": (4, lambda: self._die(Death.KILLED)),
            "power": (4, lambda: self._die(Death.POWER)),
            "killed_within": (6, lambda: self._arm(Death.KILLED)),
            "power_within": (6, lambda: self._arm(Death.POWER)),
            "disk_full": (2, self._disk_full),
            "disk_fails": (4, self._disk_fails),
            "clock": (3, self._clock),
            "sleep": (2, self._sleep),
            "forge": (2, self._forge),
            "disk_lost": (5, self._disk_lost),
        }
        # Few kinds at a time find more than all of them always: they get in each other's way.
        self.kinds = [name for name in every if chance.random() < 0.55]
        self._weights = [every[name][0] for name in self.kinds]
        self._do = [every[name][1] for name in self.kinds]
        self._pause_ms = chance.choice((3, 7, 18)) * SECOND_MS
        # What a desk may tell its people that nobody can wait out; anything else would be a false alarm.
        causes = {"forge": "mismatch", "disk_full": "disk", "disk_fails": "disk"}
        self.alarms = {code for kind, code in causes.items() if kind in self.kinds}

    def begin(self) -> None:
        self._round += 1
        self.going = bool(self.kinds)
        self._later()

    def end(self) -> None:
        self.going = False

    def _later(self) -> None:
        round_ = self._round

        def due() -> None:
            if self.going and self._round == round_:
                (do,) = self._chance.choices(self._do, self._weights)
                do()
                self._later()

        self._world.time.after(int(self._chance.expovariate(1 / self._pause_ms)), due)

    def _desk(self) -> DeskNode:
        return self._chance.choice(self._world.desks)

    def _node(self) -> Node:
        return self._chance.choice(self._world.nodes)

    def _cut(self) -> None:
        desk = self._desk()
        wire = desk.end.wire if desk.end is not None else None
        if wire is not None:
            self._log("cut", desk.name)
            wire.cut()

    def _mute(self) -> None:
        desk = self._desk()
        wire = desk.end.wire if desk.end is not None else None
        if wire is not None:
            both = self._chance.random() < 0.5
            to_hub = both or self._chance.random() < 0.5
            self._log("mute", desk.name)
            wire.mute(to_hub=to_hub, to_desk=both or not to_hub)

    def _drop(self) -> None:
        """As soon as the desk has sent something it gives its line up and calls again beside it; what it had
        sent comes in later."""
        desk, stall_ms = self._desk(), self._chance.choice((0, 1, 3, 7, 18)) * SECOND_MS
        if desk.up and desk.end is not None:
            self._log("drop", desk.name)
            desk.end.drop_with_next_push(stall_ms)

    def _partition(self) -> None:
        desk = self._desk()
        ms = self._chance.choice((3 * SECOND_MS, 40 * SECOND_MS, 5 * MINUTE_MS))
        self._world.part(desk, self._chance.randint(ms // 2, ms))

    def _die(self, death: Death) -> None:
        node = self._node()
        if node.up:
            self._world.kill(node, death)

    def _arm(self, death: Death) -> None:
        node = self._node()
        if node.up:
            self._log("arm", node.name)
            node.arm(self._chance.randint(1, 14), death)

    def _disk_full(self) -> None:
        node = self._node()
        if node.up:
            node.fill_disk(full=True)
            node.later(self._chance.randint(2, 60) * SECOND_MS, lambda: node.fill_disk(full=False))

    def _disk_fails(self) -> None:
        node = self._node()
        if node.up:
            node.fail(self._chance.randint(1, 10))

    def _clock(self) -> None:
        node = self._node()
        if node is self._world.hub:
            # A hub keeps good time; what is set there is what a time service corrects.
            node.pc.off_ms += self._chance.randint(-20, 20) * SECOND_MS
            self._world.ledger.hub_offs.add(node.pc.off_ms)
        else:
            most = self._chance.choice((MINUTE_MS, HOUR_MS, YEARS_MS))
            node.pc.off_ms += self._chance.randint(-most, most)
        self._log("clock", node.name, node.pc.off_ms)

    def _sleep(self) -> None:
        desk = self._desk()
        ms = self._chance.choice((10 * SECOND_MS, 3 * MINUTE_MS))
        desk.sleep(ms)
        self._log("sleep", desk.name, ms)

    def _forge(self) -> None:
        desk = self._desk()
        wire = desk.end.wire if desk.end is not None else None
        if wire is not None:
            wire.to_desk.change = forge(self._chance, self._world.around)

    def _disk_lost(self) -> None:
        """The hub's disk breaks, mostly while some desk is away; its backup is from a while ago."""
        world = self._world
        if not world.hub.up:
            return
        if not world.backed_up or self._chance.random() < 0.3:
            world.back_up()
            return
        if self._chance.random() < 0.7:
            world.part(self._desk(), self._chance.randint(10, 60) * SECOND_MS)
        world.time.after(self._chance.randint(0, 15) * SECOND_MS, world.lose_disk)

    def _log(self, *words: object) -> None:
        self._world.around.log("fault", *words)
