"""One wake of a line's loop for as many commits as come before it is heard."""

from __future__ import annotations

import threading
from collections.abc import Callable

from app.log.entries import Head


class Wake:
    """Called after each commit, on the writer's thread; `work` then runs on the loop that `on_loop` knows."""

    def __init__(self, on_loop: Callable[[Callable[[], object]], bool], work: Callable[[], None]) -> None:
        self._on_loop = on_loop
        self._work = work
        self._lock = threading.Lock()
        self._told = False

    def __call__(self, _head: Head) -> None:
        with self._lock:
            told, self._told = self._told, True
        if not told and not self._on_loop(self._heard):
            self._told = False

    def _heard(self) -> None:
        with self._lock:
            self._told = False
        self._work()
