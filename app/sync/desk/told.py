"""The status of the link as last said, and who wants to hear of the next."""

from __future__ import annotations

import threading
from collections.abc import Callable

import msgspec

from app.base.logs import Logger
from app.sync.status import LinkStatus

Listener = Callable[[LinkStatus], None]

_log = Logger(__name__)


class Told:
    """Read and subscribed to on any thread; said on the link's."""

    def __init__(self, status: LinkStatus) -> None:
        self.status = status
        self._lock = threading.Lock()
        self._listeners: dict[object, Listener] = {}

    def subscribe(self, listener: Listener) -> Callable[[], None]:
        """Call `listener` with each status that differs in more than its times; the returned function ends
        it."""
        key = object()
        with self._lock:
            self._listeners[key] = listener

        def leave() -> None:
            with self._lock:
                self._listeners.pop(key, None)

        return leave

    def say(self, status: LinkStatus) -> None:
        before, self.status = self.status, status
        if _without_times(before) == _without_times(status):
            return
        with self._lock:
            listeners = tuple(self._listeners.values())
        for listener in listeners:
            try:
                listener(status)
            except Exception as error:
                # A window's fault must not cut the desk off.
                _log.error("sync.listener_failed", error)


def _without_times(status: LinkStatus) -> LinkStatus:
    """Every frame moves these; whoever shows them looks once a second anyway."""
    return msgspec.structs.replace(status, since=0, heard_at=0, rtt_ms=0, clock_off_ms=0)
