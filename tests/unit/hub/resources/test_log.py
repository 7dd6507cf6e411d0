"""The log for those who may read all of it, and where it stands."""

from __future__ import annotations

import msgspec
import pytest

from app.hub.resources import log
from tests.unit.hub.serving import Served


class Line(msgspec.Struct):
    """As much of a line as the test of its bytes asks for."""

    gseq: int
    entry: msgspec.Raw


class Page(msgspec.Struct):
    """Likewise."""

    entries: list[Line]


async def test_the_log_page_by_page_is_the_log(hub: Served) -> None:
    for _ in range(5):
        hub.hall.register()
    head = hub.hall.store.head()
    found, after = [], 0
    while True:
        status, page = await hub.ask("GET", f"/api/v1/log?after={after}&limit=7", "auditor")
        assert status == 200
        assert page["head"] == head.gseq
        if not page["entries"]:
            break
        found += page["entries"]
        after = found[-1]["gseq"]
    assert [line["gseq"] for line in found] == list(range(1, head.gseq + 1))
    assert found[-1]["hash"] == head.hash
    real = hub.hall.store.read_after(0, 1_000)
    assert [line["entry"]["eid"] for line in found] == [numbered.entry.eid for numbered in real]
    assert [line["prev_hash"] for line in found[1:]] == [line["hash"] for line in found[:-1]]


async def test_the_bytes_are_those_the_hash_was_made_of(hub: Served) -> None:
    async with hub.send("GET", "/api/v1/log?after=0&limit=3", "auditor") as response:
        raw = await response.read()

    page = msgspec.json.decode(raw, type=Page)
    real = hub.hall.store.read_after(0, 3)
    assert [bytes(line.entry) for line in page.entries] == [numbered.raw for numbered in real]


async def test_a_page_ends_where_it_grows_too_big(hub: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    for _ in range(3):
        hub.hall.register()
    monkeypatch.setattr(log, "LOG_PAGE_BYTES", 1)
    status, page = await hub.ask("GET", "/api/v1/log?after=0&limit=100", "auditor")
    assert status == 200
    assert [line["gseq"] for line in page["entries"]] == [1]


async def test_only_with_the_permission(hub: Served) -> None:
    for who in ("intake", "dispatcher", "lead", "unit"):
        status, problem = await hub.ask("GET", "/api/v1/log", who)
        assert (status, problem["code"], problem["rule"]) == (403, "role_not_allowed", "read_log")


async def test_the_head(hub: Served) -> None:
    head = hub.hall.store.head()
    assert await hub.ask("GET", "/api/v1/head", "unit") == (
        200,
        {"stream": head.stream, "epoch": head.epoch, "gseq": head.gseq, "hash": head.hash},
    )
