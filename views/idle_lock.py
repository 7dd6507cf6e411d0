"""Locks a seat that no hand has touched for so long as the hall says; a seat on duty never."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QTimer, Signal
from PySide6.QtGui import QGuiApplication

_HANDS = frozenset(
    {
        QEvent.Type.KeyPress,
        QEvent.Type.MouseButtonPress,
        QEvent.Type.MouseMove,
        QEvent.Type.Wheel,
        QEvent.Type.TouchBegin,
        QEvent.Type.InputMethod,
    }
)


class IdleLock(QObject):
    """`idle()` once nothing was touched for the time given to `watch`; 0 ends the watch."""

    idle = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.idle)
        self._watching = False

    def watch(self, after_ms: int) -> None:
        """From now on, or with 0 no more."""
        app = QGuiApplication.instance()
        if app is None:
            return
        if after_ms and not self._watching:
            app.installEventFilter(self)
        elif self._watching and not after_ms:
            app.removeEventFilter(self)
        self._watching = bool(after_ms)
        if after_ms:
            self._timer.start(after_ms)
        else:
            self._timer.stop()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in _HANDS:
            self._timer.start()
        return super().eventFilter(watched, event)
