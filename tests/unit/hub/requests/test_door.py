"""The door: who may come in, how fast, how big; and what nobody learns there."""

from __future__ import annotations

import asyncio
import logging
from typing import Any

import pytest

from app.hub.limits import BODY_BYTES_MAX, Settings
from app.hub.requests import door
from app.hub.requests.rates import Rates
from tests.unit.hub.serving import Served

REPORT = {"channel": "phone", "text": "路灯不亮"}


WITHOUT_A_GOOD_TOKEN_NOTHING_IS_DONE: list[Any] = [
    "",
    "Bearer",
    "Bearer ",
    "Bearer nobody",
    "Basic aW50YWtl",
    "intake",
    "Bearer intake extra",
    "Bearer 钥匙",
]


async def test_without_a_good_token_nothing_is_done(hub: Served) -> None:
    for authorization in WITHOUT_A_GOOD_TOKEN_NOTHING_IS_DONE:
        before = hub.hall.store.head().gseq
        headers = {"Authorization": authorization} if authorization else {}
        async with hub.send("POST", "/api/v1/reports", "", REPORT, **headers) as response:
            assert response.status == 401
            assert response.headers["WWW-Authenticate"].startswith('Bearer realm="muster"')
            assert (await response.json(content_type=None))["code"] == "unauthorised"
        assert hub.hall.store.head().gseq == before


async def test_every_answer_is_dressed(hub: Served) -> None:
    for method, path, status in (
        ("GET", "/healthz", 200),
        ("GET", "/api/v1/incidents/none", 404),
        ("GET", "/api/v1/nothing", 404),
        ("PATCH", "/api/v1/reports", 405),
    ):
        async with hub.send(method, path) as response:
            assert response.status == status
            assert response.headers["Server"] == "muster"
            assert response.headers["X-Content-Type-Options"] == "nosniff"
            assert response.headers["Cache-Control"] == "no-store"
            if status >= 400:
                assert response.content_type == "application/problem+json"
            if status == 405:
                assert response.headers["Allow"] == "POST"


async def test_problems_come_in_the_caller_s_language(hub: Served) -> None:
    said = {}
    for language in ("zh-CN", "en"):
        async with hub.send("GET", "/api/v1/incidents/none", Accept_Language=language) as response:
            assert response.headers["Content-Language"] == language[:2]
            said[language] = (await response.json(content_type=None))["detail"]
    assert said["zh-CN"] != said["en"]


BODIES_THAT_ARE_NOT_READ: list[Any] = [
    (b"{}", {"Content_Type": "text/plain"}, 415, "media_type"),
    (b"{}", {"Content_Type": "application/x-www-form-urlencoded"}, 415, "media_type"),
    (b"{}", {"Content_Encoding": "gzip"}, 415, "media_type"),
    (b"x" * (BODY_BYTES_MAX + 1), {}, 413, "too_big"),
    (b"[" * 1_000, {}, 400, "malformed"),
]


async def test_bodies_that_are_not_read(hub: Served) -> None:
    for body, headers, status, code in BODIES_THAT_ARE_NOT_READ:
        found, problem = await hub.ask("POST", "/api/v1/reports", "intake", body, **headers)
        assert (found, problem["code"]) == (status, code)


async def test_a_body_without_an_announced_size_ends_too(hub: Served) -> None:
    sent = 0

    async def endless() -> Any:
        nonlocal sent
        while True:
            sent += 65_536
            yield b" " * 65_536

    headers = {"Authorization": "Bearer intake", "Content-Type": "application/json"}
    try:
        async with hub.client.post(f"{hub.url}/api/v1/reports", data=endless(), headers=headers) as response:
            assert response.status == 413
    except ConnectionError:
        # The hub had hung up before the answer was read.
        pass
    assert sent < 100 * BODY_BYTES_MAX


async def test_a_body_that_never_comes_is_given_up(hub: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(door, "BODY_S", 0.05)

    async def stuck() -> Any:
        yield b"{"
        await asyncio.sleep(30)

    headers = {"Authorization": "Bearer intake", "Content-Type": "application/json"}
    async with hub.client.post(f"{hub.url}/api/v1/reports", data=stuck(), headers=headers) as response:
        assert response.status == 408


async def test_one_token_runs_wild_and_nobody_else_is_harmed(
    hub: Served, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    caplog.set_level(logging.INFO)
    monkeypatch.setattr(door, "PAUSE_S", 0)
    hub.front.callers = Rates(Settings().requests_per_s, 50)
    statuses = [(await hub.send("GET", "/api/v1/head", "intake")).status for _ in range(200)]
    assert statuses.count(429) == 150
    async with hub.send("GET", "/api/v1/head", "intake") as response:
        assert int(response.headers["Retry-After"]) >= 1
        assert (await response.json(content_type=None))["code"] == "rate"
    assert (await hub.ask("GET", "/api/v1/head", "dispatcher"))[0] == 200
    assert [r.message for r in caplog.records].count("hub.rate.failed") == 1
    # The clock of this hall stands still; once it goes on, so may the caller.
    hub.hall.time.advance(1_000)
    assert (await hub.ask("GET", "/api/v1/head", "intake"))[0] == 200


async def test_strangers_are_slowed_by_their_address(hub: Served) -> None:
    hub.front.strangers = Rates(1, 3)
    statuses = [(await hub.ask("GET", path, "nobody"))[0] for path in ("/api/v1/head", "/none") * 3]
    assert statuses == [401, 404, 401, 429, 429, 429]
    assert (await hub.ask("GET", "/api/v1/head", "intake"))[0] == 200


async def test_a_bug_is_logged_and_says_nothing(
    hub: Served, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def bug(*_: object) -> None:
        raise ZeroDivisionError("13800001234")

    monkeypatch.setattr(hub.front.hall.log, "read_after", bug)
    status, problem = await hub.ask("GET", "/api/v1/log", "auditor")
    assert (status, problem["code"]) == (500, "failed")
    assert "13800001234" not in str(problem)
    assert "hub.failed" in [r.message for r in caplog.records]


async def test_the_log_names_routes_and_nothing_that_was_asked(
    hub: Served, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "app.hub")
    case = hub.hall.register()
    await hub.ask("GET", f"/api/v1/incidents/{case.code}?q=13800001234")
    await hub.ask("GET", "/api/v1/incidents?q=13800001234")
    await hub.ask("GET", "/healthz", "")
    told = [getattr(r, "fields", {}) for r in caplog.records if r.message == "hub.request"]
    # A question that came through, and nothing of those that come every second.
    assert [fields["route"] for fields in told] == ["incidents.read", "incidents.list"]
    assert "13800001234" not in str(told)
    assert case.code not in str(told)
