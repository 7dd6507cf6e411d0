"""A hub and two desks of one hall, each with its own real log; they hear of each other when told to."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import msgspec

from app.base.clock import Clock
from app.base.ids import IdMaker
from app.commands.commander import Commander
from app.commands.desk import Desk
from app.log.entries import TimeClaim
from app.log.replica import Replica, open_replica
from app.log.store import Store
from app.projections.projector import HallProjector
from app.sync.status import LinkStatus
from tests.helpers.halls import TestHall, hall
from tests.helpers.replicas import pull, push, settle


class TwoDesks(msgspec.Struct):
    """`first` and `second` are desks of `hub`; all three on one clock."""

    hub: TestHall
    first: TestHall
    second: TestHall

    def meet(self) -> None:
        """Everybody sends what waits and takes what is new; the first desk's goes first."""
        settle(_store(self.hub), _replica(self.first), _replica(self.second))

    def status(self, desk: TestHall, phase: str = "live", **more: object) -> LinkStatus:
        """How that desk's line stands: as far as its log goes, in this phase."""
        head, hub = desk.store.head().gseq, self.hub.store.head().gseq
        pending = _replica(desk).pending_count()
        now = self.hub.clock.now()
        fields = {"hub": "hub-1", "since": now, "heard_at": now, "pending": pending, "gseq": head}
        return LinkStatus(**{"phase": phase, "hub_gseq": hub, **fields, **more})


def send(desk: TestHall, hub: TestHall) -> None:
    """One desk alone sends what waits, and takes what is new."""
    while push(_replica(desk), _store(hub)):
        pass
    while pull(_replica(desk), _store(hub)):
        pass


@contextmanager
def two_desks(folder: Path) -> Iterator[TwoDesks]:
    """A founded demo hall whose two desks know it."""
    with ExitStack() as held:
        hub = held.enter_context(hall(folder / "hub"))
        desks = [
            _desk(folder / name, hub.clock, letters, held) for name, letters in (("a", "B1"), ("b", "C1"))
        ]
        made = TwoDesks(hub, *desks)
        made.meet()
        yield made


def _desk(folder: Path, clock: Clock, letters: str, held: ExitStack) -> TestHall:
    projector = HallProjector()

    def claim() -> TimeClaim:
        now = clock.now()
        return TimeClaim(wall=now, boot=now, boot_id="test", est_hub=now, err=10)

    replica = held.enter_context(open_replica(folder, clock, projector, claim, mark="demo"))
    projector.load(replica.reader())
    desk = Desk(replica, lambda: projector.hall, clock, letters=letters, ids=IdMaker())
    # The replica has all of a store that a test of the glass asks for.
    return TestHall(replica, projector, clock, Commander(desk))  # type: ignore[arg-type]


def _replica(desk: TestHall) -> Replica:
    assert isinstance(desk.store, Replica)
    return desk.store


def _store(hub: TestHall) -> Store:
    return hub.store
