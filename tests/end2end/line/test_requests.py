"""Hostile requests of machine clients against a running hub: refused as problems, others unharmed."""

from __future__ import annotations

import http.client
import json
import ssl
import sys
import threading
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import msgspec
import pytest

from app.bootstrap.control import ask_running
from app.bootstrap.safety_verbs import RevokeToken
from app.hub.openapi import PROBLEM_MEDIA
from app.hub.table import ROUTES
from app.sync.joining.tls import pinned_context
from tests.helpers.line_programs import Desks, Hub, status
from tests.helpers.proving import proved, same

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform == "win32", reason="no SIGKILL"),
]

HOSTILE = (
    "'; DROP TABLE entry; --",
    '" OR ""="',
    "../../../../etc/passwd",
    "..\\..\\muster.key",
    "%2e%2e%2f%00",
    "\u202e\ufeff\u0001{{7*7}}${7*7}",
    "x" * 5_000,
)

CALLERS = {"/api/v1/reports": "intake", "/api/v1/log": "auditor"}


class Machine:
    """A machine client with tokens of several roles."""

    def __init__(self, hub: Hub) -> None:
        self._context: ssl.SSLContext = pinned_context((hub.data / "ca" / "ca.pem").read_text())
        self._hub = hub
        self.tokens = {role: hub.token(role, role) for role in ("intake", "auditor", "shift_lead")}
        self._line = self.line()

    def line(self) -> http.client.HTTPSConnection:
        return http.client.HTTPSConnection(self._hub.host, self._hub.port, timeout=30, context=self._context)

    def ask(
        self, method: str, path: str, body: object = None, token: str = "", **headers: str
    ) -> tuple[int, str, bytes]:
        """Status, media type and body of the answer."""
        sent: dict[str, str] = {"Authorization": f"Bearer {token}"} if token else {}
        sent |= {name.replace("_", "-"): value for name, value in headers.items()}
        data = json.dumps(body).encode() if body is not None else None
        if data is not None:
            sent["Content-Type"] = "application/json"
        try:
            self._line.request(method, path, data, sent)
            answer = self._line.getresponse()
        except (ConnectionError, http.client.HTTPException):
            # The hub hangs up on what is no request at all, and on lines that were idle.
            self._line.close()
            self._line = self.line()
            self._line.request(method, path, data, sent)
            answer = self._line.getresponse()
        return answer.status, answer.headers.get_content_type(), answer.read()

    def role(self, path: str) -> str:
        return self.tokens[CALLERS.get(path, "shift_lead")]

    def close(self) -> None:
        self._line.close()


class Scene:
    """A hub, a desk at work, and a machine."""

    def __init__(self, folder: Path) -> None:
        self.hub = Hub(folder / "hub", tls=True).start()
        self.desk = Desks([folder / "desk"], self.hub.url, [self.hub.invite()]).start()
        self.machine = Machine(self.hub)

    def unharmed(self) -> None:
        self.desk.ask("register")
        told = status(self.desk.ask("wait", pending=0, phase="live", s=20))
        assert (told.pending, told.phase) == (0, "live")
        head = proved(self.hub.data).head.gseq
        self.desk.ask("wait", gseq=head)
        same(self.hub.data, self.desk.data)

    def close(self) -> None:
        self.machine.close()
        self.desk.kill()
        self.hub.kill()


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    scene = Scene(tmp_path_factory.mktemp("requests"))
    try:
        yield scene
    finally:
        scene.close()


def sound(answer: tuple[int, str, bytes]) -> None:
    """An answer of ours, whatever was asked: no fault of the hub, no trace of its insides."""
    code, media, body = answer
    assert code < 500, body
    assert media in (PROBLEM_MEDIA, "application/json", "text/plain"), media
    if code >= 400:
        assert media == PROBLEM_MEDIA
    assert b"Traceback" not in body
    assert b"sqlite" not in body.lower()
    assert b"root:" not in body


ASKED = [route for route in ROUTES if not route.upgrades]


@pytest.mark.parametrize("route", ASKED, ids=[route.name for route in ASKED])
def test_sql_and_path_characters_in_every_field(scene: Scene, route: Any) -> None:
    machine, token = scene.machine, scene.machine.role(route.path)
    for hostile in HOSTILE:
        path, named = route.path, 0
        while "{" in path:
            before, _, rest = path.partition("{")
            path, named = before + quote(hostile[:400], safe="") + rest.partition("}")[2], named + 1
        if named:
            sound(machine.ask(route.method, path, {} if route.body else None, token))
        for name in fields(route.query):
            query = urlencode({name: hostile})
            sound(machine.ask(route.method, f"{path}?{query}", {} if route.body else None, token))
        for name in fields(route.body):
            for value in (hostile, [hostile], {hostile: hostile}):
                body = plainest(route.path) | {name: value}
                key = json.dumps(hostile)[:80]
                sound(machine.ask(route.method, path, body, token, Idempotency_Key=key))
    scene.unharmed()


