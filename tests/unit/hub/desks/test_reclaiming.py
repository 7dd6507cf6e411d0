"""How long a restored hub waits for its desks, and that it then begins, whatever its disk says first."""

from __future__ import annotations

import asyncio
from concurrent.futures import Future
from types import SimpleNamespace
from typing import Any

import pytest

from app.base.clock import SECOND_MS, ManualClock
from app.base.errors import WorldError
from app.hub.desks import reclaiming
from app.hub.desks.hall import standing_of
from app.hub.desks.reclaiming import Reclaiming
from app.log.entries import Head
from tests.helpers.served_line import until

HEAD = Head("stream", 2, 7, "hash")


class Recovery:
    """Says no as often as `refusals` has left, then begins."""

    def __init__(self, refusals: int = 0) -> None:
        self.reclaiming = True
        self.refusals = refusals

    def begin_epoch(self) -> Future[Head]:
        future: Future[Head] = Future()
        if self.refusals:
            self.refusals -= 1
            future.set_exception(WorldError("disk_full", path="x"))
        else:
            self.reclaiming = False
            future.set_result(HEAD)
        return future


class Hub:
    def __init__(self, *devices: str, refusals: int = 0) -> None:
        self.clock = ManualClock(1_000)
        self.devices = dict.fromkeys(devices)
        self.began: list[Head] = []
        self.here: list[str] = []
        self.recovery = Recovery(refusals)
        self.hall: Any = SimpleNamespace(
            recovery=self.recovery,
            clock=self.clock,
            reclaim_ms=60 * SECOND_MS,
            reading=SimpleNamespace(hall=self),
            log=SimpleNamespace(head=lambda: HEAD),
            began=self.began.append,
        )
        self.task = asyncio.create_task(Reclaiming(self.hall).run(lambda: list(self.here)))

    async def looks(self) -> None:
        """Time for some looks at who is here."""
        await asyncio.sleep(5 * reclaiming.LOOK_S)


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reclaiming, "LOOK_S", 0.005)


async def test_the_wait_ends_with_the_last_desk() -> None:
    hub = Hub("a", "b")
    hub.here = ["a"]
    await hub.looks()
    assert not hub.task.done()
    # The first has left again: it was heard.
    hub.here = ["b"]
    assert await asyncio.wait_for(hub.task, 5)
    assert hub.began == [HEAD]


async def test_a_desk_that_the_log_did_not_know_yet_is_waited_for() -> None:
    hub = Hub("a")
    hub.devices["late"] = None
    hub.here = ["a"]
    await hub.looks()
    assert not hub.task.done()
    del hub.devices["late"]
    assert await asyncio.wait_for(hub.task, 5)


async def test_the_wait_ends_with_the_time() -> None:
    hub = Hub("a")
    await hub.looks()
    hub.clock.advance(59 * SECOND_MS)
    await hub.looks()
    assert not hub.task.done()
    hub.clock.advance(2 * SECOND_MS)
    assert await asyncio.wait_for(hub.task, 5)


async def test_a_full_disk_is_waited_out() -> None:
    hub = Hub(refusals=3)
    await until(hub.task.done)
    assert (hub.began, hub.recovery.refusals) == ([HEAD], 0)


async def test_a_log_that_was_never_restored_waits_for_nobody() -> None:
    hub = Hub("a")
    hub.recovery.reclaiming = False
    assert not await asyncio.wait_for(hub.task, 5)
    assert hub.began == []


@pytest.mark.parametrize(
    ("reclaiming", "key", "known", "standing"),
    [
        (True, "k", False, ""),
        (True, "", False, "origin"),
        (False, "k", False, "origin"),
        (True, "k", True, "revoked"),
    ],
)
def test_a_desk_whose_enrolment_was_lost_is_heard_while_the_hub_reclaims(
    reclaiming: bool, key: str, known: bool, standing: str
) -> None:
    hall: Any = SimpleNamespace(
        recovery=SimpleNamespace(reclaiming=reclaiming),
        reading=SimpleNamespace(hall=SimpleNamespace(devices={})),
        log=SimpleNamespace(history=lambda _subject: [1] if known else []),
    )
    assert standing_of(hall, "origin", key) == standing
