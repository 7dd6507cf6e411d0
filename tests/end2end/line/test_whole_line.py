"""The whole line: real logs on disk at both ends, aiohttp between them, and cables that are pulled out."""

from __future__ import annotations

import asyncio
import random
import socket as sockets
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import AsyncExitStack, ExitStack, asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from app.base.clock import DAY_MS, Clock, SystemClock
from app.base.errors import UsageError, WorldError
from app.domain.sealed import Sealed
from app.log.entries import Secret
from app.log.port import DIGEST_EVERY
from app.log.replica import Replica
from app.log.store import Store
from app.sync.calling.way import Way
from app.sync.desk.client import KEPT_CLOCK, HubLink
from app.sync.frames import Hello, Ping, Refused, Welcome, read_from_hub, write_frame
from app.sync.hub.line import REFS_MAX
from app.sync.hub_clock import HubClock
from app.sync.status import LinkStatus
from tests.helpers.counting import counted, write
from tests.helpers.replicas import confided, hold, hub_in, replica_in, shown
from tests.helpers.served_line import Cable, LogHall, ServedLog, served, until

TEN_YEARS = 3_652 * DAY_MS


class Off:
    """The PC's clock of a desk, ten years slow."""

    def __init__(self) -> None:
        self._own = SystemClock()
        self.boot_id = self._own.boot_id

    def now(self) -> int:
        return self._own.now() - TEN_YEARS

    def boot(self) -> int:
        return self._own.boot()


