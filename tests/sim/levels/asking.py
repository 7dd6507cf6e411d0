"""People at the hubs above, who ask, and those below, who answer at the hub or at a desk cut off."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.base.clock import MINUTE_MS
from app.base.errors import WorldError
from app.commands.answering import answer_request
from app.commands.command import Done
from app.commands.desk import Desk
from app.commands.requesting import Wish, make_request
from app.domain.actor import Actor
from app.domain.requests import ADDRESSED
from app.projections.requests import asked_in
from tests.sim.levels.tower import Tower
from tests.sim.node import Node

if TYPE_CHECKING:
    from tests.sim.hub_node import HubNode
    from tests.sim.world import World

ASK_MS, ANSWER_MS, REST_MS = 9_000, 9_000, 40 * MINUTE_MS
LEAD = Actor("op-shift_lead-ZZZX", "shift_lead", "ZZZX", "A1", "s1")
REPEATED = 0.2
"""Share of requests that whoever asks sends twice."""


class Asking:
    """They ask and answer until the world's people stop working."""

    def __init__(self, world: World, tower: Tower) -> None:
        self._world = world
        self._tower = tower
        self._chance = world.around.chance("asking")

    def begin(self) -> None:
        for lower, upper in self._tower.floors:
            self._later(ASK_MS, upper, lambda lower=lower, upper=upper: self._ask(lower, upper))
            self._later(ANSWER_MS, lower, lambda lower=lower: self._answer(lower))

    def _later(self, pause_ms: int, node: Node, deed: object) -> None:
        def due() -> None:
            if not self._world.people.working:
                return
            if node.up and node.frozen_until <= node.time.now:
                self._world.around.work(node, lambda: self._try(deed))
            self._later(pause_ms, node, deed)

        calm = REST_MS if self._world.around.calm else pause_ms
        node.time.after(int(self._chance.expovariate(1 / calm)), due)

    def _try(self, deed: object) -> None:
        assert callable(deed)
        try:
            outcome = deed()
        except WorldError:
            return
        if isinstance(outcome, Done):
            self._world.ledger.count(outcome.entries[0].entry.kind)

    def _ask(self, lower: HubNode, upper: HubNode) -> object:
        chance = self._chance
        stream = _stream(lower, upper)
        if not stream:
            return None
        cases = upper.store.reader().exec_driver_sql(
            "SELECT incident FROM case_state WHERE home = ? ORDER BY row DESC LIMIT 5", (stream,)
        )
        known = [str(row[0]) for row in cases]
        about = chance.choice(known) if known and chance.random() < 0.7 else ""
        wish = Wish(
            to=stream,
            title=f"核查 {chance.randrange(1_000)}",
            what="请于今日回复",
            incident=about,
            due_at=upper.pc.now() + chance.randrange(1, 10) * MINUTE_MS,
            id=f"wish-{chance.randrange(1 << 40)}",
        )
        first = make_request(upper.desk, wish, LEAD)
        if chance.random() < REPEATED:
            make_request(upper.desk, wish, LEAD)
        return first

    def _answer(self, lower: HubNode) -> object:
        chance = self._chance
        desk: Desk = lower.desk
        if lower is self._world.hub and chance.random() < 0.6:
            at = chance.choice(self._world.desks)
            if not at.up or at.frozen_until > at.time.now:
                return None
            found: list[object] = []
            self._world.around.work(at, lambda: found.append(self._answer_at(at.desk)))
            return found[0]
        return self._answer_at(desk)

    def _answer_at(self, desk: Desk) -> object:
        asked = asked_in(desk.log.history(ADDRESSED + desk.log.head().stream))
        open_ = [each.request for each in asked.values() if each.answer is None]
        if not open_ or desk.hall.book is None:
            return None
        yes = self._chance.random() < 0.6
        return answer_request(desk, self._chance.choice(open_), yes, "" if yes else "本区无此点位", LEAD)


def _stream(lower: HubNode, upper: HubNode) -> str:
    """The lower hub's stream, once its hall is known above."""
    stream = lower.store.head().stream if lower.up else ""
    return stream if stream and upper.desk.hall_of(stream).founded is not None else ""
