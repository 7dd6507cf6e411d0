"""Answers held back until this process has folded what they speak of, so that who asked can read it."""

from __future__ import annotations

import heapq
import itertools
import threading
from concurrent.futures import Future
from typing import Any

from app.log.port import Appended, Duplicate, Stale, Written


def spoken_of(outcome: Appended) -> int:
    """The last number an outcome speaks of; 0 for none. Who decides anew after Stale must see what moved."""
    match outcome:
        case Written(entries):
            return entries[-1].gseq
        case Duplicate(gseq=gseq) | Stale(gseq=gseq):
            return gseq


class Answers:
    """All methods on any thread. What is true is said in the end, even when folding has stopped."""

    def __init__(self, gseq: int) -> None:
        self._gseq = gseq
        self._stopped = False
        self._lock = threading.Lock()
        self._count = itertools.count()
        self._waiting: list[tuple[int, int, Future[Any], object]] = []

    def give(self, future: Future[Any], outcome: object, gseq: int) -> None:
        """Resolve `future` with `outcome` once `gseq` is folded here."""
        with self._lock:
            if gseq > self._gseq and not self._stopped:
                heapq.heappush(self._waiting, (gseq, next(self._count), future, outcome))
                return
        future.set_result(outcome)

    def folded(self, gseq: int) -> None:
        """Everything up to `gseq` can be read here."""
        ready = []
        with self._lock:
            self._gseq, self._stopped = gseq, False
            while self._waiting and self._waiting[0][0] <= gseq:
                ready.append(heapq.heappop(self._waiting))
        for _, _, future, outcome in ready:
            future.set_result(outcome)

    def stopped(self) -> None:
        """Folding stands still, nobody knows for how long: answers are given without it until it goes on."""
        with self._lock:
            self._stopped = True
            waiting, self._waiting = self._waiting, []
        for _, _, future, outcome in sorted(waiting, key=lambda one: one[:2]):
            future.set_result(outcome)
