"""A hub and its desks as whole programs over real sockets: started, told what to do, killed, proved."""

from __future__ import annotations

import contextlib
import json
import os
import queue
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Self

import msgspec

from app.base import paths
from app.bootstrap.control import ask_running
from app.bootstrap.safety_verbs import InviteDevice, IssueToken
from app.log.files.failpoints import VARIABLE

ROOT = paths.program_folder()

ANSWER_S = 60
"""A loaded machine starts a hub or a desk, or has one end, in so many seconds; alone it takes one."""


def free_port() -> int:
    """A port that nobody listens on now: a hub that is started again is expected at the same."""
    with socket.create_server(("127.0.0.1", 0)) as found:
        return int(found.getsockname()[1])


def surroundings(armed: str = "", **more: str) -> dict[str, str]:
    """The environment of a program; `armed` is a failpoint, `name` or `name:n`."""
    kept = {k: v for k, v in os.environ.items() if k not in ("LANG", "LC_ALL", "LC_MESSAGES")}
    return {**kept, "LANG": "en_GB.UTF-8", "PYTHONUTF8": "1", VARIABLE: armed, **more}


class Hub:
    """`./muster hub` on `data`, which outlives it; started any number of times, always on the same port."""

    def __init__(
        self, data: Path, *, tls: bool = False, host: str = "127.0.0.1", before: Sequence[str] = ()
    ) -> None:
        self.data = data
        self.tls = tls
        self.host = host
        self.port = free_port()
        self._before = tuple(before)
        self._program: subprocess.Popen[str] | None = None

    @property
    def url(self) -> str:
        return f"{'https' if self.tls else 'http'}://{self.host}:{self.port}"

    @property
    def errors(self) -> Path:
        """What it wrote on standard error, all starts together."""
        return self.data.parent / f"{self.data.name}.err"

    @property
    def log(self) -> str:
        """The hub's own log."""
        return (self.data / "logs" / "muster.log").read_text(encoding="utf-8")

    def start(self, armed: str = "") -> Self:
        """Start it and wait until it listens."""
        words = ["hub", "--data", str(self.data), "--listen", f"{self.host}:{self.port}", "--lang", "en"]
        words += [] if self.tls else ["--tls", "off"]
        self.data.parent.mkdir(parents=True, exist_ok=True)
        with self.errors.open("a") as errors:
            self._program = subprocess.Popen(
                [*self._before, sys.executable, "main.py", *words],
                cwd=ROOT,
                env=surroundings(armed),
                stdout=subprocess.PIPE,
                stderr=errors,
                text=True,
            )
        assert self._program.stdout is not None
        line = self._program.stdout.readline()
        if not line.startswith("listening on "):
            self.kill()
            raise AssertionError((line, self.errors.read_text()))
        return self

    @property
    def alive(self) -> bool:
        return self._program is not None and self._program.poll() is None

    def wait_killed(self) -> None:
        """Until its failpoint killed it."""
        assert self._program is not None
        assert self._program.wait(ANSWER_S) == -signal.SIGKILL
        self._close()

    def kill(self) -> None:
        if self._program is not None:
            self._program.kill()
            self._program.wait(ANSWER_S)
            self._close()

    def stop(self) -> None:
        """End it as a service manager does; it must end well."""
        if self._program is not None:
            self._program.send_signal(signal.SIGTERM)
            assert self._program.wait(ANSWER_S) == 0, self.errors.read_text()
            self._close()

    def _close(self) -> None:
        assert self._program is not None
        if self._program.stdout is not None:
            self._program.stdout.close()
        self._program = None

    def invite(self, label: str = "") -> str:
        """A one-time code, asked for as `muster enrol` asks the running hub."""
        code = ask_running(self.data, "device_invite", InviteDevice(label))
        assert isinstance(code, str), code
        return code

    def token(self, role: str, name: str = "machine") -> str:
        """A bearer token, asked for as `muster token` asks the running hub."""
        secret = ask_running(self.data, "token_issue", IssueToken(name, role))
        assert isinstance(secret, str), secret
        return secret

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_error: object) -> None:
        self.kill()


