"""The one beat of the glass: news of the log, gathered and handed on at most twenty times a second."""

from __future__ import annotations

import threading
from collections.abc import Callable

from app.base.clock import Clock, Instant
from app.log.entries import Head
from app.projections.reading import Reading
from app.viewmodels.signal import Changed

BEATS_PER_SECOND = 20
"""Faster than an eye follows a list, slow enough that a storm of entries costs one repaint a beat."""


class Pulse:
    """`beat` is called on the UI thread; `news` tells the row numbers that changed, `second` each second.

    `troubled` tells that `trouble` changed: words about a write that failed, empty once one went well.
    `linked` tells that the line to the hub stands otherwise; what is said of it is the link's own status.
    """

    def __init__(self, reading: Reading, clock: Clock) -> None:
        self._reading = reading
        self._clock = clock
        self._dirty = threading.Event()
        self._link_moved = threading.Event()
        self._hall = reading.hall
        self._second: Instant = -1
        self._beat_at = clock.now()
        self._trouble = ""
        self.news = Changed()
        self.second = Changed()
        self.hall = Changed()
        self.troubled = Changed()
        self.linked = Changed()
        self._woken: Callable[[], object] = lambda: None
        self._stop = reading.subscribe(self._committed)

    def now(self) -> Instant:
        return self._clock.now()

    @property
    def beat_at(self) -> Instant:
        """When the figures were last brought up to the log: how old they are at most."""
        return self._beat_at

    @property
    def trouble(self) -> str:
        return self._trouble

    def say_trouble(self, words: str) -> None:
        """A write failed; on the UI thread, in finished words."""
        if words != self._trouble:
            self._trouble = words
            self.troubled.emit()

    def wake(self, woken: Callable[[], object]) -> None:
        """Have `woken` called, on any thread, with the first news after each beat."""
        self._woken = woken

    def link_moved(self, *_status: object) -> None:
        """The line to the hub stands otherwise than before; any thread. Told at the next beat."""
        self._link_moved.set()

    def beat(self) -> None:
        """Apply what has come since the last beat and tell whom it concerns.

        What a listener raises goes on to the caller, after everybody has been told.
        """
        now = self._clock.now()
        changed = self._catch_up() if self._dirty.is_set() else None
        self._beat_at = now
        second = now // 1_000
        turned, self._second = second != self._second, second
        try:
            if changed is not None:
                self._tell(changed)
        finally:
            self._go_on(turned)

    def close(self) -> None:
        self._stop()

    def _committed(self, _head: Head) -> None:
        first = not self._dirty.is_set()
        self._dirty.set()
        if first:
            self._woken()

    def _go_on(self, turned: bool) -> None:
        try:
            if self._link_moved.is_set():
                self._link_moved.clear()
                self.linked.emit()
        finally:
            if turned:
                self.second.emit()

    def _catch_up(self) -> list[int]:
        self._dirty.clear()
        try:
            return self._reading.columns.catch_up()
        except BaseException:
            # Tried again at the next beat; until then `beat_at` stands and the figures grow stale.
            self._dirty.set()
            raise

    def _tell(self, changed: list[int]) -> None:
        # Something was committed, so writing works.
        self.say_trouble("")
        try:
            if self._reading.hall is not self._hall:
                self._hall = self._reading.hall
                self.hall.emit()
        finally:
            if changed:
                self.news.emit(frozenset(changed))
