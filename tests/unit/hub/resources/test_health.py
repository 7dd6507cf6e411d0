"""What those see who watch the service."""

from __future__ import annotations

from concurrent.futures import Future
from typing import Any

import pytest

from app.base.errors import WorldError
from tests.unit.hub.serving import Served


async def test_a_hub_that_works(hub: Served) -> None:
    status, answer = await hub.ask("GET", "/healthz", "")
    head = hub.hall.store.head()
    assert (status, answer["status"], answer["head"]["gseq"]) == (200, "ok", head.gseq)


async def test_a_disk_that_refuses_shows_and_recovers(hub: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> Future[Any]:
        future: Future[Any] = Future()
        future.set_exception(WorldError("disk_full", path="/srv/secret/muster.db"))
        return future

    report = {"channel": "phone", "text": "路灯不亮"}
    with monkeypatch.context() as broken:
        broken.setattr(hub.front.hall.acting, "register", full)
        async with hub.send("POST", "/api/v1/reports", "intake", report) as response:
            assert response.status == 503
            assert response.headers["Retry-After"]
            text = await response.text()
            assert '"disk_full"' in text
            assert "secret" not in text
        status, answer = await hub.ask("GET", "/healthz", "")
        assert (status, answer["status"], answer["writes"], answer["log"]) == (503, "failing", False, True)
        assert "muster_append_failing 1" in await (await hub.send("GET", "/metrics", "")).text()
    assert (await hub.ask("POST", "/api/v1/reports", "intake", report))[0] == 201
    assert (await hub.ask("GET", "/healthz", ""))[0] == 200


async def test_a_log_that_cannot_be_read(hub: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise WorldError("database_damaged", path="x")

    monkeypatch.setattr(hub.hall.store, "read_after", broken)
    status, answer = await hub.ask("GET", "/healthz", "")
    assert (status, answer["log"]) == (503, False)


async def test_figures(hub: Served) -> None:
    await hub.ask("POST", "/api/v1/reports", "intake", {"channel": "phone", "text": "路灯不亮"})
    await hub.ask("GET", "/api/v1/head", "nobody")
    async with hub.send("GET", "/metrics", "") as response:
        assert response.headers["Content-Type"].startswith("text/plain; version=0.0.4")
        lines = (await response.text()).splitlines()
    assert 'muster_http_requests_total{route="reports.take",status="201"} 1' in lines
    assert 'muster_refused_total{code="unauthorised"} 1' in lines
    assert "muster_entries_total 1" in lines
    assert f"muster_log_head {hub.hall.store.head().gseq}" in lines
    assert "muster_append_seconds_count 1" in lines
