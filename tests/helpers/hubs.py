"""Hubs as processes of their own, asked by HTTP as a machine client would."""

from __future__ import annotations

import json
import ssl
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from tests.helpers.programs import ROOT, muster

READY_S = 90
CONVERGED_S = 60
"""A loaded machine needs so long for what takes a second."""

T = TypeVar("T")


class HubProcess:
    """One `muster hub` over `data`, started, killed and started again at the same address."""

    def __init__(self, data: Path, environment: dict[str, str]) -> None:
        self.data = data
        self._environment = environment
        self._listen = "127.0.0.1:0"
        self._tokens: dict[str, str] = {}
        self._program: subprocess.Popen[str] | None = None
        self.url = ""

    def start(self, *words: str) -> None:
        """Returns when it listens."""
        program = subprocess.Popen(
            [sys.executable, "main.py", "hub", "--data", str(self.data), "--listen", self._listen, *words],
            cwd=ROOT,
            env=self._environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self._program = program
        too_late = threading.Timer(READY_S, program.kill)
        too_late.start()
        assert program.stdout is not None
        for line in program.stdout:
            if line.startswith("listening on "):
                self.url = line.split()[-1]
                break
        else:
            raise AssertionError(f"it ended: {program.communicate()}")
        too_late.cancel()
        self._listen = self.url.rpartition("/")[2]

    def kill(self) -> None:
        """As a power cut would."""
        assert self._program is not None
        self._program.kill()
        self._program.communicate()

    def stop(self) -> int:
        """As an administrator would; the exit code."""
        assert self._program is not None
        self._program.terminate()
        self._program.communicate(timeout=READY_S)
        return self._program.returncode

    def close(self) -> None:
        """However it stands."""
        if self._program is not None and self._program.returncode is None:
            self.kill()

    def command(self, word: str, *words: str) -> str:
        """What another command beside it prints."""
        done = muster(self._environment, word, "--data", str(self.data), *words)
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def ask(self, role: str, method: str, path: str, body: object = None) -> tuple[int, Any]:
        """Status and answer of one request in `role`."""
        if role not in self._tokens:
            self._tokens[role] = self.command("token", "--role", role, "--name", role)
        request = urllib.request.Request(f"{self.url}/api/v1{path}", method=method)
        request.add_header("Authorization", f"Bearer {self._tokens[role]}")
        data = None
        if body is not None:
            request.add_header("Content-Type", "application/json")
            data = json.dumps(body).encode()
        # Who the hub is, is no question of these tests.
        context = ssl._create_unverified_context()
        try:
            with urllib.request.urlopen(request, data, timeout=30, context=context) as answer:
                return answer.status, json.loads(answer.read())
        except urllib.error.HTTPError as error:
            return error.code, json.loads(error.read())

    def got(self, role: str, path: str) -> Any:
        status, answer = self.ask(role, "GET", path)
        assert status == 200, answer
        return answer

    def made(self, role: str, path: str, body: object) -> Any:
        status, answer = self.ask(role, "POST", path, body)
        assert status in (200, 201), answer
        return answer


def until(look: Callable[[], T | None], limit_s: float = CONVERGED_S) -> T:
    """What `look` gives as soon as it gives something."""
    end = time.monotonic() + limit_s
    while True:
        found = look()
        if found:
            return found
        assert time.monotonic() < end, "it never came about"
        time.sleep(0.1)
