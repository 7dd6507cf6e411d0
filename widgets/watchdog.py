"""Finds what holds up the UI thread: a heartbeat in it, and a thread that looks when the beat stops."""

from __future__ import annotations

import sys
import threading
import time
import traceback
from collections.abc import Callable

import msgspec
from PySide6.QtCore import QObject, Qt, QTimer

STALL_MS = 50  # a person feels more than this as sluggish typing
FAILURE_MS = 200  # more than this and a program under test has failed
_BEAT_MS = 20  # often enough to see a stall of STALL_MS, rarely enough to cost nothing
_STACK_FRAMES = 24  # the innermost ones: what blocks is at the bottom of the call chain


class Stall(msgspec.Struct, frozen=True):
    """The UI thread did not come back for `length_ms`; `stack` is what it was doing, outermost first.

    The stack is empty when native code held the interpreter for the whole time.
    """

    length_ms: int
    stack: tuple[str, ...]


class Watchdog(QObject):
    """Made in the UI thread. `on_stall` is called there, after the stall, for each one over STALL_MS."""

    def __init__(self, on_stall: Callable[[Stall], None]) -> None:
        super().__init__()
        self._on_stall = on_stall
        self._thread_id = threading.get_ident()
        self._beat_at = time.monotonic()
        # The beat a look belongs to, and what it saw; replaced as one, since two threads share it.
        self._look: tuple[float, tuple[str, ...]] = (0.0, ())
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._beat)
        self.max_stall_ms = 0

    @property
    def failed(self) -> bool:
        """Whether the UI thread has ever stood still for longer than FAILURE_MS."""
        return self.max_stall_ms > FAILURE_MS

    def start(self) -> None:
        self._stop.clear()
        self._beat_at = time.monotonic()
        self._thread = threading.Thread(target=self._watch, name="watchdog", daemon=True)
        self._thread.start()
        self._timer.start(_BEAT_MS)

    def stop(self) -> None:
        """Leave no timer and no thread behind."""
        self._timer.stop()
        self._stop.set()
        if self._thread is not None:
            self._thread.join()
            self._thread = None

    def _beat(self) -> None:
        now = time.monotonic()
        length_ms = round((now - self._beat_at) * 1_000) - _BEAT_MS
        seen_for, stack = self._look
        stack = stack if seen_for == self._beat_at else ()
        self._beat_at = now
        if length_ms > STALL_MS:
            self.max_stall_ms = max(self.max_stall_ms, length_ms)
            self._on_stall(Stall(length_ms, stack))

    def _watch(self) -> None:
        """In the thread beside: one look at the UI thread's stack for each beat that is late."""
        while not self._stop.wait(_BEAT_MS / 1_000):
            beat_at = self._beat_at
            late_ms = (time.monotonic() - beat_at) * 1_000
            if late_ms > STALL_MS and beat_at != self._look[0]:
                frame = sys._current_frames().get(self._thread_id)
                stack = traceback.extract_stack(frame)[-_STACK_FRAMES:] if frame else []
                self._look = (beat_at, tuple(f"{at.filename}:{at.lineno} {at.name}" for at in stack))
