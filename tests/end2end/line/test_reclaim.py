"""A hub that lost its disk: real logs and sockets, a backup, work that only desks still have, and everybody
coming back in any order."""

from __future__ import annotations

import asyncio
import itertools
import random
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from contextlib import ExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from app.base.clock import SystemClock
from app.domain.sealed import Sealed
from app.log.backup import wrapping
from app.log.backup.making import back_up
from app.log.backup.restoring import restore
from app.log.chain import DEFAULT_ALGORITHM
from app.log.entries import Secret
from app.log.files.notes import drop_note
from app.log.numbering.reclaiming import RECLAIMING
from app.log.proving.verify import verify
from app.log.replica import Replica
from app.log.store import Store
from app.log.vault import sealed_hash
from app.sync.calling.way import Way
from app.sync.desk.client import HubLink
from app.sync.desk.effects import Alarm
from app.sync.hub_clock import HubClock
from tests.helpers.counting import NOON, counted, write
from tests.helpers.replicas import Tally, confided, hold, hub_in, replica_in, settle, shown
from tests.helpers.served_line import LogHall, ServedLog, served, until

PASSPHRASE = "twelve zebras jump"
SALT = b"salt"
PHONE = Sealed("ref-9", "138****1111", sealed_hash(DEFAULT_ALGORITHM, SALT, "13800001111"))
SECRET = Secret("ref-9", "case-1", "phone", "13800001111", SALT)


