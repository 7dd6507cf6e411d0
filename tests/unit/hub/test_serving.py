"""Listening: addresses, ports that are taken, strangers that speak no HTTP, and a clean end."""

from __future__ import annotations

import asyncio
import logging
import shutil
import ssl
from pathlib import Path

import aiohttp
import pytest

from app.base.clock import SystemClock
from app.base.errors import UsageError, WorldError
from app.hub.service import make_service
from app.hub.serving import Listen, read_listen, serve
from tests.helpers.halls import hall
from tests.unit.hub.serving import Served, hub_of, served


@pytest.mark.parametrize(
    ("text", "listen"),
    [
        ("127.0.0.1:8443", Listen("127.0.0.1", 8443)),
        ("localhost:0", Listen("localhost", 0)),
        ("[::1]:80", Listen("::1", 80)),
        ("0.0.0.0:65535", Listen("0.0.0.0", 65535)),
    ],
)
def test_an_address(text: str, listen: Listen) -> None:
    assert read_listen(text) == listen


@pytest.mark.parametrize(
    "text", ["", "8443", ":8443", "host:", "host:x", "host:65536", "host:-1", "host:８０"]
)
def test_what_is_no_address(text: str) -> None:
    with pytest.raises(UsageError) as caught:
        read_listen(text)
    assert caught.value.key == "listen_wrong"


async def test_a_port_that_is_taken(hub: Served, tmp_path: Path, founded: Path) -> None:
    port = int(hub.url.rpartition(":")[2])
    shutil.copytree(founded, tmp_path / "other")
    with hall(tmp_path / "other") as made:
        other, acting = hub_of(made)
        with pytest.raises(WorldError) as caught:
            async with serve(make_service(other), Listen("127.0.0.1", port)):
                raise AssertionError("two services on one port")
        acting.close()
    assert caught.value.key == "listen_failed"


async def test_who_speaks_no_http_learns_nothing(hub: Served, caplog: pytest.LogCaptureFixture) -> None:
    port = int(hub.url.rpartition(":")[2])
    for said in (b"\x16\x03\x01 hello\r\n\r\n", b"GET / HTTP/9.9\r\n\r\n", b"GET " + b"a" * 20_000):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(said)
        answer = await reader.read(4_000)
        assert b"aiohttp" not in answer
        assert b"Python" not in answer
        writer.close()
    assert (await hub.ask("GET", "/healthz", ""))[0] == 200
    # Told once, not for every scan.
    assert [r.message for r in caplog.records if r.levelno >= logging.WARNING] == ["hub.protocol.failed"]


async def test_followers_are_told_goodbye_when_the_service_ends(tmp_path: Path, founded: Path) -> None:
    shutil.copytree(founded, tmp_path / "hall")
    async with aiohttp.ClientSession() as client:
        async with served(tmp_path / "hall") as hub:
            headers = {"Authorization": "Bearer lead"}
            socket = await client.ws_connect(f"{hub.url}/api/v1/live", headers=headers)
        message = await socket.receive(timeout=10)
        assert (message.type, message.data) == (aiohttp.WSMsgType.CLOSE, aiohttp.WSCloseCode.GOING_AWAY)


async def test_tls_is_strict(tmp_path: Path, founded: Path) -> None:
    shutil.copytree(founded, tmp_path / "hall")
    async with served(tmp_path / "hall", SystemClock(), tls=True) as hub:
        assert hub.url.startswith("https://")
        context = ssl.create_default_context()
        with pytest.raises(aiohttp.ClientConnectorCertificateError):
            await hub.client.get(f"{hub.url}/healthz", ssl=context)
        assert hub.front.hall.safety is not None
        context.load_verify_locations(cadata=hub.front.hall.safety.ca.pem)
        async with hub.client.get(f"{hub.url}/healthz", ssl=context) as response:
            assert response.status == 200
            assert "Strict-Transport-Security" in response.headers
