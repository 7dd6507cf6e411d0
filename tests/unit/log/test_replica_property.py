"""However holding, sending, taking and restarting interleave, in the end all stand alike, nothing lost."""

from __future__ import annotations

import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from app.base.ids import IdMaker
from app.log.entries import PENDING_FROM
from app.log.replica import Replica
from app.log.store import Store
from tests.helpers.counting import NOON, counted, write
from tests.helpers.replicas import Tally, hold, hub_in, join, pull, push, replica_in, settle, shown

NAMES = "abc"

desks = st.integers(0, 1)
names = st.sampled_from(NAMES)
steps = st.one_of(
    st.tuples(st.just("hold"), desks, names, names),
    st.tuples(st.just("hub"), names),
    st.tuples(st.just("push"), desks, st.integers(1, 3)),
    st.tuples(st.just("pull"), desks, st.integers(1, 3)),
    st.tuples(st.just("lose"), desks),
    st.tuples(st.just("restart"), desks),
    st.tuples(st.just("refold"), desks),
)


class World:
    """One hub, two desks, and what was written where."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.hub = hub_in(folder / "hub")
        self.desks = [replica_in(folder / f"desk-{number}") for number in (0, 1)]
        self.written: list[str] = []
        self.ids = IdMaker()
        for desk in self.desks:
            join(self.hub, desk)

    def do(self, step: tuple[object, ...]) -> None:
        match step:
            case ("hold", int(desk), str(one), str(other)):
                draft = counted(one, subjects=(f"counter:{other}",), eid=self.ids(NOON))
                hold(self.desks[desk], draft)
                self.written.append(draft.eid)
            case ("hub", str(name)):
                draft = counted(name, eid=self.ids(NOON))
                write(self.hub, draft)
                self.written.append(draft.eid)
            case ("push", int(desk), int(most)):
                push(self.desks[desk], self.hub, most)
            case ("pull", int(desk), int(most)):
                pull(self.desks[desk], self.hub, most)
            case ("lose", int(desk)):
                # The acknowledgement was lost: everything that waits is sent again.
                parcels = self.desks[desk].waiting(0, 10, 1_000_000)
                if parcels:
                    self.hub.push(self.desks[desk].origin, parcels).result(10)
            case (("restart" | "refold") as how, int(desk)):
                self.desks[desk].close()
                self.desks[desk] = replica_in(self.folder / f"desk-{desk}", refold=how == "refold")

    def check(self) -> None:
        """What every desk must show at any moment: what is confirmed there, and its own on top."""
        for desk in self.desks:
            expected: dict[str, list[int]] = {}
            for place, entries in enumerate(
                (desk.read_after(0, 1_000), desk.read_after(PENDING_FROM - 1, 1_000))
            ):
                for numbered in entries:
                    for subject in dict.fromkeys(numbered.entry.subjects):
                        expected.setdefault(subject[-1], [0, 0])[place] += 1
            assert shown(desk) == {name: tuple(counts) for name, counts in expected.items()}
            assert desk.pending_count() == len(desk.read_after(PENDING_FROM - 1, 1_000))

    def close(self) -> None:
        for log in (self.hub, *self.desks):
            log.close()


def state(log: Store | Replica) -> tuple[list[bytes], dict[str, tuple[int, int]], str]:
    return [e.raw for e in log.read_after(0, 1_000)], shown(log), Tally().state_digest(log.reader())


@given(st.lists(steps, max_size=14))
@settings(max_examples=12, deadline=None)
def test_all_end_alike(script: list[tuple[object, ...]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        world = World(Path(folder))
        try:
            for step in script:
                world.do(step)
                world.check()
            settle(world.hub, *world.desks)
            settle(world.hub, *world.desks)
            assert [desk.pending_count() for desk in world.desks] == [0, 0]
            assert {desk.head() for desk in world.desks} == {world.hub.head()}
            assert state(world.desks[0]) == state(world.desks[1]) == state(world.hub)
            assert sorted(e.entry.eid for e in world.hub.read_after(0, 1_000)) == sorted(world.written)
        finally:
            world.close()
