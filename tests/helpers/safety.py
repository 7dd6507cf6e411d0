"""A hall's guards for tests: passwords that cost nothing, an operator with a known one, TLS on loopback."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from app.base.passwords import Passwords
from app.hub.safety.peers import peer_device
from app.hub.safety.safety import Safety
from app.hub.safety.settings import SafetySettings
from app.sync.seats.signing import SignedIn, SignInAsked
from tests.helpers.halls import TestHall, hall

PASSWORD = "夜里三点河边路灯全灭"


def quick_passwords() -> Passwords:
    """argon2id with the least it takes: what is tested is not how long it takes."""
    return Passwords(memory_kib=8, passes=1, lanes=1)


@dataclass
class TlsEcho:
    """A server that answers each line's first bytes and tells what it saw of the peer."""

    port: int
    peers: list[tuple[str, str]] = field(default_factory=list)


@contextmanager
def tls_echo(context: ssl.SSLContext) -> Iterator[TlsEcho]:
    """Serve `context` on loopback; each connection is answered once. Failed handshakes are dropped."""
    served = socket.create_server(("127.0.0.1", 0))
    echo = TlsEcho(served.getsockname()[1])

    def serve() -> None:
        while True:
            try:
                plain, _ = served.accept()
            except OSError:
                return
            plain.settimeout(5)
            try:
                with context.wrap_socket(plain, server_side=True) as line:
                    echo.peers.append(peer_device(line))
                    line.sendall(line.recv(100))
            except OSError:
                plain.close()

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield echo
    finally:
        served.shutdown(socket.SHUT_RDWR)
        served.close()
        thread.join(5)


def talk(context: ssl.SSLContext, port: int) -> str:
    """Say something over TLS and hear it back; the TLS version. ssl.SSLError when either side will not."""
    with (
        socket.create_connection(("127.0.0.1", port), 5) as plain,
        context.wrap_socket(plain, server_hostname="127.0.0.1") as line,
    ):
        line.sendall(b"here")
        # With TLS 1.3 a server's no to our certificate comes only with its first answer.
        assert line.recv(100) == b"here"
        return line.version() or ""


@contextmanager
def guarded(folder: Path, settings: SafetySettings | None = None) -> Iterator[tuple[TestHall, Safety]]:
    """A demo hall on a clock that moves only when told, with its guards."""
    with hall(folder) as open_hall:
        safety = Safety(
            open_hall.store, open_hall.commander.desk, settings or SafetySettings(), quick_passwords()
        )
        with closing(safety):
            yield open_hall, safety


def give_password(safety: Safety, operator: str, password: str = PASSWORD) -> None:
    """Let `operator` have signed in for the first time already."""
    one_time = safety.sign_ins.reset(operator)
    assert isinstance(one_time, str), one_time
    asked = SignInAsked(operator, one_time, new_password=password)
    assert isinstance(safety.sign_ins.judge(asked, "A1"), SignedIn)


def kinds(open_hall: TestHall, operator: str) -> list[str]:
    """What the log says of an operator, oldest first."""
    return [n.entry.kind for n in open_hall.store.history(f"operator:{operator}")]
