"""What must be true between levels when all troubles are over and nothing moves any more."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from app.domain.kinds import REQUEST
from app.domain.requests import ADDRESSED
from app.log import rows
from app.log.entries import Numbered
from app.projections.requests import asked_in
from tests.sim.final import ALL, proof, rebuilt
from tests.sim.ledger import hold
from tests.sim.levels.tower import Tower

if TYPE_CHECKING:
    from tests.sim.hub_node import HubNode
    from tests.sim.world import World

CASES = "SELECT incident, state FROM case_state WHERE home = ? ORDER BY incident"


def check(world: World, tower: Tower) -> None:
    """BrokenError names the first thing that is not as it must be."""
    for upper in tower.uppers:
        hold(not proof(upper), "verify finds", (upper.name, proof(upper)))
    rebuilt(world.chance.choice(tower.uppers), world.around.folder)
    for lower, upper in tower.floors:
        if tower.parted(lower, upper):
            world.ledger.count("parted")
            continue
        _passed_up(lower, upper)
        _cases(lower, upper)
        _requests(world, lower, upper)


def _passed_up(lower: HubNode, upper: HubNode) -> None:
    """The lower log stands above exactly once, in order, to the letter, with its own times and verdicts; and
    nothing that the upper hub wrote came back."""
    below, above = _all(lower), _all(upper)
    eids = [numbered.entry.eid for numbered in above]
    hold(len(set(eids)) == len(eids), "an entry stands above twice", upper.name)
    stream = lower.store.head().stream
    ours = [_place(n, n.home or stream, n.home_gseq or n.gseq) for n in below]
    theirs = [_place(n, n.home, n.home_gseq) for n in above if n.home]
    hold(ours == theirs, "the log above is not the one below", (upper.name, len(ours), len(theirs)))
    own = {numbered.entry.eid for numbered in above if not numbered.home}
    hold(not own & {numbered.entry.eid for numbered in below}, "an echo", upper.name)


def _place(numbered: Numbered, home: str, home_gseq: int) -> tuple[object, ...]:
    return (home, home_gseq, numbered.raw, numbered.at, numbered.verdict)


def _cases(lower: HubNode, upper: HubNode) -> None:
    """What came from below is folded above to the same cases."""
    here, there = lower.directory.connection, upper.directory.connection
    homes = {str(row[0]) for row in here.exec_driver_sql("SELECT DISTINCT home FROM case_state")}
    for home in sorted(homes | {""}):
        below = here.exec_driver_sql(CASES, (home,)).all()
        above = there.exec_driver_sql(CASES, (home or lower.store.head().stream,)).all()
        hold(below == above, "cases differ between levels", (lower.name, home))
    halls = upper.projector.below[lower.store.head().stream]
    hold(halls.operators == lower.projector.hall.operators, "halls differ between levels", lower.name)


def _requests(world: World, lower: HubNode, upper: HubNode) -> None:
    """Every request came in below, once; it is answered or waits there where people see it, and above is seen
    what was answered."""
    stream = lower.store.head().stream
    asked = [n for n in upper.store.history(ADDRESSED + stream) if not n.home and not n.verdict]
    came = [n for n in _all(lower) if n.entry.kind == "request_received" and not n.home]
    hold(len(came) == len(asked), "requests above and below", (lower.name, len(asked), len(came)))
    waiting = asked_in(lower.store.history(ADDRESSED + stream))
    for name in asked_in(asked):
        below = waiting.get(name)
        hold(below is not None and below.arrived is not None, "a request is not seen below", name)
        assert below is not None
        above = asked_in(upper.store.history(REQUEST + name))[name]
        hold((above.step, above.answer) == (below.step, below.answer), "an answer is not seen above", name)
        world.ledger.count(f"request {above.step}")


def _all(hub: HubNode) -> Sequence[Numbered]:
    return rows.read_after(hub.directory.connection, 0, ALL)
