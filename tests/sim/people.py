"""People at all nodes: when they do something, and with which program before them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.base.clock import MINUTE_MS
from app.base.errors import WorldError
from app.projections.reading import Reading
from tests.sim.desk_node import DeskNode
from tests.sim.hub_node import HubNode
from tests.sim.node import Node
from tests.sim.operators import Operators

if TYPE_CHECKING:
    from tests.sim.world import World

WORK_MS = 6_000
"""What one node's people need for one deed in a busy hour."""

WORK_CALM_MS = 40 * MINUTE_MS


class People:
    """They work until `working` is False."""

    def __init__(self, world: World) -> None:
        self._around = world.around
        self._ledger = world.ledger
        self._chance = world.around.chance("people")
        self._operators: dict[str, tuple[int, Operators]] = {}
        self.working = True

    def work_later(self, node: Node) -> None:
        """The next deed at this node, and so on."""

        def due() -> None:
            if not self.working:
                return
            if node.up and node.frozen_until <= node.time.now:
                self._around.work(node, lambda: self._deed(node))
            self.work_later(node)

        pause_ms = WORK_CALM_MS if self._around.calm else WORK_MS
        node.time.after(int(self._chance.expovariate(1 / pause_ms)), due)

    def _deed(self, node: Node) -> None:
        life, operators = self._operators.get(node.name, (0, None))
        if operators is None or life != node.life:
            operators = self._seat(node)
            self._operators[node.name] = (node.life, operators)
        try:
            outcome = operators.work()
            said = type(outcome).__name__
        except WorldError as error:
            said = error.key
        self._ledger.count(said)
        self._around.log(node.name, "deed", said)

    def _seat(self, node: Node) -> Operators:
        chance = self._around.chance(f"{node.name}/people/{node.life}")
        if isinstance(node, DeskNode):
            reading = Reading(node.replica, node.projector)
            return Operators(chance, node.commander, reading, node.clock, may_err=True)
        assert isinstance(node, HubNode)
        reading = Reading(node.store, node.projector)
        return Operators(chance, node.commander, reading, node.pc, may_err=False)
