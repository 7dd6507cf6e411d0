"""One piece of long work beside the glass: its progress, its end, and how to stop it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any, NamedTuple

from app.base.errors import MusterError
from app.commands.refused import RefusedError

JOIN_SECONDS = 5
"""A batch that is on its way to the disk when the window closes ends well within it."""


class Progress(NamedTuple):
    """Rows done, then how far the file was read and how far it goes."""

    rows: int = 0
    done: int = 0
    total: int = 0


class CancelledError(Exception):
    """A person stopped the work."""


class Job:
    """Runs `work` on a thread of its own; `work` is given the function that it tells its progress to.

    That function raises CancelledError once `cancel` was called. Everything here is read by the glass.
    """

    def __init__(self, name: str, work: Callable[[Callable[[int, int, int], None]], Any]) -> None:
        self.name = name
        self.progress = Progress()
        self.result: Any = None
        self.error: Exception | None = None
        self._stop = threading.Event()
        self._work = work
        # A daemon: a file on a dead network share must not keep the program from ending.
        self._thread = threading.Thread(target=self._run, name=f"import-{name}", daemon=True)
        self._thread.start()

    @property
    def running(self) -> bool:
        return self._thread.is_alive()

    @property
    def expected(self) -> bool:
        """Whether it ended as work may end: whole, stopped, or by what the world did."""
        return self.error is None or isinstance(self.error, MusterError | CancelledError | RefusedError)

    def cancel(self) -> None:
        """Stop at the next batch; what was taken in stays."""
        self._stop.set()

    def wait(self) -> None:
        """Until it has ended, or was given up."""
        self._thread.join(JOIN_SECONDS)

    def _run(self) -> None:
        try:
            self.result = self._work(self._tell)
        except Exception as error:
            # Whatever it was is shown by the glass, which alone may speak.
            self.error = error

    def _tell(self, rows: int, done: int, total: int) -> None:
        self.progress = Progress(rows, done, total)
        if self._stop.is_set():
            raise CancelledError
