"""Desks on the real line: the desk's own link and replica against the hub's own service."""

from __future__ import annotations

import asyncio
import random
import shutil
from collections.abc import AsyncIterator, Coroutine
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from app.base.clock import SystemClock
from app.base.ids import IdMaker
from app.commands.commander import Commander
from app.commands.desk import Desk
from app.commands.devices import enrol_device, revoke_device
from app.commands.revealing import reveal
from app.domain.actor import SYSTEM
from app.domain.devices import DeviceEnrolled
from app.domain.label import Label
from app.log.replica import Replica, open_replica
from app.projections.projector import HallProjector
from app.sync.calling.way import Way
from app.sync.desk.client import HubLink
from app.sync.hub_clock import HubClock
from app.sync.joining.device_key import DeviceFolder
from app.sync.joining.enrolling import join_hall
from app.sync.joining.tls import device_context
from tests.helpers.halls import TestHall, actor
from tests.helpers.served_line import until
from tests.unit.hub.serving import Served, served


class Seat:
    """A desk's PC: its replica, its commands and its link."""

    def __init__(self, folder: Path, held: ExitStack, letters: str = "B1") -> None:
        self.folder = folder
        self.clock = HubClock(SystemClock(), None)
        projector = HallProjector()
        opened = open_replica(
            folder, self.clock, projector, self.clock.claim, mark="demo", trusted_clock=True
        )
        self.replica: Replica = held.enter_context(opened)
        projector.load(self.replica.reader())
        desk = Desk(self.replica, lambda: projector.hall, self.clock, letters=letters, ids=IdMaker())
        self.hall = TestHall(self.replica, projector, self.clock, Commander(desk))  # type: ignore[arg-type]
        self.tasks: set[asyncio.Task[None]] = set()
        self.link: HubLink | None = None

    def call(self, way: Way) -> HubLink:
        chance = random.Random(7)
        self.link = HubLink(
            self.replica, self.clock, way, self._spawn, program="0.1.0", random=lambda: chance.random() / 20
        )
        self.link.start()
        return self.link

    def _spawn(self, life: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(life)
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)

    def settled(self, hub: Served) -> bool:
        head = hub.hall.store.head()
        return self.replica.head() == head and not self.replica.pending_count()


def enrol(hub: Served, seat: Seat, letters: str = "B1") -> None:
    """Let a seat in without certificates, as on loopback."""
    label = Label("窗口", "Window")
    device = DeviceEnrolled(seat.replica.origin, label, letters, "0" * 64)
    enrol_device(hub.hall.commander.desk, device, SYSTEM)


@pytest.fixture
async def seat(tmp_path: Path) -> AsyncIterator[Seat]:
    with ExitStack() as held:
        found = Seat(tmp_path / "seat", held)
        yield found
        if found.link is not None:
            await asyncio.wrap_future(found.link.stop())


@pytest.fixture
async def real(tmp_path: Path, founded: Path) -> AsyncIterator[Served]:
    """In real time, as links need it."""
    shutil.copytree(founded, tmp_path / "hall")
    async with served(tmp_path / "hall", SystemClock()) as hub:
        yield hub


def way(hub: Served, **more: Any) -> Way:
    return Way(f"{hub.url}/api/v1/sync".replace("http", "ws", 1), "hub", **more)


async def test_what_a_desk_wrote_is_at_the_hub_and_back(real: Served, seat: Seat) -> None:
    enrol(real, seat)
    seat.call(way(real))
    await until(lambda: seat.settled(real))
    case = seat.hall.register(what="滨河路路灯不亮")
    await until(lambda: seat.settled(real))
    assert real.hall.case(case.id).code == case.code
    _, answer = await real.ask("GET", f"/api/v1/incidents/{case.code}")
    assert answer["id"] == case.id
    # What is done at the hub comes to the desk.
    real.hall.do(case.id, "accept", actor("intake"), category="0602", place_confirmed=True)
    await until(lambda: seat.settled(real))
    assert seat.hall.case(case.id).state == "accepted"
    await until(lambda: seat.replica.origin in real.front.lines.sitting)
    page = real.front.metrics.page()
    assert "muster_desks_connected 1" in page
    assert "muster_pushes_waiting 0" in page


