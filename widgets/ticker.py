"""One tick a second for a whole process, at the turn of the second, shared by every countdown."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Qt, QTimer, Signal

SECOND_MS = 1_000
# Timers may fire a little early; a tick just before the turn would show the old second once more.
_AFTER_TURN_MS = 4


class SecondTick(QObject):
    """Emits `ticked(now)` after each turn of the second of the clock passed in.

    `now` answers instants in ms since the Unix epoch; it may jump (replay, a corrected PC clock): the tick
    aligns itself anew each time. Made once and handed to whoever counts.
    """

    # An int of Qt's has 32 bits; an instant has more.
    ticked = Signal(object)

    def __init__(self, now: Callable[[], int]) -> None:
        super().__init__()
        self._now = now
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._tick)

    def now(self) -> int:
        """The instant of the clock passed in."""
        return self._now()

    def start(self) -> None:
        self._timer.start(self.to_next_ms())

    def stop(self) -> None:
        self._timer.stop()

    @property
    def running(self) -> bool:
        return self._timer.isActive()

    def to_next_ms(self) -> int:
        """From now to just after the next turn of the second."""
        return SECOND_MS - self._now() % SECOND_MS + _AFTER_TURN_MS

    def _tick(self) -> None:
        # Armed first: a slow listener must not shift the next tick.
        self._timer.start(self.to_next_ms())
        self.ticked.emit(self._now())