def fields(struct: Any) -> list[str]:
    """The fields of a query or a body; one that no struct describes takes any."""
    if struct is None:
        return []
    if isinstance(struct, type) and issubclass(struct, msgspec.Struct):
        return [found.encode_name for found in msgspec.structs.fields(struct)]
    return ["reason", "lead_department"]


def plainest(path: str) -> Mapping[str, Any]:
    return {"channel": "phone", "text": "路灯不亮"} if path.endswith("/reports") else {}


def test_what_a_caller_wrote_comes_back_as_it_was_written(scene: Scene) -> None:
    token = scene.machine.tokens["intake"]
    for hostile in HOSTILE[:4]:
        body = {"channel": "phone", "text": hostile, "external_id": hostile}
        code, _, answer = scene.machine.ask("POST", "/api/v1/reports", body, token)
        assert code == 201, answer
        again, _, same_answer = scene.machine.ask("POST", "/api/v1/reports", body, token)
        assert (again, same_answer) == (200, answer)
        incident = json.loads(answer)["incident"]
        lead = scene.machine.tokens["shift_lead"]
        _, _, shown = scene.machine.ask("GET", f"/api/v1/incidents/{incident}", None, lead)
        assert hostile in json.dumps(json.loads(shown), ensure_ascii=False).replace('\\"', '"').replace(
            "\\\\", "\\"
        )
    scene.unharmed()


@pytest.mark.parametrize(
    "request_",
    [
        b"GET /api/v1/../../etc/passwd HTTP/1.1\r\nHost: h\r\n\r\n",
        b"GET //etc/passwd HTTP/1.1\r\nHost: h\r\n\r\n",
        b"GET /api/v1/head\x00 HTTP/1.1\r\nHost: h\r\n\r\n",
        b"POST /api/v1/reports HTTP/1.1\r\nHost: h\r\nContent-Length: -1\r\n\r\n",
        b"POST /api/v1/reports HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n"
        b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        b"GET / HTTP/9.9\r\n\r\n",
        b"\x16\x03\x01\x00\x00",
        b"X" * 70_000,
    ],
)
def test_what_is_no_request_is_turned_away(scene: Scene, request_: bytes) -> None:
    line = scene.machine.line()
    line.connect()
    try:
        try:
            # Who says such things may be turned away before they have said them all.
            line.sock.sendall(request_ + b"\r\n\r\n")
            answer = line.sock.recv(4_096)
        except (ConnectionError, ssl.SSLError):
            answer = b""
    finally:
        line.close()
    assert not answer or answer.split(b" ", 2)[1][:1] == b"4", answer
    assert b"root:" not in answer
    scene.unharmed()


def test_a_stolen_token_is_of_no_use_once_it_is_revoked(scene: Scene) -> None:
    stolen = scene.hub.token("auditor", "stolen")
    assert scene.machine.ask("GET", "/api/v1/log", None, stolen)[0] == 200
    assert isinstance(ask_running(scene.hub.data, "token_revoke", RevokeToken("stolen")), str)
    code, media, _ = scene.machine.ask("GET", "/api/v1/log", None, stolen)
    assert (code, media) == (401, PROBLEM_MEDIA)
    for guess in (stolen[:-1] + "x", stolen.upper(), stolen + "'--", ""):
        assert scene.machine.ask("GET", "/api/v1/log", None, guess)[0] == 401
    assert scene.machine.ask("GET", "/api/v1/log", None, scene.machine.tokens["auditor"])[0] == 200
    scene.unharmed()


def test_one_token_that_asks_without_end_is_slowed_down_alone(scene: Scene) -> None:
    wild = scene.hub.token("auditor", "wild")
    found: list[int] = []

    def flood() -> None:
        line = scene.machine.line()
        for _ in range(400):
            line.request("GET", "/api/v1/head", headers={"Authorization": f"Bearer {wild}"})
            answer = line.getresponse()
            answer.read()
            found.append(answer.status)
            if answer.status == 429:
                break
        line.close()

    floods = [threading.Thread(target=flood) for _ in range(6)]
    for thread in floods:
        thread.start()
    meanwhile = [
        scene.machine.ask("GET", "/api/v1/head", None, scene.machine.tokens["auditor"])[0] for _ in range(20)
    ]
    scene.desk.ask("register")
    assert status(scene.desk.ask("wait", pending=0, s=20)).pending == 0
    for thread in floods:
        thread.join()
    assert set(meanwhile) == {200}
    assert 429 in found
    scene.unharmed()
