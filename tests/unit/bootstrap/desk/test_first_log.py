"""A new desk of a hub with a long log begins with its snapshot; if that fails, the log comes by the line."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import msgspec
import pytest

from app.base import paths
from app.base.clock import SystemClock
from app.base.errors import WorldError
from app.base.language import load_language
from app.base.passwords import Passwords
from app.bootstrap.desk.opening import OpenDesk, hub_of, open_desk
from app.bootstrap.opening import NumberingHall, open_hall
from app.bootstrap.service import serve_hall
from app.bootstrap.worker import Worker
from app.hub.desks import snapshots
from app.hub.safety.safety import Safety
from app.hub.safety.settings import SafetySettings
from app.hub.serving import Listen
from app.sync.hub_calls import HubCalls
from app.sync.joining import bootstrapping

# A TLS line that is cut ends a moment after its loop did: nothing of the program waits for it.
pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")

LANGUAGE = load_language("en", paths.languages())


class Hub:
    def __init__(self, hall: NumberingHall, safety: Safety, url: str) -> None:
        self.hall = hall
        self.safety = safety
        self.url = url

    def code(self) -> str:
        given = self.safety.enrolment.invite("Seat")
        assert isinstance(given, str)
        return given


@contextmanager
def desk_of(hub: Hub, data: Path, code: str | None = None) -> Iterator[OpenDesk]:
    told: list[tuple[int, int]] = []
    failures: list[BaseException] = []
    with open_desk(
        data,
        SystemClock(),
        lambda origin: hub_of(data, hub.url, code, origin, LANGUAGE),
        failures.append,
        language=LANGUAGE,
        fetching=lambda done, total: told.append((done, total)),
    ) as desk:
        desk_told[id(desk)] = told
        yield desk
    assert failures == []


desk_told: dict[int, list[tuple[int, int]]] = {}


def until(true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 30
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def together(desk: OpenDesk, hub: Hub) -> bool:
    there, here = hub.hall.store.head(), desk.hall.store.head()
    return (there.gseq, there.hash) == (here.gseq, here.hash)


@pytest.fixture
def hub(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Hub]:
    tls = getattr(request, "param", True)
    monkeypatch.setattr(snapshots, "SNAPSHOT_FROM", 3)
    monkeypatch.setattr(bootstrapping, "ASK_AGAIN_S", 0.05)
    failures: list[BaseException] = []
    with ExitStack() as held:
        hall = held.enter_context(open_hall(tmp_path / "hub", SystemClock(), language=LANGUAGE))
        safety = Safety(hall.store, hall.commander.desk, SafetySettings(), Passwords(8, 1, 1))
        held.callback(safety.close)
        worker = Worker(hall, failures.append)
        held.callback(worker.close)
        service = serve_hall(hall, worker, safety, Listen("127.0.0.1", 0), tls=tls, failed=failures.append)
        held.callback(service.close)
        yield Hub(hall, safety, service.url())
    assert failures == []


@pytest.mark.parametrize("hub", [True, False], indirect=True, ids=["tls", "plain loopback"])
def test_a_new_desk_has_the_hubs_log_before_its_line_is_up(
    hub: Hub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cuts = [0]
    whole = HubCalls.pieces

    def cut(self: HubCalls, path: str, start: int) -> Iterator[bytes]:
        for piece in whole(self, path, start):
            half = len(piece) // 2
            yield piece[:half]
            cuts[0] += 1
            if cuts[0] < 4:
                raise WorldError("hub_away", url=self.url, detail="cut")
            yield piece[half:]

    monkeypatch.setattr(HubCalls, "pieces", cut)
    head = hub.hall.store.head().gseq
    with desk_of(hub, tmp_path / "desk", hub.code()) as desk:
        assert desk.hall.store.head().gseq >= head
        assert desk_told[id(desk)][-1][0] == desk_told[id(desk)][-1][1]
        until(lambda: together(desk, hub))
        assert desk.hall.projector.hall.devices == hub.hall.projector.hall.devices
        digest = desk.hall.projector.state_digest(desk.hall.store.reader())
        assert digest == hub.hall.projector.state_digest(hub.hall.store.reader())
    assert cuts[0] >= 4
    assert list((tmp_path / "desk").glob("snapshot-*")) == []
    # A desk that has a log asks for none.
    monkeypatch.setattr(HubCalls, "pieces", None)
    with desk_of(hub, tmp_path / "desk") as desk:
        until(lambda: together(desk, hub))


@pytest.mark.parametrize("fault", ["file", "signature", "signer", "away"])
def test_a_snapshot_that_is_not_the_hubs_is_not_used(
    hub: Hub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fault: str
) -> None:
    whole, offered = HubCalls.pieces, bootstrapping._offer

    def pieces(self: HubCalls, path: str, start: int) -> Iterator[bytes]:
        if fault == "away":
            raise WorldError("hub_away", url=self.url, detail="cut")
        for piece in whole(self, path, start):
            yield bytes([piece[0] ^ 1]) + piece[1:] if fault == "file" else piece

    def offer(*given: Any, **more: Any) -> Any:
        made = offered(*given, **more)
        assert made is not None
        if fault == "signature":
            return msgspec.structs.replace(made, signature=bytes(64))
        if fault == "signer":
            device = (tmp_path / "desk" / "device" / "device.pem").read_text()
            return msgspec.structs.replace(made, signer=device)
        return made

    monkeypatch.setattr(HubCalls, "pieces", pieces)
    monkeypatch.setattr(bootstrapping, "_offer", offer)
    monkeypatch.setattr(bootstrapping, "CUTS_MAX", 2)
    installed: list[int] = []
    monkeypatch.setattr(
        "app.bootstrap.desk.first_log.install_snapshot", lambda *_given, **_more: installed.append(1)
    )
    with desk_of(hub, tmp_path / "desk", hub.code()) as desk:
        until(lambda: together(desk, hub))
    assert installed == []