class World:
    """A hall with desks; `acknowledged` are the entries whose authors were told that the hub has them."""

    def __init__(self, folder: Path, held: ExitStack) -> None:
        self.folder = folder
        self.held = held
        self.hub: Store = held.enter_context(hub_in(folder / "hub"))
        self.desks = [held.enter_context(replica_in(folder / f"desk-{n}")) for n in range(3)]
        self.acknowledged: list[str] = []
        self.alarms: list[Alarm] = []
        self.links: list[HubLink] = []
        self.tasks: set[asyncio.Task[None]] = set()

    def work(self, *desks: int, entries: int = 3) -> None:
        """Those desks write and are acknowledged; all three hear of it."""
        for number in desks:
            for _ in range(entries):
                self.acknowledged.append(hold(self.desks[number], counted(f"d{number}"))[0].entry.eid)
        write(self.hub, counted("hub"))
        self.acknowledged.append(self.hub.read_after(self.hub.head().gseq - 1, 1)[0].entry.eid)
        settle(self.hub, *self.desks)

    def back_up(self) -> Path:
        target = self.folder / "hall.musterbackup"
        back_up(self.hub.folder, target, NOON, Tally().state_digest, passphrase=PASSPHRASE)
        return target

    def lose_disk(self, backup: Path) -> None:
        """The hub's machine is gone; another one is made of the backup."""
        self.hub.close()
        new = self.folder / f"hub-{backup.stem}-{len(list(self.folder.iterdir()))}"
        restore(backup, new, lambda folder: verify(folder, Tally), passphrase=PASSPHRASE)
        self.hub = self.held.enter_context(hub_in(new))

    def link(self, desk: int, port: int) -> HubLink:
        way = Way(f"http://127.0.0.1:{port}/sync", "hub")
        chance = random.Random(7)
        link = HubLink(
            self.desks[desk],
            HubClock(SystemClock()),
            way,
            self._spawn,
            program="0.1.0",
            random=lambda: chance.random() / 20,
            alarmed=self.alarms.append,
        )
        self.links.append(link)
        link.start()
        return link

    @asynccontextmanager
    async def serving(self) -> AsyncIterator[ServedLog]:
        async with served(LogHall(self.hub)) as service:
            try:
                yield service
            finally:
                for link in self.links:
                    await asyncio.wrap_future(link.stop())
                self.links.clear()

    async def begin(self, service: ServedLog) -> None:
        """The phase of reclaiming is over."""
        assert self.hub.recovery is not None
        await asyncio.wrap_future(self.hub.recovery.begin_epoch())
        for line in service.lines:
            line.refuse("began")

    def gave_back(self, service: ServedLog, *desks: int) -> Callable[[], bool]:
        origins = {self.desks[number].origin for number in desks}
        return lambda: origins <= {line.origin for line in service.lines if line.gave_back}

    def settled(self, *desks: int) -> Callable[[], bool]:
        wanted = [self.desks[number] for number in desks]

        def look() -> bool:
            # An epoch in which nothing was numbered yet is the hub's alone.
            hub = self.hub.head()
            heads = [desk.head() for desk in wanted]
            together = all((head.gseq, head.hash) == (hub.gseq, hub.hash) for head in heads)
            return together and not any(desk.pending_count() for desk in wanted)

        return look

    def check(self) -> None:
        """Every acknowledged entry exists once, and all logs are the same and whole."""
        everything = [n.entry.eid for n in self.hub.read_after(0, 10_000)]
        assert len(everything) == len(set(everything))
        assert set(self.acknowledged) <= set(everything)
        lines = [(n.gseq, n.epoch, n.hash) for n in self.hub.read_after(0, 10_000)]
        for desk in self.desks:
            assert [(n.gseq, n.epoch, n.hash) for n in desk.read_after(0, 10_000)] == lines
            assert shown(desk) == shown(self.hub)
        for log in (self.hub, *self.desks):
            assert verify(log.folder, Tally).problems == ()
        assert self.alarms == []

    def _spawn(self, life: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(life)
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setattr(wrapping, "MEMORY_KIB", 64)
    with ExitStack() as held:
        yield World(tmp_path, held)


@pytest.mark.parametrize("order", list(itertools.permutations(range(3)))[::2])
async def test_desks_that_come_in_time_bring_back_every_line_as_it_was(
    world: World, order: Sequence[int]
) -> None:
    world.work(0, 1, 2)
    backup = world.back_up()
    world.work(0)
    world.work(1, 2, entries=2)
    lost = [(n.gseq, n.hash) for n in world.hub.read_after(0, 1_000)]
    # One desk had not heard of the last of it.
    waits = hold(world.desks[0], counted("late"))[0].entry.eid
    world.lose_disk(backup)
    async with world.serving() as service:
        for number in order:
            world.link(number, service.port)
            await until(world.gave_back(service, number))
        assert [(n.gseq, n.hash) for n in world.hub.read_after(0, 1_000)] == lost
        assert world.desks[0].pending_count() == 1
        await world.begin(service)
        await until(world.settled(0, 1, 2))
    world.check()
    last = world.hub.get(waits)
    assert last is not None
    assert (last.epoch, last.gseq) == (2, len(lost) + 1)


async def test_a_desk_that_comes_after_the_phase_loses_nothing_either(world: World) -> None:
    world.work(0, 1, 2)
    backup = world.back_up()
    world.work(0, 1, 2)
    world.lose_disk(backup)
    own = [n.entry.eid for n in world.desks[0].read_after(0, 1_000)]
    async with world.serving() as service:
        await world.begin(service)
        assert world.hub.head().epoch == 2
        write(world.hub, counted("new"), counted("new"))
        hold(world.desks[0], counted("waits"))
        world.link(0, service.port)
        await until(world.settled(0))
        for number in (1, 2):
            world.link(number, service.port)
            await until(world.settled(0, number))
    world.check()
    # What the hub numbered anew keeps the order it once had.
    again = [n.entry.eid for n in world.hub.read_after(0, 1_000) if n.entry.eid in set(own)]
    assert again == own


async def test_one_in_time_and_one_late_with_more(world: World) -> None:
    world.work(0, 1, 2)
    backup = world.back_up()
    world.work(0)
    one, two = world.desks[1], world.desks[2]
    # The first desk is cut off, the others go on.
    settle(world.hub, one, two)
    for _ in range(4):
        world.acknowledged.append(hold(two, counted("more"))[0].entry.eid)
    settle(world.hub, one, two)
    world.lose_disk(backup)
    async with world.serving() as service:
        world.link(0, service.port)
        await until(world.gave_back(service, 0))
        await world.begin(service)
        await until(world.settled(0))
        hold(world.desks[0], counted("epoch two"))
        world.link(2, service.port)
        world.link(1, service.port)
        await until(world.settled(0, 1, 2))
    world.check()
    assert {n.epoch for n in world.hub.read_after(0, 1_000)} == {1, 2}


async def test_a_disk_lost_twice(world: World) -> None:
    world.work(0, 1, 2)
    backup = world.back_up()
    world.work(0, 1)
    world.lose_disk(backup)
    async with world.serving() as service:
        world.link(0, service.port)
        await until(world.gave_back(service, 0))
        await world.begin(service)
        await until(world.settled(0))
    world.acknowledged.append(hold(world.desks[0], counted("in epoch two"))[0].entry.eid)
    settle(world.hub, world.desks[0])
    # The same backup again: one desk is in epoch two, the others still in one.
    world.lose_disk(backup)
    async with world.serving() as service:
        world.link(1, service.port)
        await until(world.gave_back(service, 1))
        await world.begin(service)
        world.link(0, service.port)
        await until(world.settled(0, 1))
        world.link(2, service.port)
        await until(world.settled(0, 1, 2))
    world.check()


async def test_personal_data_comes_back_from_whoever_holds_it_and_only_if_it_is_true(world: World) -> None:
    world.work(0)
    backup = world.back_up()
    world.acknowledged.append(hold(world.desks[2], confided("case", PHONE, SECRET))[0].entry.eid)
    settle(world.hub, *world.desks)
    # Another desk claims to hold something else under the same reference.
    false = Secret("ref-9", "case-1", "phone", "110", SALT)
    world.desks[1].keep_secrets([false]).result(5)
    world.lose_disk(backup)
    async with world.serving() as service:
        world.link(0, service.port)
        await until(world.gave_back(service, 0))
        assert world.hub.vault.read("ref-9") is None
        await world.begin(service)
        world.link(1, service.port)
        await until(world.settled(0, 1))
        await asyncio.sleep(0.1)
        assert world.hub.vault.read("ref-9") is None
        world.link(2, service.port)
        await until(lambda: world.hub.vault.read("ref-9") == "13800001111")
        await until(world.settled(0, 1, 2))
    assert world.hub.recovery is not None
    assert world.hub.recovery.missing == ()
    world.check()


async def test_a_hub_whose_history_was_rewritten_is_not_followed(world: World) -> None:
    world.work(0, 1, 2)
    backup = world.back_up()
    world.work(0)
    old: Replica = world.desks[0]
    world.lose_disk(backup)
    head = old.head()

    # Nobody is asked and no epoch begins: what the hub writes now stands in the place of what was there.
    def forget(connection: Any) -> int:
        drop_note(connection, RECLAIMING)
        return 0

    world.hub.write(forget).result(5)
    folder = world.hub.folder
    world.hub.close()
    world.hub = world.held.enter_context(hub_in(folder))
    write(world.hub, *(counted("other") for _ in range(20)))
    async with world.serving() as service:
        link = world.link(0, service.port)
        await until(lambda: link.status().trouble == "diverged")
    assert old.head() == head
