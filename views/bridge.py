"""From the worker's futures to the glass: what follows when one resolves runs on the UI thread."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import CancelledError, Future
from typing import Any, TypeVar

from PySide6.QtCore import QObject, Qt, Signal

Result = TypeVar("Result")


class Bridge(QObject):
    """Made on the UI thread, one a window. What arrives after `close` is dropped: nobody is there for it."""

    _arrived = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._open = True
        self.waiting = 0
        # Queued even within one thread: whoever asks has finished its own work before it hears the answer.
        self._arrived.connect(self._deliver, Qt.ConnectionType.QueuedConnection)

    def when_done(
        self,
        future: Future[Result],
        done: Callable[[Result], None],
        failed: Callable[[BaseException], None],
    ) -> None:
        """Call `done` with the result, or `failed` with what was raised, on the UI thread."""
        self.waiting += 1

        def resolved(ended: Future[Result]) -> None:
            if self._open:
                self._arrived.emit((ended, done, failed))

        future.add_done_callback(resolved)

    def close(self) -> None:
        """The window is closing: nothing more is delivered."""
        self._open = False

    def _deliver(
        self, arrived: tuple[Future[Any], Callable[[Any], None], Callable[[BaseException], None]]
    ) -> None:
        future, done, failed = arrived
        self.waiting -= 1
        if not self._open:
            return
        error = CancelledError() if future.cancelled() else future.exception()
        if error is not None:
            failed(error)
        else:
            done(future.result())