class Desks:
    """Some desks in one program (tests/helpers/desk_child.py); `data` and `url` of each outlive it.

    `said` and `safe` are the entries acknowledged at level 1 and at level 2 by any of its lives.
    """

    def __init__(self, data: Sequence[Path], url: str, codes: Sequence[str] = ()) -> None:
        self.data = list(data)
        self.urls = [url] * len(self.data)
        self.codes = list(codes) or [""] * len(self.data)
        self.said: set[str] = set()
        self.safe: set[str] = set()
        self._answers: queue.Queue[dict[str, Any] | None] = queue.Queue()
        self._owed = 0
        self._program: subprocess.Popen[str] | None = None
        self._hearing: threading.Thread | None = None

    @property
    def errors(self) -> Path:
        return self.data[0].parent / f"{self.data[0].name}.err"

    def start(
        self, armed: str = "", *, ready: bool = True, before: Sequence[str] = (), **environment: str
    ) -> Self:
        """Start it; with `ready` wait until every desk knows its hall."""
        wishes = [
            {"data": str(data), "url": url, "code": code}
            for data, url, code in zip(self.data, self.urls, self.codes, strict=True)
        ]
        self.data[0].parent.mkdir(parents=True, exist_ok=True)
        self._answers, self._owed = queue.Queue(), 0
        with self.errors.open("a") as errors:
            self._program = subprocess.Popen(
                [*before, sys.executable, "-m", "tests.helpers.desk_child", json.dumps(wishes)],
                cwd=ROOT,
                env=surroundings(armed, **environment),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=errors,
                text=True,
            )
        self._hearing = threading.Thread(target=self._hear, args=(self._program,), daemon=True)
        self._hearing.start()
        self.codes = [""] * len(self.data)
        if ready:
            self.ready()
        return self

    def ready(self) -> None:
        assert self._answer() == "ready"

    def ask(self, do: str, desk: int = 0, **words: Any) -> Any:
        """What a desk answers; AssertionError when it died or its world failed."""
        self.answered()
        self._send(do, desk, words)
        return self._answer()

    def error(self, do: str, desk: int = 0, **words: Any) -> str:
        """The key of the world's error for which it could not be done; empty when it was done."""
        self.answered()
        self._send(do, desk, words)
        return str(self._heard().get("error", ""))

    def tell(self, do: str, desk: int = 0, **words: Any) -> None:
        """The same without waiting for the answer: the next question does."""
        self._owed += 1
        self._send(do, desk, words)

    def answered(self) -> None:
        """Wait for what was told to be done."""
        while self._owed:
            self._owed -= 1
            self._answer()

    def _send(self, do: str, desk: int, words: dict[str, Any]) -> None:
        assert self._program is not None
        assert self._program.stdin is not None
        with contextlib.suppress(BrokenPipeError):
            # Whoever died of a failpoint hears no more; what it had said counts.
            self._program.stdin.write(json.dumps({"do": do, "desk": desk, **words}) + "\n")
            self._program.stdin.flush()

    def wait_killed(self) -> None:
        """Until its failpoint killed it; all that it had said was heard."""
        assert self._program is not None
        assert self._program.wait(ANSWER_S) == -signal.SIGKILL, self.errors.read_text()
        self._close()

    def kill(self) -> None:
        if self._program is not None:
            self._program.kill()
            self._program.wait(ANSWER_S)
            self._close()

    def stop(self) -> None:
        """Let it hang up and close its databases."""
        if self._program is not None and self._program.stdin is not None:
            self._program.stdin.close()
            assert self._program.wait(ANSWER_S) == 0, self.errors.read_text()
            self._close()

    def _close(self) -> None:
        assert self._program is not None
        assert self._hearing is not None
        self._hearing.join(ANSWER_S)
        for pipe in (self._program.stdin, self._program.stdout):
            if pipe is not None:
                with contextlib.suppress(BrokenPipeError):
                    pipe.close()
        self._program = None

    def _answer(self) -> Any:
        answer = self._heard()
        assert "error" not in answer, answer
        return answer["said"]

    def _heard(self) -> dict[str, Any]:
        answer = self._answers.get(timeout=ANSWER_S)
        assert answer is not None, f"it ended: {self.errors.read_text()}"
        return answer

    def _hear(self, program: subprocess.Popen[str]) -> None:
        assert program.stdout is not None
        for line in program.stdout:
            if not line.endswith("\n"):
                # Cut short by a kill: it was not heard.
                break
            words = json.loads(line)
            if "level" in words:
                (self.said if words["level"] == 1 else self.safe).add(words["eid"])
            else:
                self._answers.put(words)
        self._answers.put(None)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self.kill()


class Status(msgspec.Struct):
    """The answer of `status` and `wait` as a test reads it."""

    phase: str
    pending: int
    gseq: int
    hub_gseq: int
    trouble: str
    since: int
    heard_at: int
    rtt_ms: int
    clock_off_ms: int
    clock_verified: bool


def status(answer: Mapping[str, Any]) -> Status:
    return msgspec.convert(answer, Status)
