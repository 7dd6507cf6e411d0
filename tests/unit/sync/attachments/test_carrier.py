"""Contents between desks and a real hub: cuts in the middle of pieces, kills, wrong bytes, two desks."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import aiohttp
import pytest

from app.base.clock import SystemClock
from app.base.errors import UsageError, WorldError
from app.commands.attaching import attach
from app.commands.command import Content, Done
from app.commands.devices import enrol_device
from app.domain.actor import SYSTEM
from app.domain.devices import DeviceEnrolled
from app.domain.label import Label
from app.domain.refusal import Refusal
from app.log.attachments.files import FileAttachments
from app.log.attachments.port import PIECE_BYTES, Standing
from app.sync.attachments.calls import AttachmentCalls
from app.sync.attachments.carrier import AttachmentCarrier
from app.sync.attachments.carrying import Carriage, CarryStatus
from app.sync.attachments.naming import named_in
from app.sync.joining.device_key import DeviceFolder
from app.sync.joining.enrolling import join_hall
from app.sync.joining.tls import device_context
from tests.helpers.contents import keep, named, picture, place, read
from tests.helpers.halls import actor, hall
from tests.helpers.served_line import Cable, until
from tests.unit.hub.serving import Served, served, serving

BODY = picture(6 * PIECE_BYTES + 77)
SHA = named(BODY)
OWN = {"A": "00000000-0000-4000-8000-00000000000a", "B": "00000000-0000-4000-8000-00000000000b"}


class Desk:
    """A desk's contents and carrier; what its entries name is a set, or the hub's own log."""

    def __init__(self, folder: Path, name: str, url: Callable[[], str], **more: Any) -> None:
        self.contents: FileAttachments = place(folder / name)
        self.named: set[str] = set()
        self.told: list[CarryStatus] = []
        self._tasks: set[asyncio.Task[None]] = set()
        chance = random.Random(3)
        carriage = Carriage(
            self.contents,
            "hub",
            lambda sha256, _confirmed: sha256 in self.named,
            random=chance.random,
            **more,
        )
        self.carrier = AttachmentCarrier(
            carriage,
            lambda session: AttachmentCalls(session, url(), None, OWN[name]),
            self._spawn,
        )
        self.carrier.subscribe(self.told.append)

    def _spawn(self, life: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(life)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def attach(self, body: bytes = BODY) -> str:
        """Keep it, say that an entry names it."""
        sha256 = keep(self.contents, body).sha256
        self.contents.must_go_out(sha256)
        self.named.add(sha256)
        self.carrier.woken()
        return sha256

    async def fetch(self, sha256: str = SHA) -> Standing | Refusal:
        async with asyncio.timeout(20):
            return await asyncio.wrap_future(self.carrier.fetch(sha256))


@pytest.fixture
async def hub(tmp_path: Path) -> AsyncIterator[Served]:
    async with served(tmp_path / "hall") as found:
        for name, origin in OWN.items():
            device = DeviceEnrolled(origin, Label(name, name), f"{name}9", "0f" * 32)
            assert isinstance(enrol_device(found.hall.commander.desk, device, SYSTEM), Done)
        yield found


@asynccontextmanager
async def cabled(hub: Served) -> AsyncIterator[Cable]:
    async with Cable(lambda: int(urlsplit(hub.url).port or 0)) as cable:
        yield cable


@asynccontextmanager
async def running(*desks: Desk) -> AsyncIterator[None]:
    for desk in desks:
        desk.carrier.start()
    await asyncio.sleep(0.01)
    try:
        yield
    finally:
        for desk in desks:
            await asyncio.wrap_future(desk.carrier.stop())


def at(cable: Cable) -> Callable[[], str]:
    return lambda: f"http://127.0.0.1:{cable.port}"


def name_it(hub: Served, sha256: str = SHA, size: int = len(BODY)) -> str:
    case = hub.hall.register()
    outcome = attach(
        hub.hall.commander.desk, case.id, Content(sha256, "a.jpg", "image/jpeg", size), actor("dispatcher")
    )
    assert isinstance(outcome, Done)
    return case.id


async def test_from_one_desk_to_the_other(hub: Served, tmp_path: Path) -> None:
    one, two = (Desk(tmp_path, name, lambda: hub.url) for name in "AB")
    async with running(one, two):
        name_it(hub)
        assert await two.fetch() == Refusal("attachment_pending")
        assert two.carrier.status().down.trouble == "attachment_pending"
        one.attach()
        await until(lambda: not one.contents.outgoing())
        assert read(hub.hall.store.attachments, SHA) == BODY
        standing = await two.fetch()
        assert standing == Standing(SHA, len(BODY), ((0, 6),), True)
        assert read(two.contents, SHA) == BODY
        # Here already: without the hub.
        assert await two.fetch() == standing
    done = [s.up.done for s in one.told if s.up.pieces]
    assert done == sorted(done)
    assert done[-1] == 7
    assert one.told[-1] == CarryStatus()
    assert 7 in [s.down.done for s in two.told]


async def test_an_entry_that_waits_keeps_its_content_here(hub: Served, tmp_path: Path) -> None:
    desk = Desk(tmp_path, "A", lambda: hub.url)
    async with running(desk):
        sha256 = desk.attach()
        desk.named.clear()
        await until(lambda: not desk.told or not desk.told[-1].up.waiting)
        other = desk.attach(picture(900, seed=4))
        await until(lambda: other not in desk.contents.outgoing())
        assert desk.contents.outgoing() == [sha256]
        assert hub.hall.store.attachments.standing(sha256) is None


async def test_cut_in_the_middle_of_pieces_it_goes_on_both_ways(hub: Served, tmp_path: Path) -> None:
    async with cabled(hub) as cable:
        one, two = (Desk(tmp_path, name, at(cable)) for name in "AB")
        name_it(hub)
        async with running(one, two):
            put = one.contents.piece
            cuts = {2: cable.pull, 4: cable.pull}

            def cutting(sha256: str, index: int) -> bytes:
                cuts.pop(index, lambda: None)()
                return put(sha256, index)

            one.contents.piece = cutting  # type: ignore[method-assign]
            one.attach()
            while one.contents.outgoing():
                await asyncio.sleep(0.05)
                cable.plug()
                one.carrier.call_now()
            assert not cuts
            assert read(hub.hall.store.attachments, SHA) == BODY
            # Half a piece and a half further, then the cable goes; and once more.
            for _ in range(2):
                cable.pull_after = PIECE_BYTES + PIECE_BYTES // 2
                two.carrier.fetch(SHA)
                await until(lambda: cable.pull_after is None)
                two.carrier.call_now()
            assert isinstance(await two.fetch(), Standing)
            assert read(two.contents, SHA) == BODY


async def test_a_hub_that_is_away_is_said_and_what_came_stays(hub: Served, tmp_path: Path) -> None:
    async with cabled(hub) as cable:
        desk = Desk(tmp_path, "A", at(cable))
        name_it(hub)
        keep(hub.hall.store.attachments, BODY)
        async with running(desk):
            cable.pull_after = 3 * PIECE_BYTES + 5_000
            pulling = cable.pull

            def stay_out() -> None:
                pulling()
                cable.plug = lambda: None  # type: ignore[method-assign]

            cable.pull = stay_out  # type: ignore[method-assign]
            asked = desk.carrier.fetch(SHA)
            while not asked.done():
                desk.carrier.call_now()
                await asyncio.sleep(0.01)
            with pytest.raises(WorldError, match="hub_not_reached"):
                asked.result()
            await until(lambda: desk.carrier.status().down.trouble == "hub_away")
            half = desk.contents.standing(SHA)
            assert half is not None
            assert 1 <= half.kept < 7
            del cable.pull, cable.plug  # as they were
            cable.plug()
            assert isinstance(await desk.fetch(), Standing)
    assert read(desk.contents, SHA) == BODY


async def test_stopped_in_the_middle_the_next_start_goes_on(hub: Served, tmp_path: Path) -> None:
    store = hub.hall.store.attachments
    first = Desk(tmp_path, "A", lambda: hub.url)
    async with running(first):
        first.attach()
        await until(lambda: (found := store.standing(SHA)) is not None and found.kept > 1)
    half = store.standing(SHA)
    assert half is not None
    again = Desk(tmp_path, "A", lambda: hub.url)
    again.named.add(SHA)
    async with running(again):
        await until(lambda: not again.contents.outgoing())
    assert read(store, SHA) == BODY
    begun = next(s.up.done for s in again.told if s.up.pieces)
    assert begun >= half.kept


async def test_bytes_that_a_disk_changed_never_leave_this_desk(hub: Served, tmp_path: Path) -> None:
    desk = Desk(tmp_path, "A", lambda: hub.url)
    path = tmp_path / "A" / "attachments" / SHA[:2] / SHA
    async with running(desk):
        keep(desk.contents, BODY)
        raw = bytearray(path.read_bytes())
        raw[4096 + 3 * PIECE_BYTES] ^= 4
        path.write_bytes(raw)
        desk.attach()
        good = desk.attach(picture(500, seed=8))
        await until(lambda: good not in desk.contents.outgoing())
        await until(lambda: desk.carrier.status().up.trouble == "attachment_damaged")
    assert desk.contents.outgoing() == [SHA]
    found = hub.hall.store.attachments.standing(SHA)
    assert found is None or not found.whole


async def test_what_the_hub_refuses_is_said_once_and_others_go_on(hub: Served, tmp_path: Path) -> None:
    desk = Desk(tmp_path, "A", lambda: hub.url)
    async with running(desk):
        bad = keep(desk.contents, b"MZ" + bytes(600)).sha256
        desk.contents.must_go_out(bad)
        desk.named.add(bad)
        good = desk.attach(picture(500, seed=8))
        await until(lambda: good not in desk.contents.outgoing())
        await until(lambda: desk.carrier.status().up.trouble == "attachment_kind")
        assert desk.contents.outgoing() == [bad]


async def test_entries_go_first(hub: Served, tmp_path: Path) -> None:
    waits = [True]
    desk = Desk(tmp_path, "A", lambda: hub.url, calm=lambda: not waits[0])
    async with running(desk):
        desk.attach(picture(400, seed=2))
        await until(lambda: any(s.up.pieces for s in desk.told))
        await asyncio.sleep(0.1)
        assert desk.contents.outgoing()
        waits[0] = False
        await until(lambda: not desk.contents.outgoing())


async def test_the_cache_keeps_what_was_fetched_last(hub: Served, tmp_path: Path) -> None:
    bodies = [picture(90_000, seed=n) for n in range(3)]
    desk = Desk(tmp_path, "A", lambda: hub.url, most_bytes=200_000)
    for body in bodies:
        keep(hub.hall.store.attachments, body)
        name_it(hub, named(body), len(body))
    async with running(desk):
        for body in bodies:
            assert isinstance(await desk.fetch(named(body)), Standing)
    assert {s.sha256 for s in desk.contents.each()} == {named(bodies[1]), named(bodies[2])}


async def test_nothing_is_fetched_by_a_stopped_carrier(tmp_path: Path) -> None:
    desk = Desk(tmp_path, "A", lambda: "http://127.0.0.1:1")
    await asyncio.wrap_future(desk.carrier.stop())
    with pytest.raises(WorldError, match="hub_not_reached"):
        desk.carrier.fetch(SHA).result()
    async with aiohttp.ClientSession() as session:
        with pytest.raises(UsageError, match="hub_url_wrong"):
            AttachmentCalls(session, "http://hub.example:8443", None, "x")


async def test_a_desk_proves_itself_by_its_certificate(tmp_path: Path) -> None:
    async with AsyncExitStack() as held:
        made = held.enter_context(hall(tmp_path / "hall", SystemClock()))
        hub = await held.enter_async_context(serving(made, tls=True))
        assert hub.front.hall.safety is not None
        code = hub.front.hall.safety.enrolment.invite("desk")
        assert isinstance(code, str)
        joined = await asyncio.to_thread(join_hall, tmp_path / "pc", hub.url, code, OWN["A"])
        assert not isinstance(joined, Refusal)
        tls = device_context(DeviceFolder(tmp_path / "pc"))
        case = name_it(hub)
        keep(hub.hall.store.attachments, BODY)
        session = await held.enter_async_context(aiohttp.ClientSession())
        calls = AttachmentCalls(session, hub.url, tls, OWN["A"])
        assert await calls.size(SHA) == len(BODY)
        assert await calls.piece(SHA, 6, 77) == BODY[-77:]
        assert named_in(made.store)(SHA, True)
        assert made.case(case).attachments
