"""The control socket: verbs done in the process that has the hall open, for its own user alone."""

from __future__ import annotations

import json
import socket
import stat
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import msgspec
import pytest

from app.base.errors import WorldError
from app.bootstrap import control
from app.bootstrap.control import PORT_FILE, SOCKET, ControlServer, Verb, ask_running
from app.domain.refusal import Refusal


class Wish(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    what: str


def do(wish: Wish) -> str | Refusal:
    if wish.what == "refuse":
        return Refusal("token_unknown", params={"name": "x"})
    if wish.what == "fail":
        raise WorldError("disk_full", path="/data")
    if wish.what == "bug":
        raise RuntimeError("a bug")
    return f"done: {wish.what}"


@contextmanager
def served(data: Path) -> Iterator[ControlServer]:
    with closing(ControlServer(data, {"do": Verb(Wish, do)})) as server:
        yield server


@pytest.fixture(params=["socket", "port"])
def data(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data directory, with sockets and as on a system without them."""
    if request.param == "port":
        monkeypatch.delattr(socket, "AF_UNIX")
    elif not hasattr(socket, "AF_UNIX"):
        pytest.skip("this system has no sockets in directories")
    return tmp_path


def test_a_verb_is_done_by_the_process_that_serves(data: Path) -> None:
    with served(data):
        assert ask_running(data, "do", Wish("夜里")) == "done: 夜里"
        assert ask_running(data, "do", Wish("refuse")) == Refusal("token_unknown", params={"name": "x"})
        with pytest.raises(WorldError) as failed:
            ask_running(data, "do", Wish("fail"))
        assert (failed.value.key, failed.value.params) == ("disk_full", {"path": "/data"})
        with pytest.raises(WorldError, match="control_failed"):
            ask_running(data, "do", Wish("bug"))
        assert ask_running(data, "do", Wish("and on")) == "done: and on", "a bug does not end it"


def test_nobody_serves_before_and_after(data: Path) -> None:
    assert ask_running(data, "do", Wish("x")) is None
    with served(data):
        pass
    assert ask_running(data, "do", Wish("x")) is None
    assert not (data / SOCKET).exists()
    assert not (data / PORT_FILE).exists()


def test_what_a_killed_process_left_is_taken_over(data: Path) -> None:
    (data / SOCKET).write_text("left", encoding="ascii")
    (data / PORT_FILE).write_text('{"port": 1, "secret": "left"}', encoding="ascii")
    assert ask_running(data, "do", Wish("x")) is None
    with served(data):
        assert ask_running(data, "do", Wish("x")) == "done: x"


@pytest.mark.skipif(sys.platform == "win32", reason="file modes are not Windows' way")
def test_other_users_cannot_even_connect(data: Path) -> None:
    with served(data):
        path = data / SOCKET if (data / SOCKET).exists() else data / PORT_FILE
        assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_too_long_a_path_falls_back_to_a_port(tmp_path: Path) -> None:
    deep = tmp_path / ("d" * 60) / ("e" * 60)
    deep.mkdir(parents=True)
    with served(deep):
        assert (deep / PORT_FILE).exists()
        assert ask_running(deep, "do", Wish("x")) == "done: x"


def test_a_port_without_the_secret_does_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(socket, "AF_UNIX")
    with served(tmp_path):
        port = json.loads((tmp_path / PORT_FILE).read_bytes())["port"]
        for secret in ("", "0" * 64, "夜"):
            raw = json.dumps({"verb": "do", "wish": {"what": "x"}, "secret": secret}).encode() + b"\n"
            with socket.create_connection(("127.0.0.1", port), 5) as line:
                line.sendall(raw)
                assert json.loads(line.recv(1000)) == {"error": "control_strange"}


@pytest.mark.parametrize(
    "raw",
    [
        b"\n",
        b"not json\n",
        b'{"verb": "do"}\n',
        b'{"verb": "do", "wish": {}}\n',
        b'{"verb": "do", "wish": {"what": 1}}\n',
        b'{"verb": "do", "wish": {"what": "x", "more": 1}}\n',
        b'{"verb": "rm", "wish": {"what": "x"}}\n',
        b"\xff\xfe\n",
        b"[" * 60_000 + b"\n",
        b"x" * (control.LINE_BYTES_MAX + 9_000),
    ],
)
def test_what_is_no_wish_is_answered_and_forgotten(tmp_path: Path, raw: bytes) -> None:
    with served(tmp_path):
        with closing(_line(tmp_path)) as line:
            try:
                line.sendall(raw)
                line.shutdown(socket.SHUT_WR)
            except OSError:
                pass
            assert json.loads(_all(line)) == {"error": "control_strange"}
        assert ask_running(tmp_path, "do", Wish("x")) == "done: x"


def test_one_who_hangs_up_keeps_nobody_else_out(data: Path) -> None:
    with served(data):
        for _ in range(3):
            _line(data).close()
        assert ask_running(data, "do", Wish("x")) == "done: x"


def _line(data: Path) -> socket.socket:
    connected: Callable[[Path], tuple[socket.socket, str] | None] = control._connect
    found = connected(data)
    assert found is not None
    found[0].settimeout(5)
    return found[0]


def _all(line: socket.socket) -> bytes:
    read = b""
    while not read.endswith(b"\n"):
        part = line.recv(1000)
        if not part:
            break
        read += part
    return read