async def test_a_stranger_is_told_so(real: Served, seat: Seat) -> None:
    link = seat.call(way(real))
    await until(lambda: link.status().trouble == "origin")
    assert link.status().phase == "refused"
    assert seat.replica.head().gseq == 0


async def test_a_revoked_desk_is_put_out_while_it_is_on_the_line(real: Served, seat: Seat) -> None:
    enrol(real, seat)
    link = seat.call(way(real))
    await until(lambda: seat.settled(real) and link.status().phase == "live")
    revoke_device(real.hall.commander.desk, seat.replica.origin, "lost", SYSTEM)
    real.front.lines.check()
    await until(lambda: link.status().trouble == "revoked")
    await until(lambda: len(real.front.lines) == 0)


async def test_a_desk_gets_only_what_it_revealed_itself(real: Served, seat: Seat) -> None:
    enrol(real, seat)
    link = seat.call(way(real))
    case = real.hall.register()
    await until(lambda: seat.settled(real) and link.status().phase == "live")
    assert case.reporter.phone is not None
    ref = case.reporter.phone.ref
    assert await asyncio.wrap_future(link.secrets([ref])) == []
    assert seat.hall.commander.desk.incident(case.id) is not None
    _reveal(seat, case.id, ref)
    await until(lambda: seat.settled(real))
    (secret,) = await asyncio.wrap_future(link.secrets([ref, "0" * 32]))
    assert secret.value == "13800001234"


def _reveal(seat: Seat, incident: str, ref: str) -> None:
    reveal(seat.hall.commander.desk, seat.replica.vault, incident, ref, "call_back", actor("intake"))


async def test_a_second_line_of_one_desk_takes_the_place_of_the_first(real: Served, seat: Seat) -> None:
    enrol(real, seat)
    seat.call(way(real))
    await until(lambda: len(real.front.lines) == 1 and seat.settled(real))
    ghost = HubLink(seat.replica, seat.clock, way(real), seat._spawn, program="0.1.0", random=lambda: 0.5)
    ghost.start()
    await until(lambda: "sync_replaced" in real.front.metrics.page())
    assert len(real.front.lines) <= 2
    await asyncio.wrap_future(ghost.stop())
    real.hall.register()
    await until(lambda: seat.settled(real))


async def test_enrolled_over_tls(tmp_path: Path, founded: Path, seat: Seat) -> None:
    """From the one-time code to the confirmed case, with certificates on both sides."""
    shutil.copytree(founded, tmp_path / "hall")
    async with served(tmp_path / "hall", SystemClock(), tls=True) as hub:
        assert hub.front.hall.safety is not None
        code = hub.front.hall.safety.enrolment.invite("窗口一")
        assert isinstance(code, str)
        await asyncio.to_thread(join_hall, seat.folder, hub.url, code, seat.replica.origin)
        seat.call(way(hub, tls=device_context(DeviceFolder(seat.folder))))
        await until(lambda: seat.settled(hub))
        case = seat.hall.register()
        await until(lambda: seat.settled(hub))
        assert hub.hall.case(case.id).code == case.code
        # A line without a certificate of this hall does not come up.
        bare = aiohttp.TCPConnector(ssl=False)
        async with aiohttp.ClientSession(connector=bare) as client:
            with pytest.raises(aiohttp.WSServerHandshakeError) as caught:
                await client.ws_connect(f"{hub.url}/api/v1/sync")
            assert caught.value.status == 403
        assert seat.link is not None
        await asyncio.wrap_future(seat.link.stop())
        seat.link = None
