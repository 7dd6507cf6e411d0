"""The live feed: who follows hears of every change that is theirs, soon and once, and of nothing else."""

from __future__ import annotations

from typing import Any

import aiohttp
import pytest

from app.hub.live import followers
from app.hub.resources import live
from tests.helpers.halls import actor
from tests.helpers.served_line import until
from tests.unit.hub.serving import Served


class Following:
    """A follower of a test."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self.socket = socket

    async def next(self, kind: str) -> dict[str, Any]:
        while True:
            message: dict[str, Any] = await self.socket.receive_json(timeout=10)
            if message["type"] == kind:
                return message

    async def incidents(self, count: int) -> list[str]:
        """The first `count` incidents that are named."""
        found: list[str] = []
        while len(found) < count:
            found += (await self.next("board"))["incidents"]
        return found


async def follow(hub: Served, who: str) -> Following:
    headers = {"Authorization": f"Bearer {who}"}
    return Following(await hub.client.ws_connect(f"{hub.url}/api/v1/live", headers=headers))


async def test_changes_come_by_incident(hub: Served) -> None:
    following = await follow(hub, "lead")
    case = hub.hall.register()
    assert await following.incidents(1) == [case.id]
    hub.hall.do(case, "accept", actor("intake"), category="0602", place_confirmed=True)
    message = await following.next("board")
    assert message["incidents"] == [case.id]
    assert message["gseq"] == hub.hall.store.head().gseq


async def test_a_unit_hears_of_its_own_cases_only(hub: Served) -> None:
    unit, area = await follow(hub, "unit"), await follow(hub, "area")
    others = hub.hall.dispatched(lead="GA")
    mine = hub.hall.dispatched(lead="CG")
    fresh = hub.hall.register(area="990101002")
    last = hub.hall.dispatched(lead="CG")
    heard = await unit.incidents(1)
    while last.id not in heard:
        heard += await unit.incidents(1)
    assert set(heard) == {mine.id, last.id}
    assert others.id not in heard
    assert await area.incidents(1) == [fresh.id]


async def test_telemetry_comes_whole_and_then_as_it_changes(hub: Served) -> None:
    def body(*ids: str, lon: float) -> dict[str, Any]:
        return {"positions": [{"id": name, "lon": lon, "lat": 30} for name in ids]}

    await hub.ask("POST", "/api/v1/telemetry", body=body("a", "b", lon=104))
    following, unit = await follow(hub, "lead"), await follow(hub, "unit")
    first = await following.next("telemetry")
    assert sorted(p["id"] for p in first["positions"]) == ["a", "b"]
    hub.hall.time.advance(10)
    await hub.ask("POST", "/api/v1/telemetry", body=body("b", lon=105))
    second = await following.next("telemetry")
    assert [(p["id"], p["lon"]) for p in second["positions"]] == [("b", 105.0)]
    mine = hub.hall.dispatched(lead="CG")
    # Telemetry is the centre's: the first thing a unit hears is its own case.
    message = await unit.socket.receive_json(timeout=10)
    assert (message["type"], message["incidents"]) == ("board", [mine.id])


async def test_so_much_at_once_means_read_anew(hub: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(followers, "LIVE_IDS_MAX", 2)
    whole, unit = await follow(hub, "lead"), await follow(hub, "unit")
    # Commits of one breath: the loop gets its turn only afterwards.
    for _ in range(5):
        hub.hall.register()
    for following in (whole, unit):
        message = await following.next("board")
        assert (message["incidents"], message["anew"]) == ([], True)


async def test_a_revoked_machine_is_let_go(hub: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live, "AGAIN_S", 0)
    following = await follow(hub, "lead")
    hub.hall.register()
    await following.incidents(1)
    tokens: Any = hub.front.hall.tokens
    del tokens.grants["lead"]
    hub.hall.register()
    message = await following.socket.receive(timeout=10)
    assert message.type in (aiohttp.WSMsgType.CLOSE, aiohttp.WSMsgType.CLOSED)


async def test_who_talks_is_no_follower(hub: Served) -> None:
    following = await follow(hub, "lead")
    await following.socket.send_str("hello")
    message = await following.socket.receive(timeout=10)
    assert (message.type, message.data) == (aiohttp.WSMsgType.CLOSE, 1008)
    big = await follow(hub, "lead")
    await big.socket.send_str("x" * 100_000)
    message = await big.socket.receive(timeout=10)
    assert (message.type, message.data) == (aiohttp.WSMsgType.CLOSE, 1009)
    await until(lambda: hub.front.followers == 0)


async def test_no_more_than_there_is_room_for(hub: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live, "FOLLOWERS_MAX", 1)
    first = await follow(hub, "lead")
    with pytest.raises(aiohttp.WSServerHandshakeError) as caught:
        await follow(hub, "lead")
    assert caught.value.status == 503
    await first.socket.close()


async def test_plain_requests_are_told_to_upgrade(hub: Served) -> None:
    status, problem = await hub.ask("GET", "/api/v1/live")
    assert (status, problem["code"]) == (426, "upgrade")
    assert (await hub.ask("GET", "/api/v1/live", "admin"))[0] == 403


async def test_a_page_in_a_browser_gets_no_socket(hub: Served) -> None:
    for path in ("live", "sync"):
        with pytest.raises(aiohttp.WSServerHandshakeError) as caught:
            await hub.client.ws_connect(
                f"{hub.url}/api/v1/{path}",
                headers={"Authorization": "Bearer lead", "Origin": "https://example.org"},
            )
        assert caught.value.status == 403
