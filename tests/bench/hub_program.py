"""A hub for benches: the program itself in its own process, TLS on, with codes and tokens for clients."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import msgspec

from app.bootstrap.control import ask_running
from app.bootstrap.safety_verbs import AccountOf, InviteDevice, IssueToken
from app.domain.refusal import Refusal
from app.hub.resources.health import Health
from app.hub.resources.log import HeadAnswer
from app.sync.hub_calls import HubCalls
from app.sync.joining.tls import unproved_context
from tests.bench.programs import Program, program


def machine_tls() -> ssl.SSLContext:
    """For machine clients of a bench: encrypted as any, and the hub on this PC taken at its word."""
    return unproved_context()


@dataclass(frozen=True)
class RunningHub:
    """A hub that serves the hall in `data` at `url`."""

    data: Path
    url: str
    program: Program

    def code(self, label: str) -> str:
        """A one-time code that lets one PC join."""
        return self._ask("device_invite", InviteDevice(label))

    def token(self, name: str, role: str) -> str:
        """The secret of a new machine token."""
        return self._ask("token_issue", IssueToken(name, role))

    def password(self, operator: str) -> str:
        """A one-time password of this operator."""
        return self._ask("password_reset", AccountOf(operator))

    def head(self) -> HeadAnswer:
        """Where its log ends now."""
        found = HubCalls(self.url, machine_tls(), language="en").ask("GET", "/healthz", None, Health)
        if isinstance(found, Refusal):
            raise RuntimeError(f"health: {found}")
        return found.head

    def _ask(self, verb: str, wish: msgspec.Struct) -> str:
        said = ask_running(self.data, verb, wish)
        if said is None or isinstance(said, Refusal):
            raise RuntimeError(f"{verb}: {said}")
        return said


@contextmanager
def running_hub(data: Path) -> Iterator[RunningHub]:
    """`muster hub` on the hall in `data`, on a free port of loopback."""
    words = ("main.py", "hub", "--data", str(data), "--listen", "127.0.0.1:0", "--lang", "en")
    with program(*words) as running:
        url = running.hear("listening on")
        yield RunningHub(data, url, running)
