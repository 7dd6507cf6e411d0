"""Real cases on a replica: worked on while cut off, shown at once, and the same everywhere in the end."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from app.base.clock import ManualClock
from app.base.ids import IdMaker
from app.commands.commander import Commander
from app.commands.desk import Desk
from app.log.entries import PENDING_FROM, TimeClaim
from app.log.replica import open_replica
from app.projections.projector import HallProjector
from tests.helpers.halls import MONDAY_9, TestHall, hall
from tests.helpers.replicas import settle


@contextmanager
def desk_in(folder: Path, clock: ManualClock, letters: str) -> Iterator[TestHall]:
    """A desk of a hall, on a replica of its own."""
    projector = HallProjector()

    def claims() -> TimeClaim:
        return TimeClaim(clock.now(), clock.boot(), clock.boot_id, clock.now(), 10)

    with open_replica(folder, clock, projector, claims, mark="demo") as replica:
        projector.load(replica.reader())
        desk = Desk(replica, lambda: projector.hall, clock, letters=letters, ids=IdMaker())
        yield TestHall(replica, projector, clock, Commander(desk))  # type: ignore[arg-type]


def test_two_desks_and_their_hub_end_alike(tmp_path: Path) -> None:
    clock = ManualClock(MONDAY_9)
    with (
        hall(tmp_path / "hub", clock) as hub,
        desk_in(tmp_path / "one", clock, "B1") as one,
        desk_in(tmp_path / "two", clock, "B2") as two,
    ):
        everywhere = (hub.store, one.store, two.store)
        settle(*everywhere)
        mine = one.dispatched()
        entries = one.store.history(f"incident:{mine.id}")
        assert entries
        assert all(entry.gseq > PENDING_FROM for entry in entries)
        assert one.projector.state_digest(one.store.reader()) == hub.projector.state_digest(
            hub.store.reader()
        )
        theirs = two.register(what="江畔路井盖破损")
        hub.register(what="滨河路口信号灯不亮")
        clock.advance(60_000)
        settle(*everywhere)
        settle(*everywhere)
        for desk in (one, two):
            assert desk.store.pending_count() == 0  # type: ignore[attr-defined]
            assert desk.store.head() == hub.store.head()
            assert desk.projector.digest(desk.store.reader()) == hub.projector.digest(hub.store.reader())
            for case in (mine, theirs):
                assert desk.case(case.id).state == hub.case(case.id).state


def test_what_waits_is_shown_again_after_a_restart_and_a_refold(tmp_path: Path) -> None:
    clock = ManualClock(MONDAY_9)
    with hall(tmp_path / "hub", clock) as hub:
        with desk_in(tmp_path / "one", clock, "B1") as one:
            settle(hub.store, one.store)
            case = one.dispatched()
            shown = one.projector.digest(one.store.reader())
        for refold in (False, True):
            projector = HallProjector()
            with open_replica(
                tmp_path / "one", clock, projector, lambda: TimeClaim(0, 0, ""), refold=refold
            ) as again:
                assert projector.digest(again.reader()) == shown
                assert again.history(f"incident:{case.id}")