class Hall:
    """One hub's store, and replicas with their links, all on this test's loop."""

    def __init__(self, folder: Path, held: ExitStack) -> None:
        self._folder = folder
        self._held = held
        self._tasks: set[asyncio.Task[None]] = set()
        self.links: list[HubLink] = []
        self.store: Store = held.enter_context(hub_in(folder / "hub"))
        self.hall = LogHall(self.store)

    def replica(self, name: str) -> Replica:
        return self._held.enter_context(replica_in(self._folder / name))

    def link(self, replica: Replica, port: int, own: Clock | None = None, **more: Any) -> HubLink:
        way = Way(f"http://127.0.0.1:{port}/sync", "the hub")
        clock = HubClock(own or SystemClock())
        chance = random.Random(7)
        link = HubLink(
            replica, clock, way, self._spawn, program="0.1.0", random=lambda: chance.random() / 20, **more
        )
        self.links.append(link)
        link.start()
        return link

    def _spawn(self, life: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(life)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def stop(self) -> None:
        for link in self.links:
            await asyncio.wrap_future(link.stop())
        await asyncio.sleep(0)
        assert not self._tasks


@pytest.fixture
async def hall(tmp_path: Path) -> AsyncIterator[Hall]:
    with ExitStack() as held:
        found = Hall(tmp_path, held)
        yield found
        await found.stop()


def settled(store: Store, *desks: tuple[Replica, HubLink]) -> Callable[[], bool]:
    """Whether nobody has news for anybody, and everybody knows it."""

    def look() -> bool:
        for replica, link in desks:
            status = link.status()
            if replica.head() != store.head() or replica.pending_count():
                return False
            if (status.phase, status.pending, status.gseq) != ("live", 0, store.head().gseq):
                return False
        return True

    return look


def each_once(store: Store, *eids: str) -> None:
    everything = [numbered.entry.eid for numbered in store.read_after(0, 10_000)]
    assert len(everything) == len(set(everything))
    assert set(eids) <= set(everything)


def written(replica: Replica, count: int, name: str = "a") -> list[str]:
    return [hold(replica, counted(name))[0].entry.eid for _ in range(count)]


async def test_two_desks_and_a_hub_come_to_the_same_log(hall: Hall) -> None:
    one, two = hall.replica("one"), hall.replica("two")
    eids = written(one, 30) + written(two, 20, "b")
    async with served(hall.hall) as service:
        link_one, link_two = hall.link(one, service.port), hall.link(two, service.port)
        await until(settled(hall.store, (one, link_one), (two, link_two)))
        # And while the line is up: news of one desk comes to the other.
        eids += written(two, 3, "c")
        await until(settled(hall.store, (one, link_one), (two, link_two)))
        each_once(hall.store, *eids)
        assert shown(one) == shown(two) == shown(hall.store)
        assert link_one.status().hub == "the hub"
        await hall.stop()


async def test_cut_off_a_desk_works_on_and_says_so(hall: Hall) -> None:
    desk = hall.replica("desk")
    seen: list[LinkStatus] = []
    async with AsyncExitStack() as held:
        service = await held.enter_async_context(served(hall.hall))
        link = hall.link(desk, service.port)
        link.subscribe(seen.append)
        await until(settled(hall.store, (desk, link)))
        port = service.port
    await until(lambda: link.status().phase == "cut_off")
    since = link.status().since
    assert abs(since - SystemClock().now()) < 60_000
    eids = written(desk, 5)
    await until(lambda: link.status().pending == 5)
    async with served(hall.hall, port):
        link.call_now()
        await until(settled(hall.store, (desk, link)))
        await hall.stop()
    each_once(hall.store, *eids)
    phases = [status.phase for status in seen]
    assert phases.index("cut_off") < len(phases) - 1 - phases[::-1].index("live")


async def test_what_waited_when_the_program_died_is_counted_before_the_hub_is_reached(hall: Hall) -> None:
    desk = hall.replica("desk")
    written(desk, 4)
    link = hall.link(desk, 9)
    assert link.status().pending == 4
    await until(lambda: link.status().phase == "cut_off")


@pytest.mark.parametrize("seed", range(2))
async def test_pulled_cables_lose_and_double_nothing(hall: Hall, seed: int) -> None:
    chance = random.Random(seed)
    one, two = hall.replica("one"), hall.replica("two")
    eids: list[str] = []
    async with served(hall.hall) as service, Cable(lambda: service.port) as cable:
        link_one, link_two = hall.link(one, cable.port), hall.link(two, cable.port)
        for _ in range(12):
            cable.pull_after = chance.randrange(1, 8_000)
            for replica in (one, two):
                eids += written(replica, chance.randrange(1, 12))
            await asyncio.sleep(chance.random() / 20)
        cable.pull_after = None
        await until(settled(hall.store, (one, link_one), (two, link_two)))
        await hall.stop()
    each_once(hall.store, *eids)
    assert shown(one) == shown(two) == shown(hall.store)
    for replica, origin in ((one, one.origin), (two, two.origin)):
        own = [n.entry.oseq for n in replica.read_after(0, 10_000) if n.entry.origin == origin]
        assert own == list(range(1, len(own) + 1))


async def test_a_desk_with_the_wrong_time_learns_the_hubs_and_keeps_it(hall: Hall) -> None:
    desk = hall.replica("desk")
    async with served(hall.hall) as service:
        link = hall.link(desk, service.port, Off())
        await until(settled(hall.store, (desk, link)))
        assert abs(link.status().clock_off_ms - TEN_YEARS) < 2_000
        assert link.status().clock_verified
        await hall.stop()
    again = HubClock(Off(), desk.notes.get(KEPT_CLOCK))
    assert abs(again.now() - SystemClock().now()) < 2_000


async def test_a_revoked_desk_is_told_and_tries_slowly(hall: Hall) -> None:
    desk = hall.replica("desk")
    written(desk, 2)
    hall.hall.standings[desk.origin] = "revoked"
    async with served(hall.hall) as service:
        link = hall.link(desk, service.port)
        await until(lambda: link.status().phase == "refused")
        assert (link.status().trouble, link.status().pending) == ("revoked", 2)
        hall.hall.standings.clear()
        await asyncio.sleep(0.3)
        assert link.status().phase == "refused"
        link.call_now()
        await until(settled(hall.store, (desk, link)))
        assert link.status().trouble == ""
        await hall.stop()


async def test_a_hub_whose_disk_refuses_gets_everything_later(hall: Hall) -> None:
    desk = hall.replica("desk")

    def refuse() -> Any:
        raise WorldError("disk_full", path="hub")

    hall.hall.refusing = refuse
    eids = written(desk, 3)
    async with served(hall.hall) as service:
        link = hall.link(desk, service.port)
        await until(lambda: link.status().trouble == "busy")
        assert hall.store.head().gseq == 0
        hall.hall.refusing = None
        await until(settled(hall.store, (desk, link)))
        await hall.stop()
    each_once(hall.store, *eids)


async def test_personal_data_comes_when_asked_for_and_allowed(hall: Hall) -> None:
    one, two = hall.replica("one"), hall.replica("two")
    secret = Secret("ref-1", "case-1", "phone", "13800000000", b"salt")
    hold(one, confided("a", Sealed("ref-1", "138****0000", "hash"), secret))
    async with served(hall.hall) as service:
        link_one, link_two = hall.link(one, service.port), hall.link(two, service.port)
        await until(settled(hall.store, (one, link_one), (two, link_two)))
        assert await asyncio.wrap_future(link_two.secrets(["ref-1", "ref-2"])) == []
        hall.hall.shown.add("ref-1")
        assert await asyncio.wrap_future(link_two.secrets(["ref-1", "ref-2"])) == [secret]
        assert two.vault.read("ref-1") == "13800000000"
        await hall.stop()
    with pytest.raises(WorldError, match="hub_not_reached"):
        link_two.secrets(["ref-1"]).result(5)
    with pytest.raises(UsageError):
        link_two.secrets(["ref"] * (REFS_MAX + 1))


async def test_states_are_compared_and_a_difference_is_an_alarm(
    hall: Hall, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, two = hall.replica("one"), hall.replica("two")
    hold(one, *(counted("a") for _ in range(DIGEST_EVERY + 20)))
    alarms: list[Any] = []
    compared: list[int] = []

    def wrong(gseq: int) -> str:
        compared.append(gseq)
        return "sha256:other"

    monkeypatch.setattr(two, "digest_at", wrong)
    async with served(hall.hall) as service:
        link_one = hall.link(one, service.port)
        link_two = hall.link(two, service.port, alarmed=alarms.append)
        await until(lambda: link_two.status().trouble == "digest_differs")
        await until(settled(hall.store, (one, link_one), (two, link_two)))
        assert link_one.status().trouble == ""
        await hall.stop()
    assert compared == [DIGEST_EVERY]
    assert [(alarm.code, alarm.gseq) for alarm in alarms] == [("digest_differs", DIGEST_EVERY)]


async def test_the_hub_hears_how_far_a_desk_has_the_log_on_its_disk(hall: Hall) -> None:
    desk = hall.replica("desk")
    written(desk, 3)
    async with served(hall.hall) as service:
        hall.link(desk, service.port)
        await until(lambda: hall.hall.delivered.get(desk.origin) == 3)
        await hall.stop()


@asynccontextmanager
async def stranger(service: ServedLog) -> AsyncIterator[aiohttp.ClientWebSocketResponse]:
    """A program that speaks to the hub as it likes."""
    async with (
        aiohttp.ClientSession() as session,
        session.ws_connect(f"http://127.0.0.1:{service.port}/sync") as socket,
    ):
        yield socket


def hello(**changed: Any) -> bytes:
    said = {
        "protocol": 1, "program": "x", "origin": "stranger", "stream": "", "epoch": 1, "gseq": 0, "hash": "",
        "oseq": 0,
    }  # fmt: skip
    return write_frame(Hello(**(said | changed)))


NO_HELLOS: list[tuple[bytes | str, str]] = [
    (b"", "broken"),
    (b"\xc1", "broken"),
    (hello()[:-3], "broken"),
    (b"\x82\xa4type\xa7unknown\xa1x\x01", "broken"),
    (write_frame(Refused("rate")), "broken"),
    (write_frame(Ping(0, 0)), "broken"),
    (hello(protocol=2), "protocol"),
    (hello(stream="another"), "stream"),
    (hello(gseq=99), "ahead"),
    (hello(gseq=1, hash="sha256:00"), "diverged"),
    (hello(origin=""), "broken"),
    (hello(gseq=-1), "broken"),
    ("a text", "broken"),
]


async def test_what_is_no_hello_is_refused_and_others_go_on(hall: Hall) -> None:
    desk = hall.replica("desk")
    written(desk, 1)
    async with served(hall.hall) as service:
        link = hall.link(desk, service.port)
        await until(settled(hall.store, (desk, link)))
        for said, code in NO_HELLOS:
            async with stranger(service) as socket:
                if isinstance(said, str):
                    await socket.send_str(said)
                else:
                    await socket.send_bytes(said)
                answer = read_from_hub((await socket.receive(5)).data)
                assert isinstance(answer, Refused)
                assert answer.code == code, said
                assert (await socket.receive(5)).type in (aiohttp.WSMsgType.CLOSE, aiohttp.WSMsgType.CLOSED)
        await until(lambda: service.ends == [code for _, code in NO_HELLOS])
        written(desk, 1)
        await until(settled(hall.store, (desk, link)))
        await hall.stop()


async def test_a_frame_that_is_too_big_ends_the_line_unread(hall: Hall) -> None:
    async with served(hall.hall) as service, stranger(service) as socket:
        with suppress(ConnectionError):
            await socket.send_bytes(bytes(5 * 1024 * 1024))
        await until(lambda: service.ends == ["too_big"])


async def test_a_desk_that_reads_nothing_is_let_go(hall: Hall, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.sync.sockets.SEND_S", 0.2)
    # More than the system's own buffers take.
    write(hall.store, *(counted("a", subjects=("note:" + "x" * 900_000,)) for _ in range(8)))
    async with served(hall.hall) as service:
        deaf = sockets.socket()
        deaf.setsockopt(sockets.SOL_SOCKET, sockets.SO_RCVBUF, 4_096)
        deaf.connect(("127.0.0.1", service.port))
        deaf.sendall(
            b"GET /sync HTTP/1.1\r\nHost: hub\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            b"Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\n\r\n"
        )
        said = hello(program="x" * 200)
        # Masked with zeros, as a client must: the bytes stay as they are.
        deaf.sendall(bytes([0x82, 0x80 | 126]) + len(said).to_bytes(2, "big") + bytes(4) + said)
        await until(lambda: service.ends == ["slow"])
        deaf.close()
        desk = hall.replica("desk")
        link = hall.link(desk, service.port)
        await until(settled(hall.store, (desk, link)))
        await hall.stop()


async def test_a_welcome_says_where_the_hub_stands(hall: Hall) -> None:
    async with served(hall.hall) as service, stranger(service) as socket:
        await socket.send_bytes(hello())
        answer = read_from_hub((await socket.receive(5)).data)
        assert isinstance(answer, Welcome)
        assert (answer.stream, answer.gseq, answer.oseq) == (hall.store.head().stream, 0, 0)


async def test_a_link_that_was_never_started_stops_at_once(hall: Hall) -> None:
    replica = hall.replica("desk")
    link = HubLink(
        replica, HubClock(SystemClock()), Way("http://127.0.0.1:9/", "hub"), lambda life: life.close(),
        program="x",
    )  # fmt: skip
    link.stop().result(0)
    link.start()
    assert link.status().phase == "connecting"
