"""The control socket: lets a command of the same user act on a hall that is open in another process."""

from __future__ import annotations

import hmac
import secrets
import socket
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from app.base.errors import MusterError, WorldError
from app.base.logs import Condition, Logger
from app.domain.refusal import Refusal
from app.log.files.folder import write_atomically

SOCKET = "control.sock"
PORT_FILE = "control.json"
"""In the place of the socket where there are none, as on Windows, or where the path is too long for one."""

LINE_BYTES_MAX = 64 * 1024
"""A wish and its answer are some hundred bytes."""

PATIENCE_S = 10
"""For the other side's line: whoever says nothing must not keep the next one waiting."""

ANSWER_S = 60
"""For what was asked to be done: a full writer's queue and a password hash take a few seconds."""

FAILED_PAUSE_S = 0.2

_log = Logger(__name__)


class Verb(NamedTuple):
    """One thing that may be asked for: the form of its wish, and what does it (on the control thread)."""

    wish: type[msgspec.Struct]
    do: Callable[[Any], str | Refusal]


class _Asked(msgspec.Struct, frozen=True):
    verb: str
    wish: msgspec.Raw
    secret: str = ""


class _Answer(msgspec.Struct, frozen=True, omit_defaults=True):
    """One of the three is filled: what was said, the refusal, the error's key with its values."""

    said: str | None = None
    refusal: Refusal | None = None
    error: str = ""
    params: dict[str, str] = {}


class _Port(msgspec.Struct, frozen=True):
    port: int
    secret: str


class ControlServer:
    """Serves the verbs of an open hall until closed. The owner of the directory's lock makes it."""

    def __init__(self, data: Path, verbs: Mapping[str, Verb]) -> None:
        self._verbs = verbs
        self._data = data
        self._secret = ""
        self._closing = threading.Event()
        self._troubled = Condition(_log, "control.line")
        self._socket = self._listen()
        self._thread = threading.Thread(target=self._serve, name="muster-control", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Serve no more, and leave nothing behind that looks as if. Harmless when repeated."""
        if self._closing.is_set():
            return
        self._closing.set()
        # A connection of our own wakes accept, which closing does not on every system.
        line = _connect(self._data)
        if line is not None:
            line[0].close()
        self._thread.join()
        self._socket.close()
        _unlink(self._data)

    def _listen(self) -> socket.socket:
        # What a killed process left behind: we hold the lock, so nobody serves there.
        _unlink(self._data)
        return _unix_server(self._data / SOCKET) or self._loopback_server()

    def _loopback_server(self) -> socket.socket:
        served = socket.create_server(("127.0.0.1", 0))
        self._secret = secrets.token_hex(32)
        port = _Port(served.getsockname()[1], self._secret)
        try:
            write_atomically(self._data / PORT_FILE, msgspec.json.encode(port), 0o600)
        except OSError as error:
            served.close()
            raise WorldError("folder_read_only", path=str(self._data)) from error
        return served

    def _serve(self) -> None:
        while not self._closing.is_set():
            try:
                line, _ = self._socket.accept()
            except OSError as error:
                self._troubled.failed(error)
                # What keeps failing, such as a process without a handle left, must not spin.
                self._closing.wait(FAILED_PAUSE_S)
                continue
            self._troubled.recovered()
            with line:
                self._converse(line)

    def _converse(self, line: socket.socket) -> None:
        if self._closing.is_set():
            return
        try:
            line.settimeout(PATIENCE_S)
            line.sendall(self._answer(_read_line(line)) + b"\n")
        except OSError:
            # They hung up or said nothing: their own matter.
            return

    def _answer(self, raw: bytes) -> bytes:
        try:
            asked = msgspec.json.decode(raw, type=_Asked)
            verb = self._verbs.get(asked.verb)
            if not hmac.compare_digest(asked.secret.encode(), self._secret.encode()) or verb is None:
                return msgspec.json.encode(_Answer(error="control_strange"))
            done = verb.do(msgspec.json.decode(asked.wish, type=verb.wish))
        except msgspec.DecodeError:
            return msgspec.json.encode(_Answer(error="control_strange"))
        except MusterError as error:
            params = {name: str(value) for name, value in error.params.items()}
            return msgspec.json.encode(_Answer(error=error.key, params=params))
        except Exception as error:
            _log.error("control.verb_failed", error)
            return msgspec.json.encode(_Answer(error="control_failed"))
        if isinstance(done, Refusal):
            return msgspec.json.encode(_Answer(refusal=done))
        return msgspec.json.encode(_Answer(said=done))


def ask_running(data: Path, verb: str, wish: msgspec.Struct) -> str | Refusal | None:
    """What the process that has the hall in `data` open answers; None when none serves there.

    WorldError with what went wrong on the other side, or when it does not answer.
    """
    connected = _connect(data)
    if connected is None:
        return None
    line, secret = connected
    with line:
        try:
            line.settimeout(ANSWER_S)
            asked = _Asked(verb, msgspec.Raw(msgspec.json.encode(wish)), secret)
            line.sendall(msgspec.json.encode(asked) + b"\n")
            answer = msgspec.json.decode(_read_line(line), type=_Answer)
        except (OSError, msgspec.DecodeError) as error:
            raise WorldError("control_silent", path=str(data)) from error
    if answer.error:
        raise WorldError(answer.error, **answer.params)
    return answer.refusal if answer.refusal is not None else answer.said or ""


def _unix_server(path: Path) -> socket.socket | None:
    if not hasattr(socket, "AF_UNIX"):
        return None
    made = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        made.bind(str(path))
        # Before it listens nobody can connect: there is no moment in which others may.
        path.chmod(0o600)
        made.listen()
    except OSError:
        # Too long a path, or a file system without sockets.
        made.close()
        return None
    return made


def _connect(data: Path) -> tuple[socket.socket, str] | None:
    """A line to the hall open in `data`, and the secret it wants; None when nobody serves there."""
    path = data / SOCKET
    if hasattr(socket, "AF_UNIX") and path.exists():
        line = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            line.connect(str(path))
        except PermissionError as error:
            line.close()
            raise WorldError("control_forbidden", path=str(path)) from error
        except OSError:
            line.close()
            return None
        return line, ""
    try:
        port = msgspec.json.decode((data / PORT_FILE).read_bytes(), type=_Port)
        return socket.create_connection(("127.0.0.1", port.port), PATIENCE_S), port.secret
    except PermissionError as error:
        raise WorldError("control_forbidden", path=str(data / PORT_FILE)) from error
    except (OSError, msgspec.DecodeError):
        return None


def _unlink(data: Path) -> None:
    for name in (SOCKET, PORT_FILE):
        (data / name).unlink(missing_ok=True)


def _read_line(line: socket.socket) -> bytes:
    """Up to the first line break; what is longer or cut short is no wish."""
    read = bytearray()
    while not read.endswith(b"\n") and len(read) <= LINE_BYTES_MAX:
        part = line.recv(8192)
        if not part:
            break
        read += part
    return bytes(read)
