"""Programs that a bench runs and measures from outside: what they say, and the CPU time they took."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

from tests.bench.figure import Figure

ROOT = Path(__file__).parents[2]

HEARD_S = 180
"""A loaded machine catches up with a month, or opens windows, in so many seconds."""


class Program:
    """One Python program of the checkout, spoken with by lines. Killed at the end of `program` if it still
    runs."""

    def __init__(self, words: Sequence[str], environment: Mapping[str, str] | None, errors: IO[str]) -> None:
        self._errors = errors
        self._lines: list[str] = []
        self._came = threading.Condition()
        self._process = subprocess.Popen(
            [sys.executable, *words],
            cwd=ROOT,
            env=None if environment is None else dict(environment),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._errors,
            text=True,
        )
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    @property
    def pid(self) -> int:
        return self._process.pid

    def say(self, line: str) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(line + "\n")
        self._process.stdin.flush()

    def hear(self, word: str, limit_s: float = HEARD_S) -> str:
        """What stands behind `word` in the first line that begins with it, one not heard before. RuntimeError
        with the program's own words when none comes."""
        until = time.monotonic() + limit_s
        with self._came:
            while True:
                for at, line in enumerate(self._lines):
                    if line == word or line.startswith(word + " "):
                        del self._lines[at]
                        return line[len(word) + 1 :]
                left = until - time.monotonic()
                if left <= 0 or not self._reader.is_alive():
                    break
                self._came.wait(min(left, 0.5))
        raise RuntimeError(f"no '{word}' was said: {self._lines[-3:]} {self._said_wrong()}")

    def hear_until(self, word: str) -> list[str]:
        """All lines not heard before, up to the one that is `word`."""
        self.hear(word)
        with self._came:
            said, self._lines = self._lines, []
        return said

    def cpu_s(self) -> float:
        """Seconds of CPU time it has used so far, all threads, user and system."""
        # The name in brackets may hold spaces; behind it the fields are counted from the third.
        fields = Path(f"/proc/{self.pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def kill(self) -> None:
        """As a power cut would, as far as a program can tell."""
        self._process.kill()
        self._process.wait()

    def close(self) -> None:
        self.kill()
        self._reader.join()
        for pipe in (self._process.stdin, self._process.stdout):
            assert pipe is not None
            with suppress(BrokenPipeError):
                pipe.close()

    def _read(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            with self._came:
                self._lines.append(line.rstrip("\n"))
                self._came.notify_all()

    def _said_wrong(self) -> str:
        self._errors.seek(0)
        return self._errors.read()[-2_000:]


@contextmanager
def program(*words: str, environment: Mapping[str, str] | None = None) -> Iterator[Program]:
    """Run Python with `words` in the checkout for the block."""
    with tempfile.TemporaryFile("w+") as errors:
        running = Program(words, environment, errors)
        try:
            yield running
        finally:
            running.close()


def load() -> Figure:
    """How busy the machine is, a bench's own programs included: figures of two runs compare at like load."""
    return Figure("load average of the last minute", os.getloadavg()[0], "")
