"""A served hall for tests: the small founded hall behind the real service, on a free port of this PC."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import asynccontextmanager
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

import aiohttp
import msgspec

from app.base import paths
from app.base.clock import Clock
from app.base.language import LANGUAGES, Language, load_language
from app.commands.command import Command, NewReport, Outcome
from app.commands.refused import RefusedError
from app.commands.requesting import Wish, make_request
from app.commands.revealing import reveal
from app.domain.actor import Actor
from app.domain.incident import Incident
from app.domain.refusal import Refusal
from app.hub.front import Front
from app.hub.hall import HubHall
from app.hub.limits import Settings
from app.hub.requests.grants import Grant
from app.hub.safety.safety import Safety
from app.hub.safety.settings import SafetySettings
from app.hub.service import FRONT, make_service
from app.hub.serving import Listen, serve
from app.projections.reading import Reading
from tests.helpers.halls import TestHall, hall
from tests.helpers.safety import quick_passwords

Result = TypeVar("Result")

GRANTS = {
    "intake": Grant("t-intake", "intake client", "intake"),
    "window": Grant("t-window", "another intake client", "intake"),
    "dispatcher": Grant("t-dispatcher", "dispatch client", "dispatcher"),
    "lead": Grant("t-lead", "shift lead", "shift_lead"),
    "unit": Grant("t-unit", "city management", "handler", "CG"),
    "police": Grant("t-police", "another unit", "handler", "GA"),
    "street": Grant("t-street", "street office", "handler", "JD@990101002"),
    "area": Grant("t-area", "one street only", "dispatcher", areas=("990101002",)),
    "admin": Grant("t-admin", "system administrator", "admin"),
    "seated": Grant("s-seat", "a person", "dispatcher", operator="op-dispatcher-ZZZX", session="s-seat"),
    "auditor": Grant("t-auditor", "audit", "auditor"),
}
"""Callers by the secret of their token."""


@cache
def spoken() -> dict[str, Language]:
    return {code: load_language(code, paths.languages()) for code in LANGUAGES}


class PlainTokens:
    """Tokens as a table."""

    def __init__(self) -> None:
        self.grants = dict(GRANTS)
        self.asked = 0

    def find(self, secret: str) -> Grant | None:
        self.asked += 1
        return self.grants.get(secret)


class OneThread:
    """The hall's worker: one thread, commands in turn."""

    def __init__(self, made: TestHall) -> None:
        self._hall = made
        self._thread = ThreadPoolExecutor(1)

    def submit(self, command: Command, actor: Actor) -> Future[Outcome]:
        return self.call(lambda: self._hall.commander.submit(command, actor))

    def register(self, report: NewReport, actor: Actor) -> Future[Outcome]:
        return self.call(lambda: self._hall.commander.register(report, actor))

    def reveal(self, incident: str, field: str, ref: str, reason: str, actor: Actor) -> Future[str]:
        def work() -> str:
            store = self._hall.store
            value = reveal(self._hall.commander.desk, store.vault, incident, ref, reason, actor)
            if isinstance(value, Refusal):
                raise RefusedError(value)
            return value

        return self.call(work)

    def request(self, wish: Wish, actor: Actor) -> Future[Outcome]:
        return self.call(lambda: make_request(self._hall.commander.desk, wish, actor))

    def call(self, work: Callable[[], Result]) -> Future[Result]:
        return self._thread.submit(work)

    def close(self) -> None:
        self._thread.shutdown()


class Served:
    """A hall, its service and a client."""

    def __init__(self, made: TestHall, front: Front, url: str, client: aiohttp.ClientSession) -> None:
        self.hall = made
        self.front = front
        self.url = url
        self.client = client
        self.known: Incident | None = None

    async def ask(
        self, method: str, path: str, who: str = "dispatcher", body: Any = None, **headers: str
    ) -> tuple[int, Any]:
        """Status and decoded body; `headers` with _ for -."""
        async with self.send(method, path, who, body, **headers) as response:
            return response.status, await response.json(content_type=None)

    def send(self, method: str, path: str, who: str = "dispatcher", body: Any = None, **headers: str) -> Any:
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        if who:
            sent["Authorization"] = f"Bearer {who}"
        data = None
        if body is not None:
            data = body if isinstance(body, bytes) else msgspec.json.encode(body)
            sent.setdefault("Content-Type", "application/json")
        return self.client.request(method, f"{self.url}{path}", data=data, headers=sent)


def hub_of(made: TestHall, settings: Settings | None = None) -> tuple[HubHall, OneThread]:
    """What the service wants to know of the small hall."""
    reading = Reading(made.store, made.projector, made.projector.attach())
    acting = OneThread(made)
    hub = HubHall(
        log=made.store,
        reading=reading,
        acting=acting,
        tokens=PlainTokens(),
        clock=made.clock,
        languages=spoken(),
        letters="A1",
        safety=Safety(made.store, made.commander.desk, SafetySettings(), quick_passwords()),
        settings=settings or Settings(10_000, 10_000),
        attachments=made.store.attachments,
        upper=made.store,
    )
    return hub, acting


@asynccontextmanager
async def served(
    folder: Path, clock: Clock | None = None, settings: Settings | None = None, *, tls: bool = False
) -> AsyncIterator[Served]:
    """The hall in `folder`, founded when it is new; with `tls` under its own CA."""
    with hall(folder, clock) as made:
        async with serving(made, settings, tls=tls) as found:
            yield found


@asynccontextmanager
async def serving(
    made: TestHall, settings: Settings | None = None, *, tls: bool = False
) -> AsyncIterator[Served]:
    """The same for a hall that is open already."""
    hub, acting = hub_of(made, settings)
    service = make_service(hub)
    assert hub.safety is not None
    context = hub.safety.ca.server_context(["127.0.0.1"], made.clock.now()) if tls else None
    try:
        async with serve(service, Listen("127.0.0.1", 0), context) as url, aiohttp.ClientSession() as client:
            yield Served(made, service[FRONT], url, client)
    finally:
        acting.close()
        hub.safety.close()
