"""Joining a hall over real TLS: trust by the code alone, and what a stranger in between gets: nothing."""

from __future__ import annotations

import http.server
import json
import ssl
import stat
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import msgspec
import pytest

from app.base.errors import UsageError, WorldError
from app.domain.actor import SYSTEM
from app.domain.label import Label
from app.domain.refusal import Refusal
from app.hub.safety.ca import HallCa, open_ca
from app.sync.hub_calls import HubCalls
from app.sync.joining.device_key import DeviceFolder
from app.sync.joining.enrolled import CA_PATH, ENROL_PATH, EnrolAsked, ShownCa
from app.sync.joining.enrolling import join_hall
from app.sync.joining.enrolment_code import new_code
from app.sync.joining.tls import device_context, pinned_context
from app.sync.seats.signing import SignedOut
from tests.helpers.halls import MONDAY_9
from tests.helpers.safety import guarded, talk, tls_echo

ORIGIN = "0198c1de-0000-7000-8000-000000000001"
Answer = tuple[int, bytes]


class Served:
    """A small HTTPS server of a test; `heard` are the paths and bodies that came."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.heard: list[tuple[str, bytes]] = []


@contextmanager
def https(context: ssl.SSLContext, answer: Callable[[str, bytes], Answer]) -> Iterator[Served]:
    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            served.heard.append((self.path, body))
            status, said = answer(self.path, body)
            self.send_response(status)
            self.send_header("Content-Length", str(len(said)))
            self.end_headers()
            self.wfile.write(said)

        do_POST = do_DELETE = do_GET  # noqa: N815

        def log_message(self, *_: Any) -> None:
            return

    class Server(http.server.ThreadingHTTPServer):
        def handle_error(self, *_: Any) -> None:
            """A client that does not trust us hangs up: that is what is tested."""

    server = Server(("127.0.0.1", 0), Handler)
    served = Served(f"https://127.0.0.1:{server.server_address[1]}")
    # Handshakes in the handler's thread: one that fails must not stop the next.
    server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield served
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)


def of_ca(ca: HallCa, enrolled: Answer = (200, b"{}")) -> Callable[[str, bytes], Answer]:
    """Shows `ca`, and answers enrolments with `enrolled`."""

    def answer(path: str, _body: bytes) -> Answer:
        return (200, msgspec.json.encode(ShownCa(ca.pem))) if path == CA_PATH else enrolled

    return answer


def some_ca(folder: Path) -> HallCa:
    folder.mkdir()
    return open_ca(folder, "hall-1", MONDAY_9)


def test_a_pc_joins_and_speaks_under_its_origin_from_then_on(tmp_path: Path) -> None:
    with guarded(tmp_path / "hub") as (hall, safety):

        def answer(path: str, body: bytes) -> Answer:
            if path == CA_PATH:
                return 200, msgspec.json.encode(ShownCa(safety.ca.pem))
            assert path == ENROL_PATH
            done = safety.enrolment.enrol(msgspec.json.decode(body, type=EnrolAsked), SYSTEM)
            if isinstance(done, Refusal):
                return 409, json.dumps({"rule": done.code, "detail": "words"}).encode()
            return 201, msgspec.json.encode(done)

        context = safety.ca.server_context(["127.0.0.1"], hall.clock.now())
        code = safety.enrolment.invite("甲席")
        assert isinstance(code, str)
        with https(context, answer) as served:
            joined = join_hall(tmp_path / "desk", served.url, code.lower(), ORIGIN)
            again = join_hall(tmp_path / "desk", served.url, code, ORIGIN)
            refused = join_hall(tmp_path / "third", served.url, code, ORIGIN)
        assert joined == again, "a repeat goes on where it stopped"
        assert isinstance(refused, Refusal)
        assert refused.code == "device_stands"
        assert refused.words is not None

        files = DeviceFolder(tmp_path / "desk")
        assert files.enrolled
        assert files.read_hub() == joined
        assert not DeviceFolder(tmp_path / "third").enrolled
        if sys.platform != "win32":
            assert stat.S_IMODE(files.key.stat().st_mode) == 0o600
        with tls_echo(safety.ca.server_context(["127.0.0.1"], MONDAY_9)) as echo:
            talk(device_context(files), echo.port)
        assert echo.peers[0][0] == ORIGIN
        assert echo.peers[0][1] == hall.projector.hall.devices[ORIGIN].fingerprint


def test_another_hub_never_gets_the_secret(tmp_path: Path) -> None:
    ours, theirs = some_ca(tmp_path / "ours"), some_ca(tmp_path / "theirs")
    code = new_code(ours.der)
    with (
        https(theirs.server_context(["127.0.0.1"], MONDAY_9), of_ca(theirs)) as honest,
        pytest.raises(WorldError, match="hub_not_proved"),
    ):
        join_hall(tmp_path / "desk", honest.url, code.text(), ORIGIN)
    # It shows the right CA, which anybody may have, but cannot speak for it.
    with (
        https(theirs.server_context(["127.0.0.1"], MONDAY_9), of_ca(ours)) as lying,
        pytest.raises(WorldError, match="hub_not_proved"),
    ):
        join_hall(tmp_path / "desk", lying.url, code.text(), ORIGIN)
    heard = b"".join(body for _, body in honest.heard + lying.heard)
    assert heard == b""
    assert not DeviceFolder(tmp_path / "desk").enrolled


@pytest.mark.parametrize(
    "enrolled",
    [
        (200, b"not json"),
        (200, b'{"certificate": 1}'),
        (200, b'{"certificate":"x","ca":"y","letters":"A2","stream":"s"}'),
        (302, b""),
    ],
)
def test_a_strange_answer_leaves_the_pc_unenrolled_or_says_so(tmp_path: Path, enrolled: Answer) -> None:
    ca = some_ca(tmp_path / "hub")
    with (
        https(ca.server_context(["127.0.0.1"], MONDAY_9), of_ca(ca, enrolled)) as served,
        pytest.raises(WorldError, match=r"hub_answer_strange|device_file_broken"),
    ):
        join_hall(tmp_path / "desk", served.url, new_code(ca.der).text(), ORIGIN)


def test_a_mistyped_code_asks_nobody(tmp_path: Path) -> None:
    code = new_code(b"ca").text()
    swapped = code[1] + code[0] + code[2:] if code[0] != code[1] else "22222" + code[5:]
    with pytest.raises(UsageError, match="enrolment_code_mistyped"):
        join_hall(tmp_path, "https://127.0.0.1:1", swapped, ORIGIN)
    assert not DeviceFolder(tmp_path).path.exists()


@pytest.mark.parametrize(
    "url", ["", "hub", "ftp://hub", "http://10.0.0.1:80", "https://", "https:///path", "http://hub.example"]
)
def test_only_tls_leaves_this_pc(url: str) -> None:
    with pytest.raises(UsageError, match="hub_url_wrong"):
        HubCalls(url, ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT))


def test_a_hub_that_is_away_or_in_trouble_is_told_from_one_that_refuses(tmp_path: Path) -> None:
    ca = some_ca(tmp_path / "hub")
    calls = HubCalls("https://127.0.0.1:1", pinned_context(ca.pem), timeout_s=2)
    with pytest.raises(WorldError, match="hub_away"):
        calls.ask("DELETE", "/x", None, SignedOut)
    for status, said in ((503, "hub_failed"), (200, "hub_answer_strange")):
        with (
            https(ca.server_context(["127.0.0.1"], MONDAY_9), lambda *_, s=status: (s, b"?")) as served,
            pytest.raises(WorldError, match=said),
        ):
            HubCalls(served.url, pinned_context(ca.pem)).ask("DELETE", "/x", None, SignedOut)
    with https(ca.server_context(["127.0.0.1"], MONDAY_9), lambda *_: (401, b"{}")) as served:
        answer = HubCalls(served.url, pinned_context(ca.pem)).ask("DELETE", "/x", None, SignedOut)
    assert answer == Refusal("hub_refused")
    problem = b'{"status": 401, "rule": "second_factor_needed", "field": "code", "detail": "six digits"}'
    with https(ca.server_context(["127.0.0.1"], MONDAY_9), lambda *_: (401, problem)) as served:
        answer = HubCalls(served.url, pinned_context(ca.pem)).ask("DELETE", "/x", None, SignedOut)
    assert answer == Refusal("second_factor_needed", "code", words=Label("six digits", "six digits"))


def test_broken_device_files_are_told(tmp_path: Path) -> None:
    files = DeviceFolder(tmp_path)
    with pytest.raises(WorldError, match="not_enrolled"):
        files.read_hub()
    files.own_key()
    files.key.write_text("no key", encoding="ascii")
    with pytest.raises(WorldError, match="device_file_broken"):
        files.own_key()
    with pytest.raises(WorldError, match="device_file_broken"):
        device_context(files)
    files.hub.write_text("{}", encoding="ascii")
    with pytest.raises(WorldError, match="device_file_broken"):
        files.read_hub()
